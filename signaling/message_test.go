package signaling

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sets names every set, so that the tests below cover all messages.
func sets() map[string]*Set {
	all := map[string]*Set{
		"FromHost": FromHost, "FromTechnician": FromTechnician,
		"RelayToHost": RelayToHost, "RelayToTechnician": RelayToTechnician,
	}
	for _, c := range Channels() {
		all[c.Label+" from host"], all[c.Label+" from technician"] = c.FromHost, c.FromTechnician
	}
	return all
}

func allTypes() map[string]reflect.Type {
	all := map[string]reflect.Type{}
	for _, s := range sets() {
		for name, t := range s.types {
			all[name] = t
		}
	}
	return all
}

func vector(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "vectors", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(data)
}

// Every message type has a section in PROTOCOL.md, whose literal is its golden
// vector, and no section or vector is left over.
func TestEveryMessageHasItsSectionAndVector(t *testing.T) {
	text, err := os.ReadFile("PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, m := range regexp.MustCompile("(?ms)^### ([a-z]+)\n.*?```json\n(.*?)\n```").FindAllStringSubmatch(string(text), -1) {
		sections[m[1]] = m[2]
	}
	for name := range allTypes() {
		if got, want := sections[name], string(vector(t, name)); got != want {
			t.Errorf("PROTOCOL.md, section %q: literal is\n%s\nbut the vector is\n%s", name, got, want)
		}
		delete(sections, name)
	}
	for name := range sections {
		t.Errorf("PROTOCOL.md has a section %q without a message type", name)
	}
	files, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(files), len(allTypes()); got != want {
		t.Errorf("%d vectors for %d message types", got, want)
	}
}

// Every vector is read by every set that has its type, and written back to the
// same JSON.
func TestVectorsRoundTrip(t *testing.T) {
	for setName, s := range sets() {
		for name := range s.types {
			t.Run(setName+"/"+name, func(t *testing.T) {
				data := vector(t, name)
				m, err := s.Decode(data)
				if err != nil {
					t.Fatal(err)
				}
				out, err := Encode(m)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(fields(t, data), fields(t, out)); diff != "" {
					t.Errorf("written back differently (-vector +encoded):\n%s", diff)
				}
			})
		}
	}
}

func fields(t *testing.T, data []byte) (v map[string]any) {
	t.Helper()
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	return v
}

// Every error code and reason of an end is in PROTOCOL.md's tables, with its close
// code.
func TestErrorCodesAreDocumented(t *testing.T) {
	data, err := os.ReadFile("PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	table := regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (\\d+|–) \\|").FindAllStringSubmatch(string(data), -1)
	documented := map[ErrorCode]string{}
	for _, row := range table {
		documented[ErrorCode(row[1])] = row[2]
	}
	for code, row := range documented {
		closeCode, ok := (&Error{Code: code}).CloseCode()
		want := "–"
		if ok {
			want = jsonNumber(closeCode)
		}
		if row != want {
			t.Errorf("%s: PROTOCOL.md says close code %s, the package %s", code, row, want)
		}
		if back, found := ErrorOfClose(closeCode); ok && (!found || back != code) {
			t.Errorf("close code %d stands for %q, want %q", closeCode, back, code)
		}
	}
	for code := range closeCodes {
		if _, ok := documented[code]; !ok {
			t.Errorf("error %q is not in PROTOCOL.md", code)
		}
	}
}

