package brokertest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

// Run checks what the broker expects of a store. open returns a new, empty one and
// cleans up by t.
func Run(t *testing.T, open func(t *testing.T) broker.Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, broker.Store){
		"a record comes back whole":             comesBackWhole,
		"a bare record comes back":              comesBackBare,
		"saving again replaces":                 savingReplaces,
		"ended sessions are not open":           endedAreNotOpen,
		"deleted sessions are forgotten":        deletedAreForgotten,
		"a record shares no memory":             sharesNoMemory,
		"text is kept as it is":                 keepsText,
		"many goroutines save at once":          savesAtOnce,
		"a call that was given up does nothing": givenUp,
		"invitations come back":                 invitationsComeBack,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func comesBackWhole(t *testing.T, s broker.Store) {
	want := Full("s_1")
	save(t, s, want)
	expect(t, s, want)
}

func comesBackBare(t *testing.T, s broker.Store) {
	want := broker.Record{ID: "s_1", State: signaling.StateWaiting, Created: moment, Changed: moment}
	save(t, s, want)
	expect(t, s, want)
}

func savingReplaces(t *testing.T, s broker.Store) {
	save(t, s, Full("s_1"))
	want := Full("s_1")
	want.State = signaling.StateActive
	want.Changed = moment.Add(time.Hour)
	want.Code, want.CodeGroup, want.CodeExpires = nil, nil, time.Time{}
	want.RequestID, want.Answer = "", time.Time{}
	want.Allowed = signaling.NewScopes(signaling.ScopeView)
	save(t, s, want)
	expect(t, s, want)
}

func endedAreNotOpen(t *testing.T, s broker.Store) {
	save(t, s, Full("s_1"))
	save(t, s, Full("s_2"))
	ended := Full("s_1")
	ended.State, ended.Ended, ended.Reason = signaling.StateEnded, moment.Add(time.Minute), signaling.EndHostStopped
	save(t, s, ended)
	expect(t, s, Full("s_2"))
}

func deletedAreForgotten(t *testing.T, s broker.Store) {
	save(t, s, Full("s_1"))
	save(t, s, Full("s_2"))
	for _, id := range []string{"s_1", "s_1", "s_unknown"} {
		if err := s.DeleteSession(t.Context(), id); err != nil {
			t.Errorf("DeleteSession(%s): %v", id, err)
		}
	}
	expect(t, s, Full("s_2"))
}

func sharesNoMemory(t *testing.T, s broker.Store) {
	r := Full("s_1")
	save(t, s, r)
	r.HostToken[0]++
	r.Asked[0] = "changed"
	r.Recording.Readers[0].Name = "changed"
	expect(t, s, Full("s_1"))
	read, err := s.OpenSessions(t.Context())
	if err != nil || len(read) != 1 {
		t.Fatalf("OpenSessions = %v, %v", read, err)
	}
	read[0].Code[0]++
	read[0].Recording.Copy = signaling.CopyNone
	expect(t, s, Full("s_1"))
}

func keepsText(t *testing.T, s broker.Store) {
	want := Full("s_1")
	want.Host.Name = `Zoë's "PC"; DROP TABLE sessions;--`
	want.Technician.Name = "技術者 😀"
	want.Ticket = strings.Repeat("ü", 64)
	save(t, s, want)
	expect(t, s, want)
}

func savesAtOnce(t *testing.T, s broker.Store) {
	const sessions, times = 8, 10
	var group sync.WaitGroup
	for i := range sessions {
		group.Go(func() {
			for n := range times {
				r := Full(fmt.Sprintf("s_%d", i))
				r.WrongTries = n
				if err := s.SaveSession(t.Context(), r); err != nil {
					t.Errorf("SaveSession: %v", err)
				}
			}
		})
	}
	group.Wait()
	var want []broker.Record
	for i := range sessions {
		r := Full(fmt.Sprintf("s_%d", i))
		r.WrongTries = times - 1
		want = append(want, r)
	}
	expect(t, s, want...)
}

func invitationsComeBack(t *testing.T, s broker.Store) {
	invited := func(id string) broker.Invitation {
		return broker.Invitation{
			ID: id, Code: []byte("hash of " + id), Ticket: "INC-1042", Created: moment, Expires: moment.Add(time.Hour),
			Technician: signaling.Person{ID: "u_17", Name: "Zoë", Organisation: "Example Help Desk"},
			Ask:        signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl),
			Record:     true,
		}
	}
	changed := invited("i_2")
	changed.Record = false
	changed.Ticket = ""
	for _, i := range []broker.Invitation{invited("i_1"), invited("i_2"), changed, invited("i_3")} {
		if err := s.SaveInvitation(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"i_1", "i_1", "i_unknown"} {
		if err := s.DeleteInvitation(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Invitations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(got, func(a, b broker.Invitation) int { return strings.Compare(a.ID, b.ID) })
	if diff := cmp.Diff([]broker.Invitation{changed, invited("i_3")}, got); diff != "" {
		t.Errorf("invitations (-want +got):\n%s", diff)
	}
}

func givenUp(t *testing.T, s broker.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.SaveSession(ctx, Full("s_1")); err == nil {
		t.Error("SaveSession did not mind")
	}
	if err := s.DeleteSession(ctx, "s_1"); err == nil {
		t.Error("DeleteSession did not mind")
	}
	if _, err := s.OpenSessions(ctx); err == nil {
		t.Error("OpenSessions did not mind")
	}
	if err := s.SaveInvitation(ctx, broker.Invitation{ID: "i_1"}); err == nil {
		t.Error("SaveInvitation did not mind")
	}
	if err := s.DeleteInvitation(ctx, "i_1"); err == nil {
		t.Error("DeleteInvitation did not mind")
	}
	if _, err := s.Invitations(ctx); err == nil {
		t.Error("Invitations did not mind")
	}
	expect(t, s)
}

// moment has nanoseconds, which a store must keep.
var moment = time.Date(2026, 11, 22, 9, 30, 0, 123_456_789, time.UTC)

// Full returns a record with a value in every field but Ended and Reason.
func Full(id string) broker.Record {
	return broker.Record{
		ID: id, State: signaling.StateRequested, Created: moment, Changed: moment.Add(time.Second),
		Host:    signaling.HostInfo{Name: "reception-pc", OS: "Debian GNU/Linux 12"},
		HostKey: "host key", HostFingerprint: "sha-256 AA", HostToken: []byte("hash of a host's token"),
		Keys: []string{"k2", "k1"}, Invitation: "i_1",
		Code: []byte("hash of a code"), CodeGroup: []byte("hash of a group"),
		CodeExpires: moment.Add(signaling.CodeLife), WrongTries: 2,
		Technician:            signaling.Person{ID: "u_17", Name: "Ines Okafor", Organisation: "Example Help Desk"},
		TechnicianFingerprint: "sha-256 BB", TechnicianToken: []byte("hash of a technician's token"),
		Ticket: "INC-1042", Asked: signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl),
		Further:   signaling.NewScopes(signaling.ScopeView),
		RequestID: "r_1", Answer: moment.Add(signaling.AnswerWithin),
		Allowed: signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl), Consent: "a.b.c",
		Records: true, Recorded: true, Recording: &signaling.RecordingTerms{
			Required: true, Readers: []signaling.Reader{{Name: "Zoë's auditors", Key: "age1x"}, {Name: "The board", Key: "age1y"}},
			Sealed: true, Pausable: true, Copy: signaling.CopyRecording, Slow: signaling.SlowKeep,
		},
		Began: moment.Add(time.Minute),
	}
}

func save(t *testing.T, s broker.Store, r broker.Record) {
	t.Helper()
	if err := s.SaveSession(t.Context(), r); err != nil {
		t.Fatalf("SaveSession(%s): %v", r.ID, err)
	}
}

// expect compares the open sessions, in any order. An empty slice is as good as
// none.
func expect(t *testing.T, s broker.Store, want ...broker.Record) {
	t.Helper()
	got, err := s.OpenSessions(t.Context())
	if err != nil {
		t.Fatalf("OpenSessions: %v", err)
	}
	slices.SortFunc(got, func(a, b broker.Record) int { return strings.Compare(a.ID, b.ID) })
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("open sessions (-want +got):\n%s", diff)
	}
}
