// Package win32 draws package window's pages with the controls of Windows, which its
// screen readers know. It is pure Go, and runs in Wine.
//
// What decides lives in files for every system, where plain tests reach it: how elements
// are placed, which of them stay what they are, whose hand pressed, and what becomes of a
// bar that somebody covers. The rest is calls of user32.
//
// # Whose hand
//
// A press is the person's own when three things say so at once: the low-level hooks saw a
// button or key of a device half a second ago at the most, and no program's since; it was
// at the pressed control (the pointer on it, or the keyboard's focus in it); and Windows
// says that the message being handled comes from hardware. A message that another program
// posts has no such source, and is nobody's known hand.
//
// # The bar
//
// Every quarter of a second the bars are looked at: whether they are there, visible,
// whole, opaque, where they belong, as they were written, and under nothing. What is wrong
// is undone. A bar that is wrong for two seconds more than it is right, or that is gone, is
// reported as [window.BarLost].
package win32
