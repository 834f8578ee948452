package webm

import (
	"encoding/binary"
	"math"

	"github.com/lendhand/lendhand/relay/recording"
)

// cue says where a key frame is.
type cue struct {
	at       recording.Time
	position int64
}

// muxer writes one file: the head once without its figures, the Clusters, the table of
// key frames, and then the head again.
type muxer struct {
	file  File
	track Track
	// start is the recording's time at the file's time 0.
	start  recording.Time
	last   recording.Time
	size   int64
	frames int
	cues   []cue
	// body is where the Segment's content begins: positions count from there.
	body int64
}

func newMuxer(f File, t Track, start recording.Time) *muxer {
	return &muxer{file: f, track: t, start: start, last: start}
}

// begin writes the head to make room for it.
func (m *muxer) begin() error {
	head, body := m.head(0, 0)
	m.body = int64(body)
	return m.put(head)
}

func (m *muxer) put(b []byte) error {
	n, err := m.file.Write(b)
	m.size += int64(n)
	return err
}

// write writes a Cluster.
func (m *muxer) write(frames []Frame) error {
	for i := range frames {
		frames[i].At -= m.start
	}
	s := Segment{Track: m.track}
	cluster, err := s.cluster(frames, m.last-m.start)
	if err != nil {
		return err
	}
	if frames[0].KeyFrame {
		m.cues = append(m.cues, cue{frames[0].At, m.size - m.body})
	}
	m.last = frames[len(frames)-1].At + m.start
	m.frames += len(frames)
	return m.put(cluster)
}

// finish writes the table, and the head with its figures.
func (m *muxer) finish(end recording.Time) error {
	table := m.size - m.body
	if err := m.put(m.table()); err != nil {
		return err
	}
	head, _ := m.head(table, max(end, m.last)-m.start)
	_, err := m.file.WriteAt(head, 0)
	return err
}

func (m *muxer) table() []byte {
	var points []byte
	for _, c := range m.cues {
		where := element(nil, idCueTrackPositions, number(idCueTrack, trackNumber), number(idCueClusterPosition, uint64(c.position)))
		points = element(points, idCuePoint, number(idCueTime, uint64(c.at)), where)
	}
	return element(nil, idCues, points)
}

// head returns what stands before the first Cluster, which is as long whatever the
// figures are, and where in it the Segment's content begins.
func (m *muxer) head(table int64, duration recording.Time) (b []byte, body int) {
	b = appendID(ebmlHeader(), idSegment)
	b = appendWideSize(b, uint64(max(0, m.size-m.body)), 8)
	body = len(b)
	length := element(nil, idDuration, binary.BigEndian.AppendUint64(nil, math.Float64bits(float64(duration))))
	information := element(nil, idInfo, append(info(), length)...)
	tracks := tracks(m.track)
	first := len(seekHead(0, 0, 0))
	b = append(b, seekHead(first, first+len(information), int(table))...)
	return append(append(b, information...), tracks...), body
}

// seekHead says where information, tracks and table are.
func seekHead(information, tracks, table int) []byte {
	seek := func(id uint32, position int) []byte {
		return element(nil, idSeek, element(nil, idSeekID, appendID(nil, id)), wideNumber(idSeekPosition, uint64(position)))
	}
	return element(nil, idSeekHead, seek(idInfo, information), seek(idTracks, tracks), seek(idCues, table))
}
