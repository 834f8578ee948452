package recordstore

// Level says how much room there is for recordings.
type Level string

// The levels.
const (
	// Roomy: all is well.
	Roomy Level = "ok"
	// Low: somebody should make room.
	Low Level = "low"
	// Full: no new recording begins.
	Full Level = "full"
)

const (
	// From these shares of the quota, or of a disk, on it is Low and Full.
	lowShare, fullShare = 0.8, 0.9
	// What stays free of a disk, whatever is recorded: this share, within these bounds. It is
	// more than what the data folder keeps in reserve for the database, so that recordings
	// do not take that when it is given up.
	floorShare            = 25
	leastFloor, mostFloor = 2 << 20, 512 << 20
)

// Disk is one that recordings are written to.
type Disk struct {
	// Free and Total are in bytes.
	Free, Total int64
}

func (d Disk) floor() int64 { return min(max(d.Total/floorShare, leastFloor), mostFloor) }

// Figures are what is known of the room there is, in bytes.
type Figures struct {
	// Used is the size of all recordings, Quota what they may have; 0: any.
	Used, Quota int64
	// Free and Total are those of the disk that is nearest to being full.
	Free, Total int64
	Level       Level
	// Stopped says that recordings that run cannot go on either.
	Stopped bool
}

// Figures returns what is known of the room there is. It does not block.
func (s *Store) Figures() Figures {
	f := *s.figures.Load()
	f.Used = s.used.Load()
	return f
}

// stopped looks whether there is room for anything. It looks at the disks each time: others
// fill them as well, and the reserve for the database may have been given up just now.
func (s *Store) stopped() bool {
	s.measure()
	return s.figures.Load().Stopped
}

// measure looks at the disks, and logs when the level changes.
func (s *Store) measure() {
	s.measuring.Lock()
	defer s.measuring.Unlock()
	before := s.figures.Load()
	disks, err := s.cfg.Disks()
	if err != nil {
		s.log.Error("free space not known", "error", err)
		if before != nil {
			return
		}
	}
	f := figuresOf(s.used.Load(), s.cfg.Quota, disks)
	s.figures.Store(&f)
	if before != nil && before.Level == f.Level && before.Stopped == f.Stopped || before == nil && f.Level == Roomy {
		return
	}
	log := s.log.Warn
	if f.Level == Roomy {
		log = s.log.Info
	}
	log("room for recordings", "level", f.Level, "stopped", f.Stopped, "used", f.Used, "quota", f.Quota, "free", f.Free, "total", f.Total)
}

func figuresOf(used, quota int64, disks []Disk) Figures {
	f := Figures{Used: used, Quota: quota, Level: Roomy}
	share := 0.0
	if quota > 0 {
		share = float64(used) / float64(quota)
		f.Stopped = used >= quota
	}
	nearest := -1.0
	for _, d := range disks {
		if d.Total <= 0 {
			continue
		}
		taken := 1 - float64(d.Free)/float64(d.Total)
		if taken > nearest {
			nearest, f.Free, f.Total = taken, d.Free, d.Total
		}
		f.Stopped = f.Stopped || d.Free < d.floor()
	}
	switch share = max(share, nearest); {
	case share >= fullShare || f.Stopped:
		f.Level = Full
	case share >= lowShare:
		f.Level = Low
	}
	return f
}
