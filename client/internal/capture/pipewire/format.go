//go:build linux

package pipewire

import (
	"fmt"
	"image"
)

// Names of objects, and keys of their properties (spa/param).
const (
	paramEnumFormat = 3
	paramFormat     = 4
	paramBuffers    = 5
	paramMeta       = 6

	keyMediaType    = 1
	keyMediaSubtype = 2
	keyFormat       = 0x20001
	keySize         = 0x20003
	keyFramerate    = 0x20004
	keyBuffersCount = 1
	keyBuffersData  = 6
	keyMetaType     = 1
	keyMetaSize     = 2

	mediaVideo = 2
	mediaRaw   = 1
)

// Formats of pixels (spa/param/video/raw.h).
const (
	formatRGBx = 7
	formatBGRx = 8
	formatRGBA = 11
	formatBGRA = 12
)

// Kinds of memory, and of what comes with a picture (spa/buffer).
const (
	dataPointer = 1
	dataFile    = 2

	metaHeader = 1
	metaDamage = 3

	headerSize = 32
	regionSize = 16 // x, y, width, height
	maxRegions = 32
)

const (
	// maxSide is the longest side of a picture that is taken.
	maxSide = 16384
	// Buffers that are asked for: one is here, one on its way back, and the others are
	// drawn to meanwhile.
	fewBuffers, likedBuffers, mostBuffers = 3, 4, 16
)

// format is what the pixels of a stream are.
type format struct {
	size image.Point
	// swapped pixels begin with red.
	swapped bool
}

// parseFormat reads what was agreed on.
func parseFormat(pod []byte) (format, error) {
	p, err := parseObject(pod, objectFormat)
	if err != nil {
		return format{}, fmt.Errorf("read format: %w", err)
	}
	media, _ := p[keyMediaType].name()
	raw, _ := p[keyMediaSubtype].name()
	pixels, _ := p[keyFormat].name()
	width, height, ok := p[keySize].size()
	switch {
	case media != mediaVideo || raw != mediaRaw || !ok:
		return format{}, fmt.Errorf("read format: %w: media %d.%d is no picture", errPod, media, raw)
	case width < 1 || height < 1 || width > maxSide || height > maxSide:
		return format{}, fmt.Errorf("read format: %w: a picture of %d × %d", errPod, width, height)
	}
	f := format{size: image.Pt(int(width), int(height))}
	switch pixels {
	case formatRGBx, formatRGBA:
		f.swapped = true
	case formatBGRx, formatBGRA:
	default:
		return format{}, fmt.Errorf("read format: %w: pixels of format %d", errPod, pixels)
	}
	return f, nil
}

// wanted is what this program can read. The rate is the compositor's own.
func wanted() value {
	return object(
		objectFormat, paramEnumFormat,
		property{keyMediaType, id(mediaVideo)},
		property{keyMediaSubtype, id(mediaRaw)},
		property{keyFormat, choice(choiceEnum, id(formatBGRx), id(formatBGRx), id(formatBGRA), id(formatRGBx), id(formatRGBA))},
		property{keySize, choice(choiceRange, rectangle(1920, 1080), rectangle(1, 1), rectangle(maxSide, maxSide))},
		property{keyFramerate, choice(choiceRange, whole(60), whole(0), whole(1000))},
	)
}

// carriers are what the pictures come in: memory that can be read, with what changed.
func carriers() []value {
	const least, most = regionSize, maxRegions * regionSize
	return []value{
		object(
			objectBuffers, paramBuffers,
			property{keyBuffersCount, choice(choiceRange, integer(likedBuffers), integer(fewBuffers), integer(mostBuffers))},
			property{keyBuffersData, choice(choiceFlags, integer(1<<dataPointer|1<<dataFile))},
		),
		object(
			objectMeta, paramMeta,
			property{keyMetaType, id(metaHeader)},
			property{keyMetaSize, integer(headerSize)},
		),
		object(
			objectMeta, paramMeta,
			property{keyMetaType, id(metaDamage)},
			property{keyMetaSize, choice(choiceRange, integer(most), integer(least), integer(most))},
		),
	}
}
