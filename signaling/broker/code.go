package broker

import (
	"maps"
	"slices"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// codeTable finds sessions by the keyed hashes of their codes and first groups.
type codeTable struct {
	byCode  map[string]*session
	byGroup map[string]map[*session]struct{}
}

func newCodeTable() codeTable {
	return codeTable{byCode: map[string]*session{}, byGroup: map[string]map[*session]struct{}{}}
}

func (t codeTable) add(s *session) {
	if s.Code == nil {
		return
	}
	t.byCode[string(s.Code)] = s
	group := t.byGroup[string(s.CodeGroup)]
	if group == nil {
		group = map[*session]struct{}{}
		t.byGroup[string(s.CodeGroup)] = group
	}
	group[s] = struct{}{}
}

func (t codeTable) remove(s *session) {
	delete(t.byCode, string(s.Code))
	group := t.byGroup[string(s.CodeGroup)]
	delete(group, s)
	if len(group) == 0 {
		delete(t.byGroup, string(s.CodeGroup))
	}
}

// draws is how often a code is drawn again to find a first group of its own, so that
// a wrong try counts against one host only.
const draws = 8

// issueCode gives a waiting session a new code.
func (b *Broker) issueCode(s *session) {
	b.codes.remove(s)
	code, err := b.drawCode()
	if err != nil {
		b.log.Error("no code", "session", s.ID, "error", err)
		b.end(s, signaling.EndError)
		return
	}
	s.Code, s.CodeGroup = b.keyed(string(code)), b.keyed(code.Group())
	s.CodeExpires, s.WrongTries = time.Now().Add(signaling.CodeLife), 0
	b.codes.add(s)
	b.save(s)
	b.after(&s.deadline, signaling.CodeLife, func() { b.spendCode(s) })
	b.note(Event{Kind: EventCodeIssued, Actor: ActorHost, Detail: map[string]string{"host": s.Host.Name}}, s)
	b.send(s, host, &signaling.CodeIssued{Code: string(code), ExpiresIn: secondsUntil(s.CodeExpires)})
}

func (b *Broker) drawCode() (code signaling.Code, err error) {
	for try := 0; ; try++ {
		if code, err = signaling.NewCode(); err != nil {
			return "", err
		}
		hash := b.keyed(string(code))
		taken := b.codes.byCode[string(hash)] != nil || b.invitations.byCode[string(hash)] != nil
		crowded := len(b.codes.byGroup[string(b.keyed(code.Group()))]) > 0
		if !taken && (!crowded || try >= draws) {
			return code, nil
		}
	}
}

// spendCode ends a code's life. A host that is there gets another at once, one that
// is away when it comes back.
func (b *Broker) spendCode(s *session) {
	if s.host.visitor != nil {
		b.issueCode(s)
		return
	}
	b.codes.remove(s)
	s.Code, s.CodeGroup = nil, nil
	b.save(s)
}

// findCode returns the waiting session that has the code, or nil.
func (b *Broker) findCode(typed string) *session {
	code, err := signaling.ParseCode(typed)
	if err != nil {
		return nil
	}
	if s := b.codes.byCode[string(b.keyed(string(code)))]; s != nil && time.Now().Before(s.CodeExpires) {
		return s
	}
	return nil
}

// wrongCode counts a wrong try: against the one who tried, and against every session
// whose code begins with the same group. The count is only stored with the next
// change of the session: a relay that restarts forgives at most CodeTries - 1.
func (b *Broker) wrongCode(v *visitor, typed string) {
	b.tries.wrong(v.who.ID, v.from)
	b.log.Warn("wrong code", "account", v.who.ID, "network", v.from.String())
	b.note(Event{Kind: EventCodeWrong, Actor: v.who.ID, Address: v.from}, nil)
	code, err := signaling.ParseCode(typed)
	if err != nil {
		return
	}
	for _, s := range slices.Collect(maps.Keys(b.codes.byGroup[string(b.keyed(code.Group()))])) {
		if s.WrongTries++; s.WrongTries >= signaling.CodeTries {
			b.note(Event{Kind: EventCodeSpoiled, Actor: v.who.ID, Address: v.from}, s)
			b.spendCode(s)
		}
	}
}
