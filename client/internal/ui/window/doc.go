// Package window is the interface in a window: which pages there are, what stands on
// them in which language, and what a press means. It knows no toolkit. A [Toolkit]
// draws the pages with the controls of one system: GTK in package gtk, Windows' own in
// package win32.
package window
