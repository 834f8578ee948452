package files

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// noWait has nothing to do here: pipes are no files.
const noWait = 0

// space is how many bytes are free for this user on the disk of a folder, and how many it
// has.
func space(dir string) (free, whole int64, err error) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, 0, err
	}
	var available, total uint64
	err = windows.GetDiskFreeSpaceEx(name, &available, &total, nil)
	return int64(available), int64(total), err
}

func isFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

// markOrigin says that a file came from the internet, so that Windows asks before it runs
// it. File systems without streams do not hold it.
func markOrigin(f *os.File) {
	_ = os.WriteFile(f.Name()+":Zone.Identifier", []byte("[ZoneTransfer]\r\nZoneId=3\r\n"), 0o600)
}