func jsonNumber(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

func TestDecodeRefuses(t *testing.T) {
	fingerprint := "sha-256 " + strings.TrimSuffix(strings.Repeat("AB:", 32), ":")
	tests := []struct {
		name, message string
		set           *Set
		want          ErrorCode
		about         string
	}{
		{"nothing", ``, FromHost, CodeBadMessage, "malformed"},
		{"not JSON", `{"type":"end"`, FromHost, CodeBadMessage, "malformed"},
		{"not an object", `["end"]`, FromHost, CodeBadMessage, "malformed"},
		{"no type", `{"reason":"x"}`, FromHost, CodeUnknownMessage, `""`},
		{"unknown type", `{"type":"upload"}`, FromHost, CodeUnknownMessage, "upload"},
		{"a long unknown type", `{"type":"` + strings.Repeat("x", 5000) + `"}`, FromHost, CodeUnknownMessage, "xxx"},
		{"the other side's type", `{"type":"offer","sdp":"v=0","grant":"x"}`, FromHost, CodeUnknownMessage, "offer"},
		{"too large", `{"type":"end","reason":"` + strings.Repeat("x", MaxMessage) + `"}`, FromHost, CodeMessageTooLarge, "bytes"},
		{"field of another type", `{"type":"end","reason":7}`, FromHost, CodeBadMessage, "reason"},
		{"missing field", `{"type":"end"}`, FromHost, CodeBadMessage, "reason"},
		{"control character", `{"type":"end","reason":"a\nb"}`, FromHost, CodeBadMessage, "control character"},
		{"direction override", `{"type":"end","reason":"a\u202eb"}`, FromHost, CodeBadMessage, "control character"},
		{"long name", `{"type":"register","version":1,"name":"` + strings.Repeat("n", 65) + `"}`, FromHost, CodeBadMessage, "name"},
		{"short key", `{"type":"register","version":1,"name":"n","sessionKey":"AAAA"}`, FromHost, CodeBadMessage, "sessionKey"},
		{"reason out of the list", `{"type":"refuse","requestId":"r","reason":"host_stopped"}`, FromHost, CodeBadMessage, "reason"},
		{"path out of the list", `{"type":"connected","path":"pigeon"}`, FromHost, CodeBadMessage, "path"},
		{"chat without a number", `{"type":"chat","sent":0,"text":"hello"}`, ChatMessages, CodeBadMessage, "sent"},
		{"chat without a word", `{"type":"chat","sent":1,"text":""}`, ChatMessages, CodeBadMessage, "text"},
		{"too long a chat", `{"type":"chat","sent":1,"text":"` + strings.Repeat("ü", 1001) + `"}`, ChatMessages, CodeBadMessage, "text"},
		{"a chat of two lines", `{"type":"chat","sent":1,"text":"a\nb"}`, ChatMessages, CodeBadMessage, "control character"},
		{"a clipboard without a number", `{"type":"clipboard","sent":0,"text":"x"}`, ClipboardMessages, CodeBadMessage, "sent"},
		{"an empty clipboard", `{"type":"clipboard","sent":1,"text":""}`, ClipboardMessages, CodeBadMessage, "text"},
		{"a clipboard with NUL", `{"type":"clipboard","sent":1,"text":"a\u0000b"}`, ClipboardMessages, CodeBadMessage, "NUL"},
		{"too long a part of a clipboard", `{"type":"clipboard","sent":1,"text":"` + strings.Repeat("ü", 8193) + `"}`, ClipboardMessages, CodeBadMessage, "text"},
		{"a photo that is none", photo(`"R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs="`), RelayToHost, CodeBadMessage, "PNG"},
		{"a photo that is too wide", photo(`"iVBORw0KGgoAAAANSUhEUgAAAGEAAAABCAYAAAD0"`), RelayToHost, CodeBadMessage, "width"},
		{"a photo of too many bytes", photo(`"iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0` + strings.Repeat("AAAA", 8_200) + `"`), RelayToHost, CodeBadMessage, "24576"},
		{"a recording that nobody can open", recording(`"readers":[]`), RelayToHost, CodeBadMessage, "readers"},
		{"a reader without a name", recording(`"readers":[{"name":"","key":"age1"}]`), RelayToHost, CodeBadMessage, "readers.name"},
		{"a reader without a key", recording(`"readers":[{"name":"n","key":""}]`), RelayToHost, CodeBadMessage, "readers.key"},
		{"too many readers", recording(`"readers":[{"name":"n","key":"k"}` + strings.Repeat(`,{"name":"n","key":"k"}`, 16) + `]`), RelayToHost, CodeBadMessage, "readers"},
		{"a copy out of the list", recording(`"copy":"film"`), RelayToHost, CodeBadMessage, "copy"},
		{"slow out of the list", recording(`"slow":"drop"`), RelayToHost, CodeBadMessage, "slow"},
		{"an upload without a token", `{"type":"connect","iceServers":[],"recording":{"token":"","receiptKey":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"}}`, RelayToHost, CodeBadMessage, "token"},
		{"an upload with a short key", `{"type":"connect","iceServers":[],"recording":{"token":"t","receiptKey":"AAAA"}}`, RelayToHost, CodeBadMessage, "receiptKey"},
		{"a reader's name that turns text around", `{"type":"granted","grant":"g","scopes":["view"],"readers":["a\u202eb"],"iceServers":[]}`, RelayToTechnician, CodeBadMessage, "readers"},
		{"no recording for no reason", `{"type":"requested","sessionId":"s","token":"t","host":{"name":"n","os":""},"expiresIn":60,"unrecorded":"mood"}`, RelayToTechnician, CodeBadMessage, "unrecorded"},
		{"a recording in no state", `{"type":"permissions","scopes":["view"],"grantable":["view"],"recording":"lost"}`, ControlFromHost, CodeBadMessage, "recording"},
		{"no scope", `{"type":"ask","ask":[]}`, FromTechnician, CodeBadMessage, "ask"},
		{"unknown scopes alone", `{"type":"ask","ask":["root"]}`, FromTechnician, CodeBadMessage, "missing"},
		{"too many scopes", `{"type":"ask","ask":["view"` + strings.Repeat(`,"x"`, 16) + `]}`, FromTechnician, CodeBadMessage, "scopes"},
		{"control without view", `{"type":"ask","ask":["control"]}`, FromTechnician, CodeBadMessage, "missing"},
		{"lower-case fingerprint", `{"type":"redeem","code":"1","ask":["view"],"fingerprint":"` + strings.ToLower(fingerprint) + `"}`, FromTechnician, CodeBadMessage, "fingerprint"},
		{"SHA-1 fingerprint", `{"type":"redeem","code":"1","ask":["view"],"fingerprint":"sha-1 AB"}`, FromTechnician, CodeBadMessage, "fingerprint"},
		{"no session description", `{"type":"answer","sdp":"hello"}`, FromHost, CodeBadMessage, "sdp"},
		{"event 0", `{"type":"input","first":0,"events":[],"held":{"keys":[],"buttons":0}}`, InputFromTechnician, CodeBadMessage, "first"},
		{"unknown event", `{"type":"input","first":1,"events":[{"kind":"shake"}],"held":{"keys":[],"buttons":0}}`, InputFromTechnician, CodeBadMessage, "shake"},
		{"too many events", `{"type":"input","first":1,"events":[` + strings.TrimSuffix(strings.Repeat(`{"kind":"text","text":"x"},`, 257), ",") + `],"held":{"keys":[],"buttons":0}}`, InputFromTechnician, CodeBadMessage, "events"},
		{"sixth button", `{"type":"input","first":1,"events":[{"kind":"button","button":5}],"held":{"keys":[],"buttons":0}}`, InputFromTechnician, CodeBadMessage, "button"},
		{"escape in text", `{"type":"input","first":1,"events":[{"kind":"text","text":"\u001b[0m"}],"held":{"keys":[],"buttons":0}}`, InputFromTechnician, CodeBadMessage, "control character"},
		{"wheel without end", `{"type":"input","first":1,"events":[{"kind":"wheel","dx":1e9,"dy":0,"x":0,"y":0}],"held":{"keys":[],"buttons":0}}`, InputFromTechnician, CodeBadMessage, "dx"},
		{"shape 0", shape(`"id":0`), ControlFromHost, CodeBadMessage, "id"},
		{"shape without width", shape(`"width":0`), ControlFromHost, CodeBadMessage, "width"},
		{"shape that is too high", shape(`"height":97`), ControlFromHost, CodeBadMessage, "height"},
		{"hot spot beside the shape", shape(`"hotX":2`), ControlFromHost, CodeBadMessage, "hotX"},
		{"hot spot above the shape", shape(`"hotY":-1`), ControlFromHost, CodeBadMessage, "hotY"},
		{"file of another size", shape(`"width":3`), ControlFromHost, CodeBadMessage, "2 by 1"},
		{"no file", shape(`"png":""`), ControlFromHost, CodeBadMessage, "png"},
		{"another kind of file", shape(`"png":"R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs="`), ControlFromHost, CodeBadMessage, "png"},
		{"large file", shape(`"png":"iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0` + strings.Repeat("AAAA", 15_000) + `"`), ControlFromHost, CodeBadMessage, "40960"},
		{"cursor off every screen", `{"type":"cursor","sequence":1,"shape":1,"yours":false,"place":{"x":70000,"y":0}}`, CursorFromHost, CodeBadMessage, "x"},
		{"a screen that is too large", `{"type":"screen","width":8192,"height":8193}`, ControlFromHost, CodeBadMessage, "width × height"},
		{"a monitor below all", `{"type":"watch","monitor":-2}`, ControlFromTechnician, CodeBadMessage, "monitor"},
		{"too many monitors", `{"type":"monitors","shown":0,"monitors":[{}` + strings.Repeat(`,{}`, 16) + `]}`, ControlFromHost, CodeBadMessage, "monitors"},
		{"a monitor without a name", `{"type":"monitors","shown":0,"monitors":[{"width":1,"height":1}]}`, ControlFromHost, CodeBadMessage, "name"},
		{"less than no time", figures(`"encode":-1`), ControlFromHost, CodeBadMessage, "encode"},
		{"more than all of the machine", figures(`"machine":1.01`), ControlFromHost, CodeBadMessage, "machine"},
		{"no core", figures(`"cores":0`), ControlFromHost, CodeBadMessage, "cores"},
		{"a rate beyond every network", figures(`"rate":1000000001`), ControlFromHost, CodeBadMessage, "rate"},
		{"a limit out of the list", figures(`"limited":"weather"`), ControlFromHost, CodeBadMessage, "limited"},
		{"place off every screen", `{"type":"pointer","sequence":1,"after":0,"x":-1,"y":0}`, PointerFromTechnician, CodeBadMessage, "x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.set.Decode([]byte(tt.message))
			var problem *Error
			if !errors.As(err, &problem) || problem.Code != tt.want {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
			if !strings.Contains(problem.Message, tt.about) {
				t.Errorf("message %q does not say %q", problem.Message, tt.about)
			}
			if _, err := Encode(problem); err != nil {
				t.Errorf("the error cannot be told: %v", err)
			}
		})
	}
}

// photo is a right request but for the photo.
func photo(file string) string {
	return `{"type":"request","requestId":"r","technician":{"id":"u","name":"n"},"ask":["view"],"photo":` + file + `}`
}

// recording is a right request for a recording but for one field.
func recording(wrong string) string {
	return `{"type":"request","requestId":"r","technician":{"id":"u","name":"n"},"ask":["view"],"recording":{` +
		`"readers":[{"name":"n","key":"age1"}],"copy":"none","slow":"keep",` + wrong + `}}`
}

// shape is a right shape but for one field.
func shape(wrong string) string {
	const png = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAFElEQVR4nGISUDD4/58BEAAA//8LUAI+"
	return `{"type":"shape","id":1,"width":2,"height":1,"hotX":0,"hotY":0,"png":"` + png + `",` + wrong + `}`
}

// figures are right but for one field.
func figures(wrong string) string {
	return `{"type":"figures","pictures":1,"cores":2,` + wrong + `}`
}

// Whatever a host measures, it can be told.
func TestFiguresWithinTheirLimits(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1, 0.5, 1e12} {
		rate := -1
		m := Figures{
			Encode: &v, EncodeMost: &v, CPU: &v, Machine: &v, Queue: &v, Loss: &v,
			Pictures: 1 << 30, Cores: -1, Rate: &rate, Limited: LimitHost,
		}.Within()
		if _, err := Encode(&m); err != nil {
			t.Errorf("%g: %v", v, err)
		}
		if known := m.Loss != nil; known == math.IsNaN(v) {
			t.Errorf("%g became %v", v, m.Loss)
		}
	}
}

