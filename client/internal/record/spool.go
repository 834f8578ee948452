package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/lendhand/lendhand/relay/recording"
)

// maxHeld is how much of one recording is held in memory where the disk does not take it, in
// bytes.
const maxHeld = 16 << 20

// errFull is returned for pictures for which there is no room.
var errFull = errors.New("no room is left for the recording on this machine")

var errNoFolder = errors.New("no folder")

const (
	manifestName = "manifest"
	targetName   = "target.json"
	partSuffix   = ".part"
	ownerOnly    = 0o600
	folderOnly   = 0o700
)

// target is where a recording is uploaded to.
type target struct {
	Recording string `json:"recording"`
	// Relay is the relay's address, such as https://help.example.
	Relay string `json:"relay"`
	// Token lets the host upload this recording, and nothing else.
	Token string `json:"token"`
	// Key is what the relay signs receipts with.
	Key recording.PublicKey `json:"key"`
}

// spool keeps the parts of one recording until the relay has receipted them: in a folder,
// or in memory where the disk takes no more. Its methods may be called from any goroutine.
type spool struct {
	// Set at construction.
	dir    string // empty: there is no folder
	budget *budget
	unlock func()

	// Guarded by mu.
	mu    sync.Mutex
	kept  []keptPart // in order
	bytes int64
	held  int // of these, in memory
}

// keptPart is a part that waits for its receipt.
type keptPart struct {
	envelope recording.Envelope
	link     recording.Link // of the part before
	held     []byte         // sealed, nil when it is in the folder
}

// budget is what all spools of a Depot share.
type budget struct {
	limit int64

	mu   sync.Mutex
	used int64 // guarded by mu
}

func (b *budget) take(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used += n
}

// isSpent reports whether there may be no room for one more part.
func (b *budget) isSpent() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used+recording.MaxSealed > b.limit
}

// isOver reports whether more than a share is used.
func (b *budget) isOver(share int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used > share
}

func (b *budget) give(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used -= n
}

// newSpool makes a spool in a new folder below dir.
func newSpool(dir string, b *budget, to target, head []byte) (*spool, error) {
	p := &spool{budget: b, unlock: func() {}}
	if dir == "" {
		return p, nil
	}
	folder := filepath.Join(dir, to.Recording)
	if err := os.MkdirAll(folder, folderOnly); err != nil {
		return p, err
	}
	unlock, err := lock(folder)
	if err != nil {
		return p, err
	}
	told, err := json.Marshal(to)
	if err == nil {
		err = errors.Join(replace(filepath.Join(folder, targetName), told), replace(filepath.Join(folder, manifestName), head))
	}
	if err != nil {
		unlock()
		return p, errors.Join(err, os.RemoveAll(folder))
	}
	p.dir, p.unlock = folder, unlock
	return p, nil
}

// put keeps a part. What the disk does not take is held in memory. It is kept even when the
// spool is full, as nothing can follow a part that is missing.
func (p *spool) put(part recording.Part, before recording.Link) {
	k := keptPart{envelope: part.Envelope, link: before}
	if err := p.write(part, before); err != nil {
		k.held = part.Sealed
	}
	p.budget.take(int64(len(part.Sealed)))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held += len(k.held)
	p.bytes += int64(len(part.Sealed))
	p.kept = append(p.kept, k)
}

// isFull reports whether there is no room for pictures.
func (p *spool) isFull() bool {
	p.mu.Lock()
	held := p.held
	p.mu.Unlock()
	return held > maxHeld || p.budget.isSpent()
}

// write writes a part's file: the link before it, and the part as it is uploaded.
func (p *spool) write(part recording.Part, before recording.Link) error {
	if p.dir == "" {
		return errNoFolder
	}
	var b bytes.Buffer
	b.WriteString(before.String() + "\n")
	if _, err := part.WriteTo(&b); err != nil {
		return err
	}
	return replace(p.file(part.Part), b.Bytes())
}

func (p *spool) file(part int64) string {
	return filepath.Join(p.dir, fmt.Sprintf("%08d%s", part, partSuffix))
}

// replace writes a file that is there as a whole or not at all, whenever the program ends.
func replace(name string, data []byte) error {
	draft := name + ".tmp"
	if err := os.WriteFile(draft, data, ownerOnly); err != nil {
		_ = os.Remove(draft)
		return err
	}
	return os.Rename(draft, name)
}

