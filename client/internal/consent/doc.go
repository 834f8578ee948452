// Package consent holds the rules in force on the host: who may do what, until
// when. What a technician may do at any moment is what the relay's newest grant
// and the person's newest word allow both, and neither has run out.
//
// The [Gate] is asked before every single act, and the act runs inside the
// question: once a narrowing call has returned, no act that it forbids runs any
// more, and none is still running.
package consent
