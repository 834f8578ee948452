package window

import "github.com/lendhand/lendhand/client/internal/ui"

// Toolkit draws pages with the controls of the system, which screen readers know. Its
// methods may be called from any goroutine, and wait for nobody.
type Toolkit interface {
	// Show replaces what the main window shows. Elements of the same ID and kind stay what
	// they are: a countdown does not take the focus or the selection away.
	Show(Page)
	// ShowBar puts the bar on top of everything on each monitor; nil takes it away.
	ShowBar(*Bar)
	// Attend brings the main window before all others, with a sound.
	Attend()
	// Copy puts text into the clipboard.
	Copy(text string)
	// Presses is what the person does. The toolkit waits until it is received.
	Presses() <-chan Press
}

// Page is what the main window shows, from top to bottom.
type Page struct {
	// ID says which page it is: with another one the page has come anew.
	ID string
	// Title names the window.
	Title string
	// RightToLeft mirrors the page, for languages that are written so.
	RightToLeft bool
	Elements    []Element
	// Urgent keeps the window before all others while it is shown.
	Urgent bool
	// Hidden takes the window off the screen, until a page comes that is not. The bar stays.
	Hidden bool
	// Focus is the ID of the element that has the keyboard when the page comes anew. It may
	// be a Heading or a Code, which take the keyboard then and do nothing with it: no key
	// that the person is typing at that moment presses anything.
	Focus string
	// Chooser is open over the window while it is there. How it ends is the press [Chosen].
	Chooser *Chooser
	// Escape is the ID that the escape key and the window's own close button press. When it
	// is empty, the close button presses [Close], and the escape key nothing.
	Escape string
}

// Close is the ID of the press of the window's close button when Page.Escape is empty.
const Close = "close"

// BarLost is the ID of the press that tells that a bar cannot be kept in sight. No hand
// pressed it.
const BarLost = "bar-lost"

// Kind is a kind of element.
type Kind int

// The kinds.
const (
	// Text is a paragraph.
	Text Kind = iota + 1
	// Heading is a heading: one a page, what a screen reader says first.
	Heading
	// Code is the code to read out: as large as there is room for, digits of equal width.
	Code
	// Quiet is a paragraph of less weight.
	Quiet
	// Warning is a paragraph that must not be missed.
	Warning
	// Status is a line that changes by itself. A screen reader is told of each change.
	Status
	// Countdown is a bar that goes from full to empty; Part says how full it is. What it
	// says is written beside it by another element.
	Countdown
	// Photo is a picture of somebody, from Image.
	Photo
	// Button is pressed. A page has at most one Main, and Danger for what ends or refuses.
	Button
	// Switch is on or off, as the newest page says: a press that is refused turns it back.
	Switch
	// Field takes a line of text. Enter presses it and empties it, and so does the one
	// Button in its Children, which has no presses of its own.
	Field
	// Row puts its Children beside each other, and below each other where there is no room.
	Row
	// Log is a list of lines, the newest at the end and in sight; each child is one line.
	Log
)

// Element is a part of a page.
type Element struct {
	// ID names it in a Press, in a test and for the toolkit. It is unique on a page.
	ID   string
	Kind Kind
	// Text is what is written on it, or stands in a Field before anything is typed.
	Text string
	// Name is what a screen reader says instead of Text; empty for Text.
	Name string
	// On says that a Switch is on.
	On bool
	// Off says that it cannot be used now.
	Off bool
	// Main and Danger say what a Button is for.
	Main, Danger bool
	// Part is how full a Countdown is, 0 to 1.
	Part float64
	// Image is the PNG of a Photo.
	Image []byte
	// Children are the elements of a Row, or the lines of a Log.
	Children []Element
}

// Bar is what stays on top while somebody is there.
type Bar struct {
	// Name is what a screen reader says of the whole.
	Name        string
	RightToLeft bool
	// Elements are Texts and Buttons, beside each other.
	Elements []Element
	// Calm says that nothing can be seen or done by the technician now.
	Calm bool
}

// Press is something that was done to an element.
type Press struct {
	// ID is the element's. On is what a Switch is to be, Text what a Field holds.
	ID   string
	On   bool
	Text string
	// Hand is whose hand it was, as far as the system tells.
	Hand ui.Hand
}
