package signaling

import "fmt"

// AllMonitors stands for all monitors at once where a message names one.
const AllMonitors = -1

// Screen tells what the picture shows: its size in pixels, in which input places are,
// and a number for them. Places of another number are not acted on, because they were
// chosen on another picture.
type Screen struct {
	Width  int `json:"width"`
	Height int `json:"height"`
	// Number grows with every change of what is shown: of the monitor, its size or its
	// place. A host that sends none knows neither Monitors nor Watch.
	Number uint64 `json:"number,omitempty"`
	// Since is the RTP timestamp of the first picture of it. Until that one is seen,
	// what is seen is the one before. Nil: it is seen already.
	Since *uint32 `json:"since,omitempty"`
	// Tiles is true when the host can send tiles of it.
	Tiles bool `json:"tiles,omitempty"`
}

func (*Screen) messageType() string { return "screen" }

func (m *Screen) check() error {
	return firstError(
		checkNumber("width", float64(m.Width), 1, maxCoordinate),
		checkNumber("height", float64(m.Height), 1, maxCoordinate),
		checkNumber("width × height", float64(m.Width)*float64(m.Height), 1, MaxPixels),
	)
}

// Monitors tells which monitors the host has, and which of them is shown. It answers
// a Watch, and from the first one on follows every change.
type Monitors struct {
	Monitors []Monitor `json:"monitors"`
	// Shown is an ID, or AllMonitors.
	Shown int `json:"shown"`
}

// Monitor is one of the host's, with its place on the desktop in pixels.
type Monitor struct {
	ID int `json:"id"`
	// Name is for people, such as "HDMI-1 · 1920 × 1080".
	Name    string `json:"name"`
	X       int    `json:"x"`
	Y       int    `json:"y"`
	Width   int    `json:"width"`
	Height  int    `json:"height"`
	Primary bool   `json:"primary"`
}

func (*Monitors) messageType() string { return "monitors" }

func (m *Monitors) check() error {
	if len(m.Monitors) > MaxMonitors {
		return fmt.Errorf("monitors: want at most %d, got %d", MaxMonitors, len(m.Monitors))
	}
	err := checkNumber("shown", float64(m.Shown), AllMonitors, maxCoordinate)
	for i := range m.Monitors {
		if e := m.Monitors[i].check(); e != nil {
			err = firstError(err, fmt.Errorf("monitor %d: %w", i, e))
		}
	}
	return err
}

func (m *Monitor) check() error {
	return firstError(
		checkNumber("id", float64(m.ID), 0, maxCoordinate),
		checkText("name", m.Name, 1, maxName),
		checkNumber("x", float64(m.X), -maxCoordinate, maxCoordinate),
		checkNumber("y", float64(m.Y), -maxCoordinate, maxCoordinate),
		checkNumber("width", float64(m.Width), 1, maxCoordinate),
		checkNumber("height", float64(m.Height), 1, maxCoordinate),
	)
}

// Watch chooses the monitor that is shown.
type Watch struct {
	// Monitor is an ID, or AllMonitors. Nil asks for Monitors alone.
	Monitor *int `json:"monitor,omitempty"`
}

func (*Watch) messageType() string { return "watch" }

func (m *Watch) check() error {
	if m.Monitor == nil {
		return nil
	}
	return checkNumber("monitor", float64(*m.Monitor), AllMonitors, maxCoordinate)
}

// Tiles chooses whether the host shows small changes on ChannelTile, before the frame of
// video that holds them. At first it does not.
type Tiles struct {
	On bool `json:"on"`
}

func (*Tiles) messageType() string { return "tiles" }

func (*Tiles) check() error { return nil }
