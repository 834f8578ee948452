package window

import (
	"slices"

	"github.com/lendhand/lendhand/client/internal/ui"
)

// ShowFiles shows the newest of the session's files.
func (w *Window) ShowFiles(files []ui.Transfer) {
	w.change(func(m *model) { m.files = slices.Clone(files) })
}
