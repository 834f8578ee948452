package files

import "golang.org/x/sys/windows"

// Downloads is the folder of the person's downloads.
func Downloads() (string, error) {
	return windows.KnownFolderPath(windows.FOLDERID_Downloads, windows.KF_FLAG_DEFAULT)
}
