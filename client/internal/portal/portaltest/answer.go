//go:build linux

package portaltest

import "time"

// settle is how long a question needs until it takes keys: it is drawn with the first.
const settle = 300 * time.Millisecond

// AwaitQuestion waits until the system asks the person something.
func (d *Desktop) AwaitQuestion() {
	select {
	case <-d.asked:
		time.Sleep(settle)
	case <-time.After(startWithin):
		d.t.Errorf("the system asks nothing\n%s", d.logs())
	}
}

// AllowControl answers the question who may control the desktop: the only monitor is
// chosen already, and the switch below it lets them.
func (d *Desktop) AllowControl() {
	d.AwaitQuestion()
	d.Person.Press(Tab, Space, Tab, Tab, Tab, Space)
}

// AllowView answers the same question with a yes to looking alone.
func (d *Desktop) AllowView() {
	d.AwaitQuestion()
	d.Person.Press(Tab, Tab, Tab, Tab, Space)
}

// AllowScreen answers the question who may look: below a switch for remembering that,
// there is the only monitor.
func (d *Desktop) AllowScreen() {
	d.AwaitQuestion()
	d.Person.Press(Tab, Space, Tab, Tab, Space)
}

// Refuse says no.
func (d *Desktop) Refuse() {
	d.AwaitQuestion()
	d.Person.Press(Escape)
}

// Asked reports whether the system asks the person something.
func (d *Desktop) Asked() bool {
	select {
	case <-d.asked:
		return true
	case <-time.After(settle):
		return false
	}
}
