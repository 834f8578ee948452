// Package gtk draws the pages of package window with GTK 3, whose controls screen readers
// know.
//
// GTK is opened when the program runs, and not linked: where libgtk-3.so.0 or a display is
// missing, [Open] says so, and the terminal is used. One process has one [Toolkit].
//
// GTK always speaks X11 here, in a Wayland session through Xwayland: Wayland lets no program
// place a window or keep it on top. There the system does not tell the person's input from
// what a portal injects: a press is [ui.DeviceHand] in a Wayland session.
//
// On X11 a press is the person's own when the device that X Input 2 names is one of this
// machine: what XTEST injects comes from devices of its own, and an event that a program
// sends to the window says that it was sent. One way is left to forge it, which no client
// of X11 can see: XTEST also takes the number of a device of the machine, by which few
// programs inject. A technician's input never comes so, as it is this program's; a program
// that they start on the person's desktop could.
package gtk
