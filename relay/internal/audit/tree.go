package audit

import (
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// maxKept is how many hashes a tree keeps before it forgets those that it will not
// need again.
const maxKept = 256

// tree is the Merkle tree (RFC 6962) over the lines so far. It keeps what the next
// lines need, not the tree: some hashes for any number of lines.
type tree struct {
	size   int64
	hashes map[int64]tlog.Hash // by index of tlog
}

// edge returns the indexes of the largest whole subtrees of a tree of that size,
// from the left.
func edge(size int64) []int64 {
	var indexes []int64
	for start := int64(0); start < size; {
		level := bits.Len64(uint64(size-start)) - 1
		indexes = append(indexes, tlog.StoredHashIndex(level, start>>level))
		start += 1 << level
	}
	return indexes
}

// newTree takes up a tree of that size with the hashes of its edge.
func newTree(size int64, hashes []tlog.Hash) (*tree, error) {
	at := edge(size)
	if len(at) != len(hashes) {
		return nil, fmt.Errorf("a tree of %d lines has %d hashes at its edge, not %d", size, len(at), len(hashes))
	}
	t := &tree{size: size, hashes: make(map[int64]tlog.Hash)}
	for i, index := range at {
		t.hashes[index] = hashes[i]
	}
	return t, nil
}

// readTree takes up a tree whose hashes r has.
func readTree(size int64, r tlog.HashReader) (*tree, error) {
	hashes, err := r.ReadHashes(edge(size))
	if err != nil {
		return nil, err
	}
	return newTree(size, hashes)
}

// ReadHashes implements [tlog.HashReader].
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hash, ok := t.hashes[index]
		if !ok {
			return nil, fmt.Errorf("the tree has forgotten hash %d", index)
		}
		hashes[i] = hash
	}
	return hashes, nil
}

// add puts a line into the tree and returns the hashes that this completes, in the
// order of their indexes.
func (t *tree) add(leaf tlog.Hash) ([]tlog.Hash, error) {
	done, err := tlog.StoredHashesForRecordHash(t.size, leaf, t)
	if err != nil {
		return nil, fmt.Errorf("hash line %d: %w", t.size+1, err)
	}
	first := tlog.StoredHashIndex(0, t.size)
	for i, hash := range done {
		t.hashes[first+int64(i)] = hash
	}
	t.size++
	if len(t.hashes) > maxKept {
		t.forget()
	}
	return done, nil
}

func (t *tree) forget() {
	kept := make(map[int64]tlog.Hash)
	for _, index := range edge(t.size) {
		kept[index] = t.hashes[index]
	}
	t.hashes = kept
}

func (t *tree) root() (tlog.Hash, error) { return tlog.TreeHash(t.size, t) }

// leaf returns the hash of a line, which has no line feed.
func leaf(line string) tlog.Hash { return tlog.RecordHash([]byte(line)) }
