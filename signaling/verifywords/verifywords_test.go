package verifywords

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const vectorsFile = "../testdata/verifywords/vectors.json"

// vector is one exchange, as both languages must see it.
type vector struct {
	Name            string `json:"name"`
	SessionID       string `json:"sessionId"`
	Host            string `json:"hostFingerprint"`
	Technician      string `json:"technicianFingerprint"`
	HostNonce       string `json:"hostNonce"`
	TechnicianNonce string `json:"technicianNonce"`
	Commitment      string `json:"commitment"`
	Words           Words  `json:"words"`
}

func readVectors(t *testing.T) []vector {
	t.Helper()
	data, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func (v vector) connection(t *testing.T) Connection {
	t.Helper()
	host, err := ParseFingerprint(v.Host)
	if err != nil {
		t.Fatal(err)
	}
	technician, err := ParseFingerprint(v.Technician)
	if err != nil {
		t.Fatal(err)
	}
	return Connection{v.SessionID, host, technician}
}

func nonce(t *testing.T, s string) Nonce {
	t.Helper()
	n, err := ParseNonce(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestVectors(t *testing.T) {
	list := readVectors(t)
	if len(list) < 4 {
		t.Fatalf("%d vectors", len(list))
	}
	for _, v := range list {
		t.Run(v.Name, func(t *testing.T) {
			c := v.connection(t)
			if got := c.Commit(nonce(t, v.HostNonce)).String(); got != v.Commitment {
				t.Errorf("commitment %s, want %s", got, v.Commitment)
			}
			got, err := c.Words(nonce(t, v.HostNonce), nonce(t, v.TechnicianNonce))
			if d := cmp.Diff(v.Words, got); d != "" || err != nil {
				t.Error(d, err)
			}
		})
	}
}

// Whatever of a connection is another one makes other words and another commitment.
func TestEverythingCounts(t *testing.T) {
	base := Connection{"s_1", Fingerprint{1}, Fingerprint{2}}
	mine, theirs := Nonce{3}, Nonce{4}
	want, err := base.Words(mine, theirs)
	if err != nil {
		t.Fatal(err)
	}
	committed := base.Commit(mine)
	if !base.Opens(committed, mine) {
		t.Error("a commitment is not opened by its own nonce")
	}
	for _, c := range []struct {
		name         string
		connection   Connection
		mine, theirs Nonce
	}{
		{"another session", Connection{"s_2", Fingerprint{1}, Fingerprint{2}}, mine, theirs},
		{"another host", Connection{"s_1", Fingerprint{9}, Fingerprint{2}}, mine, theirs},
		{"another technician", Connection{"s_1", Fingerprint{1}, Fingerprint{9}}, mine, theirs},
		{"the two in each other's place", Connection{"s_1", Fingerprint{2}, Fingerprint{1}}, mine, theirs},
		{"another nonce of the host", base, Nonce{9}, theirs},
		{"another nonce of the technician", base, mine, Nonce{9}},
		{"nonces in each other's place", base, theirs, mine},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.connection.Words(c.mine, c.theirs)
			if err != nil || got == want {
				t.Errorf("the same words, %v", err)
			}
			if isSame := c.connection == base && c.mine == mine; !isSame && c.connection.Opens(committed, c.mine) {
				t.Error("the commitment is opened all the same")
			}
		})
	}
}

func TestWhatIsNotWellFormed(t *testing.T) {
	good := Nonce{1}.String()
	for _, s := range []string{"", "A", good + "A", good[:42], good + "=", good[:42] + "B", strings.Repeat("+", 43), " " + good} {
		if _, err := ParseNonce(s); err == nil {
			t.Errorf("nonce %q is read", s)
		}
		if _, err := ParseCommitment(s); err == nil {
			t.Errorf("commitment %q is read", s)
		}
	}
	pairs := strings.TrimSuffix(strings.Repeat("4A:", 32), ":")
	if _, err := ParseFingerprint("sha-256 " + pairs); err != nil {
		t.Error(err)
	}
	for _, s := range []string{"", pairs, "sha-1 " + pairs, "sha-256 " + pairs[3:], "sha-256 " + pairs + ":4A", "sha-256 " + strings.ReplaceAll(pairs, ":", "")} {
		if _, err := ParseFingerprint(s); err == nil {
			t.Errorf("fingerprint %q is read", s)
		}
	}
}

// The words must survive a bad line and an accent: each is short, and no two of them
// are a slip or a sound apart.
func TestList(t *testing.T) {
	list := strings.Fields(text)
	if len(list) != 256 {
		t.Fatalf("%d words", len(list))
	}
	shape := regexp.MustCompile(`^[a-z]{4,7}$`)
	sounds := make(map[string]string)
	for i, a := range list {
		if !shape.MatchString(a) {
			t.Errorf("%q is not of four to seven letters", a)
		}
		if other, ok := sounds[sound(a)]; ok {
			t.Errorf("%s and %s sound alike", a, other)
		}
		sounds[sound(a)] = a
		for _, b := range list[i+1:] {
			if d := distance(a, b); d < 3 {
				t.Errorf("%s and %s are %d letters apart", a, b, d)
			}
		}
	}
}

// distance counts the letters to be put in, taken out or replaced (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// sound writes a word by how its consonants sound, about, so that words which are told
// apart by vowels alone count as alike.
func sound(word string) string {
	for _, rule := range []struct{ from, to string }{
		{`^[kgp]n`, "n"}, {`^wr`, "r"}, {`ph`, "f"}, {`gh`, ""}, {`ck`, "k"}, {`c([eiy])`, "s$1"}, {`g([eiy])`, "j$1"},
		{`ch`, "C"}, {`sh`, "S"}, {`th`, "T"}, {`[cq]`, "k"}, {`z`, "s"}, {`x`, "ks"},
		{`^[aeiouy]`, "A"}, {`^h`, "H"}, {`^w`, "W"}, {`[aeiouyhw]`, ""},
	} {
		word = regexp.MustCompile(rule.from).ReplaceAllString(word, rule.to)
	}
	var out []rune
	for _, r := range word {
		if len(out) == 0 || out[len(out)-1] != r {
			out = append(out, r)
		}
	}
	return string(out)
}

func TestMeasures(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"tulip", "tulip", 0}, {"tulip", "tulips", 1}, {"anchor", "ankor", 2}, {"", "four", 4}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %d apart, want %d", c.a, c.b, got, c.want)
		}
	}
	for _, c := range [][2]string{{"knight", "nite"}, {"flour", "flower"}, {"cell", "sell"}, {"write", "right"}} {
		if sound(c[0]) != sound(c[1]) {
			t.Errorf("%s and %s sound unlike", c[0], c[1])
		}
	}
	if sound("tulip") == sound("anchor") {
		t.Error("everything sounds alike")
	}
}