// Both sides open the channels by number: each has its own.
func TestChannels(t *testing.T) {
	for n, c := range Channels() {
		if c.ID != ChannelID(n) || c.Label == "" || c.FromHost == nil || c.FromTechnician == nil {
			t.Errorf("channel %d: %+v", n, c)
		}
	}
}

func TestDecodeIgnoresNewFields(t *testing.T) {
	m, err := FromHost.Decode([]byte(`{"type":"end","reason":"host_stopped","since":"tomorrow"}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&End{Reason: EndHostStopped}, m); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeLeavesNewScopesOut(t *testing.T) {
	m, err := FromTechnician.Decode([]byte(`{"type":"ask","ask":["clipboard","view","view"]}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&Ask{Ask: Scopes{ScopeView}}, m); diff != "" {
		t.Error(diff)
	}
}

func TestEncodeRefusesWhatItsReceiverWould(t *testing.T) {
	if data, err := Encode(&End{Reason: "a\nb"}); err == nil {
		t.Errorf("encoded %s", data)
	}
}

// Whatever arrives, a decoder answers with a message that encodes again or with one
// of the three errors.
func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for name, s := range sets() {
			m, err := s.Decode(data)
			if err != nil {
				var problem *Error
				if !errors.As(err, &problem) {
					t.Fatalf("%s: %v", name, err)
				}
				if _, err := Encode(problem); err != nil {
					t.Fatalf("%s: the error cannot be told: %v", name, err)
				}
				continue
			}
			out, err := Encode(m)
			if err != nil {
				t.Fatalf("%s: decoded but does not encode: %v", name, err)
			}
			if _, err := s.Decode(out); err != nil {
				t.Fatalf("%s: encoded but does not decode: %v", name, err)
			}
		}
	})
}

// A letter typed with Shift, as it travels.
func BenchmarkDecodeInput(b *testing.B) {
	data, err := Encode(&Input{
		First: 1234,
		Events: Events{
			&KeyEvent{Code: "ShiftLeft", Down: true},
			&KeyEvent{Code: "KeyA", Down: true, Text: "A"},
		},
		Held: Held{Keys: []string{"ShiftLeft", "KeyA"}},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := InputFromTechnician.Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}
