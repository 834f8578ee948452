package peer

import (
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// logs hands pion's log lines to slog, one level lower than pion calls them: what
// is worth a warning to it, such as a server that does not answer, is the daily
// life of ICE. Its trace is left out: it logs packets.
type logs struct{ log *slog.Logger }

// NewLogger implements logging.LoggerFactory.
func (l logs) NewLogger(scope string) logging.LeveledLogger {
	return scoped{l.log.With("scope", scope)}
}

type scoped struct{ log *slog.Logger }

func (scoped) Trace(string)                     {}
func (scoped) Tracef(string, ...any)            {}
func (scoped) Debug(string)                     {}
func (scoped) Debugf(string, ...any)            {}
func (scoped) Info(string)                      {}
func (scoped) Infof(string, ...any)             {}
func (s scoped) Warn(msg string)                { s.log.Debug("pion warns", "text", msg) }
func (s scoped) Warnf(format string, a ...any)  { s.Warn(fmt.Sprintf(format, a...)) }
func (s scoped) Error(msg string)               { s.log.Info("pion reports an error", "text", msg) }
func (s scoped) Errorf(format string, a ...any) { s.Error(fmt.Sprintf(format, a...)) }
