package app

import (
	"context"
	"time"
)

// photoWithin is how long a request waits for the technician's photo.
const photoWithin = 500 * time.Millisecond

// photo returns what technicians have chosen for people to know them by. A request goes
// without it rather than not at all.
func (a *App) photo(technicianID string) []byte {
	ctx, cancel := context.WithTimeout(context.Background(), photoWithin)
	defer cancel()
	png, err := a.store.Photo(ctx, technicianID)
	if err != nil {
		a.log.Warn("photo not read", "account", technicianID, "error", err)
	}
	return png
}
