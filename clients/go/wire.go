package worker

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// The types of the frames that a worker sends or reads. It ignores all others.
const (
	connectFrame      = 0x01
	connectAckFrame   = 0x02
	connectErrorFrame = 0x03
	disconnectFrame   = 0x04
	publishFrame      = 0x09
	publishErrorFrame = 0x0B
	pushFrame         = 0x15
	pushReplyFrame    = 0x16
	registerFrame     = 0x17
	registerAckFrame  = 0x18

	headerSize    = 10 // type, flags, stream, length of the payload
	replyOverhead = headerSize + 8 + 4
	refusalFlag   = 1
)

// frame is a frame from the service, with those fields that its type has.
type frame struct {
	kind, flags uint8
	stream      uint32
	id          uint64  // of a push
	code        uint16  // of an error
	text        *string // of an error or a rejection
	payload     []byte  // of a push
}

func connectBytes(token string) []byte {
	return encode(connectFrame, 0, 0, [4]uint16{1, 0, 1, 3}, token)
}

func registerBytes(r Registration) []byte {
	return encode(registerFrame, 0, 0,
		r.Namespaces, r.TaskQueue, r.Node, r.ActivityTypes, r.Identity, r.Activities)
}

// publishBytes has an envelope without schema and cause.
func publishBytes(stream uint32, channel string, payload []byte) []byte {
	envelope := put(nil, [32]byte{}, make([]byte, 2), payload)
	return encode(publishFrame, 0, stream, channel, envelope)
}

func encode(kind, flags uint8, stream uint32, fields ...any) []byte {
	payload := put(nil, fields...)
	return append(put(nil, kind, flags, stream, uint32(len(payload))), payload...)
}

func put(out []byte, fields ...any) []byte {
	for _, field := range fields {
		switch value := field.(type) {
		case []byte:
			out = append(put(out, uint32(len(value))), value...)
		case string:
			out = put(out, []byte(value))
		case *string:
			if value == nil {
				out = put(out, uint8(0))
			} else {
				out = put(out, uint8(1), *value)
			}
		case []string:
			out = put(out, uint32(len(value)))
			for _, item := range value {
				out = put(out, item)
			}
		case []Activity:
			out = put(out, uint32(len(value)))
			for _, item := range value {
				out = put(out, item.Name, item.InputSchemaJSON, item.OutputSchemaJSON)
			}
		default:
			var err error
			if out, err = binary.Append(out, binary.BigEndian, value); err != nil {
				panic(err)
			}
		}
	}
	return out
}

// decode reads a message, which must be one whole frame and nothing else.
func decode(message []byte) (frame, error) {
	r := &reader{data: message}
	f := frame{kind: r.u8(), flags: r.u8(), stream: r.u32()}
	if length := r.u32(); r.err == nil && uint64(length) != uint64(len(r.data)) {
		return f, fmt.Errorf("%d bytes are declared, %d follow", length, len(r.data))
	}
	control := true
	switch f.kind {
	case connectAckFrame:
		r.take(8) // version and capabilities
	case connectErrorFrame:
		f.code, f.text = r.u16(), r.optional()
	case registerAckFrame:
		f.text = r.optional()
	case publishErrorFrame:
		control, f.code, f.text = false, r.u16(), r.optional()
	case pushFrame:
		control, f.id, f.payload = false, r.u64(), r.bytes()
	default:
		return f, r.err
	}
	if r.err == nil && (len(r.data) > 0 || control != (f.stream == 0)) {
		r.err = errors.New("a wrong stream, or bytes after the fields")
	}
	return f, r.err
}

// reader takes fields from a payload. After an error all that it takes is zero.
type reader struct {
	data []byte
	err  error
}

func (r *reader) take(size uint32) []byte {
	if r.err != nil || uint64(size) > uint64(len(r.data)) {
		r.err = errors.New("the fields do not decode")
		return make([]byte, 8)
	}
	taken := r.data[:size:size]
	r.data = r.data[size:]
	return taken
}

func (r *reader) u8() uint8     { return r.take(1)[0] }
func (r *reader) u16() uint16   { return binary.BigEndian.Uint16(r.take(2)) }
func (r *reader) u32() uint32   { return binary.BigEndian.Uint32(r.take(4)) }
func (r *reader) u64() uint64   { return binary.BigEndian.Uint64(r.take(8)) }
func (r *reader) bytes() []byte { return r.take(r.u32()) }

func (r *reader) optional() *string {
	tag := r.u8()
	if tag == 0 {
		return nil
	}
	text := string(r.bytes())
	if r.err == nil && (tag != 1 || !utf8.ValidString(text)) {
		r.err = errors.New("an optional text is malformed")
	}
	return &text
}
