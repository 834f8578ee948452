package datadir

import (
	"fmt"

	"github.com/shirou/gopsutil/v4/disk"
)

// Space returns how many bytes of the disk below a folder are free, and how many it has.
func Space(folder string) (free, total int64, err error) {
	usage, err := disk.Usage(folder)
	if err != nil {
		return 0, 0, fmt.Errorf("look at the disk of %s: %w", folder, err)
	}
	return int64(min(usage.Free, 1<<62)), int64(min(usage.Total, 1<<62)), nil
}
