package ui

// TransferState is how far a Transfer is.
type TransferState int

// The states.
const (
	// TransferWaiting: it has not begun, or others come first.
	TransferWaiting TransferState = iota + 1
	// TransferMoving: its bytes are on their way.
	TransferMoving
	// TransferDone: it has arrived, whole and checked.
	TransferDone
	// TransferStopped: it will not arrive, and nothing is left of it.
	TransferStopped
)

// Transfer is a file on its way, or one that was.
type Transfer struct {
	// ID names it among those of its direction; ToHost says that it comes here.
	ID     uint32
	ToHost bool
	// Name is the file's: for one that has come here, the name that it has here.
	Name string
	// Size is its bytes, Done how many of them have moved.
	Size, Done int64
	State      TransferState
	// Problem is why it was stopped, as the protocol's file-stop says it; empty for none.
	Problem string
	// Folder is the folder that one which has come here is in; empty before.
	Folder string
}

// Over reports whether nothing more happens to it.
func (t Transfer) Over() bool { return t.State == TransferDone || t.State == TransferStopped }
