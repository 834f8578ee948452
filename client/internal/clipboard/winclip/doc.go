// Package winclip is the clipboard of Windows, through user32.
//
// Windows keeps what was copied itself, so reading waits for another program only where
// that one promised a text and did not hand it over. A window that nobody sees hears of each
// change, and owns what this program writes.
//
// # What is never read
//
// Programs mark what nobody but the next paste should see: password managers do. There are
// four such marks, made for Windows' own history and for programs that watch the clipboard;
// to a technician elsewhere, all of them say no. What this program writes carries marks too,
// so that the text of a technician comes into no history and into no cloud, and it is taken
// out of the clipboard when the Board is closed.
package winclip