// first returns parts that wait, in order, of so many bytes at most, but one at least.
func (p *spool) first(most int) ([]keptPart, error) {
	p.mu.Lock()
	var list []keptPart
	for size := 0; len(list) < len(p.kept) && len(list) < maxBatch; {
		next := p.kept[len(list)]
		if size += next.envelope.Size; size > most && len(list) > 0 {
			break
		}
		list = append(list, next)
	}
	p.mu.Unlock()
	for i := range list {
		if err := p.load(&list[i]); err != nil {
			return list[:i], err
		}
	}
	return list, nil
}

// load reads a part's sealed bytes.
func (p *spool) load(k *keptPart) error {
	if k.held != nil {
		return nil
	}
	f, err := os.Open(p.file(k.envelope.Part))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	_, part, err := readPart(f)
	if err != nil {
		return fmt.Errorf("part %d: %w", k.envelope.Part, err)
	}
	k.held = part.Sealed
	return nil
}

// readPart reads a part's file, and checks that it is whole.
func readPart(r io.Reader) (before recording.Link, part recording.Part, err error) {
	in := bufio.NewReader(r)
	line, err := in.ReadString('\n')
	if err != nil {
		return before, part, err
	}
	if err := before.UnmarshalText([]byte(strings.TrimSuffix(line, "\n"))); err != nil {
		return before, part, err
	}
	if part, err = recording.NewParts(in, false).Next(); err != nil {
		return before, part, err
	}
	if !part.Holds(part.Sealed) {
		return before, part, errors.New("the file was changed")
	}
	return before, part, nil
}

// drop forgets the parts before next, which the relay has.
func (p *spool) drop(next int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for ; n < len(p.kept) && p.kept[n].envelope.Part < next; n++ {
		k := p.kept[n]
		p.held -= len(k.held)
		p.bytes -= int64(k.envelope.Size)
		p.budget.give(int64(k.envelope.Size))
		if k.held == nil {
			_ = os.Remove(p.file(k.envelope.Part)) // what stays is skipped by the relay
		}
	}
	p.kept = slices.Delete(p.kept, 0, n)
}

// waiting returns what has no receipt: the first part and the last, and false when there is
// none.
func (p *spool) waiting() (first, last recording.Envelope, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.kept) == 0 {
		return first, last, false
	}
	return p.kept[0].envelope, p.kept[len(p.kept)-1].envelope, true
}

// close ends the use of the folder, which is removed when nothing is left to be uploaded.
func (p *spool) close(remove bool) {
	p.mu.Lock()
	p.budget.give(p.bytes)
	p.kept, p.bytes, p.held = nil, 0, 0
	p.mu.Unlock()
	if remove && p.dir != "" {
		_ = os.RemoveAll(p.dir)
		defer func() { _ = os.RemoveAll(p.dir) }() // some systems keep a file that is locked
	}
	p.unlock()
}

// reopen takes up what an earlier run of the program has left in a folder.
func reopen(folder string, b *budget) (p *spool, to target, head []byte, err error) {
	unlock, err := lock(folder)
	if err != nil {
		return nil, to, nil, err
	}
	p = &spool{dir: folder, budget: b, unlock: unlock}
	if head, err = os.ReadFile(filepath.Join(folder, manifestName)); err == nil {
		var told []byte
		if told, err = os.ReadFile(filepath.Join(folder, targetName)); err == nil {
			err = json.Unmarshal(told, &to)
		}
	}
	if err == nil {
		err = p.find()
	}
	if err != nil {
		p.close(false)
		return nil, to, nil, err
	}
	return p, to, head, nil
}

// find lists the parts of a folder, as far as they are whole and follow each other: when power
// failed, the newest may not be.
func (p *spool) find() error {
	entries, err := os.ReadDir(p.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), partSuffix)
		if !ok {
			continue
		}
		k, ok := p.peek(name)
		if !ok || !p.follows(k) {
			break
		}
		p.bytes += int64(k.envelope.Size)
		p.kept = append(p.kept, k)
	}
	p.budget.take(p.bytes)
	return nil
}

// follows reports whether a part is the next one.
func (p *spool) follows(k keptPart) bool {
	n := len(p.kept)
	return n == 0 || k.envelope.Part == p.kept[n-1].envelope.Part+1
}

// peek reads a part's file without keeping its bytes, and returns false when it is not whole.
func (p *spool) peek(name string) (k keptPart, ok bool) {
	f, err := os.Open(filepath.Join(p.dir, name+partSuffix))
	if err != nil {
		return k, false
	}
	defer func() { _ = f.Close() }()
	before, part, err := readPart(f)
	return keptPart{envelope: part.Envelope, link: before}, err == nil
}
