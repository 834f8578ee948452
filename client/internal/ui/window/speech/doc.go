// Package speech reads text aloud with what the system has for that: Speech Dispatcher's
// spd-say on Linux, which screen readers there use too, and the voices of Windows (SAPI).
//
// Open returns nil where nothing can speak, so that nobody is offered what does not work.
package speech
