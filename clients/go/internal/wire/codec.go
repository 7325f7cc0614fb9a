// Package wire has the frames of the protocol, and their bytes.
//
// A frame is a struct whose fields stand in the order of the wire; reading and writing follow from
// their types. Nothing of a declared size is allocated before that many bytes are known to be there.
package wire

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"strconv"
	"unicode/utf8"
)

// HeaderSize is the size of a header: type, flags, stream, payload length.
const HeaderSize = 10

// Error tells that bytes are not one whole frame.
type Error struct {
	ReasonCode uint16 // the protocol's number for what is wrong
	Message    string
}

func (e *Error) Error() string { return fmt.Sprintf("0x%04X %s", e.ReasonCode, e.Message) }

func fail(code uint16, format string, values ...any) {
	panic(&Error{code, fmt.Sprintf(format, values...)})
}

func malformed(format string, values ...any) { fail(9, format, values...) }

// field is a part of a frame whose layout does not follow from its type.
type field interface {
	read(r *reader)
	write(out []byte) []byte
}

type reader struct{ data []byte }

func (r *reader) take(size uint64) []byte {
	if size > uint64(len(r.data)) {
		malformed("%d bytes are declared, %d follow", size, len(r.data))
	}
	taken := r.data[:size:size]
	r.data = r.data[size:]
	return taken
}

func (r *reader) u8() uint8         { return r.take(1)[0] }
func (r *reader) u16() uint16       { return binary.BigEndian.Uint16(r.take(2)) }
func (r *reader) u32() uint32       { return binary.BigEndian.Uint32(r.take(4)) }
func (r *reader) u64() uint64       { return binary.BigEndian.Uint64(r.take(8)) }
func (r *reader) bytes() []byte     { return append([]byte{}, r.take(uint64(r.u32()))...) }
func (r *reader) nested() *reader   { return &reader{r.take(uint64(r.u32()))} }
func (r *reader) value(pointer any) { r.read(reflect.ValueOf(pointer).Elem(), 0) }

func (r *reader) tag(highest uint8) uint8 {
	tag := r.u8()
	if tag > highest {
		malformed("a tag of %d; allowed: 0 to %d", tag, highest)
	}
	return tag
}

func (r *reader) end() {
	if len(r.data) > 0 {
		malformed("%d bytes are left over", len(r.data))
	}
}

func (r *reader) read(v reflect.Value, flags uint8) {
	if own, ok := v.Addr().Interface().(field); ok {
		own.read(r)
		return
	}
	switch v.Kind() {
	case reflect.Uint8:
		v.SetUint(uint64(r.u8()))
	case reflect.Uint16:
		v.SetUint(uint64(r.u16()))
	case reflect.Uint32:
		v.SetUint(uint64(r.u32()))
	case reflect.Uint64:
		v.SetUint(r.u64())
	case reflect.String:
		text := r.take(uint64(r.u32()))
		if !utf8.Valid(text) {
			malformed("a string is not well-formed UTF-8")
		}
		v.SetString(string(text))
	case reflect.Pointer:
		if r.tag(1) == 1 {
			v.Set(reflect.New(v.Type().Elem()))
			r.read(v.Elem(), 0)
		}
	case reflect.Array: // an id of 32 bytes
		reflect.Copy(v, reflect.ValueOf(r.take(uint64(v.Len()))))
	case reflect.Slice:
		r.slice(v)
	case reflect.Struct:
		for i := range v.NumField() {
			if present(v.Type().Field(i), flags) {
				r.read(v.Field(i), 0)
			}
		}
	default:
		panic("no layout for " + v.Type().String())
	}
}

func (r *reader) slice(v reflect.Value) {
	element := v.Type().Elem()
	if element.Kind() == reflect.Uint8 {
		v.SetBytes(r.bytes())
		return
	}
	count := uint64(r.u32())
	if count*leastSize(element) > uint64(len(r.data)) {
		malformed("%d items are declared, %d bytes follow", count, len(r.data))
	}
	v.Set(reflect.MakeSlice(v.Type(), int(count), int(count)))
	for i := range int(count) {
		r.read(v.Index(i), 0)
	}
}

func leastSize(t reflect.Type) uint64 {
	switch t.Kind() {
	case reflect.Array:
		return uint64(t.Len())
	case reflect.Struct:
		return 4 * uint64(t.NumField())
	default:
		return 4
	}
}

func write(out []byte, v reflect.Value, flags uint8) []byte {
	if own, ok := v.Addr().Interface().(field); ok {
		return own.write(out)
	}
	switch v.Kind() {
	case reflect.Uint8:
		return append(out, uint8(v.Uint()))
	case reflect.Uint16:
		return binary.BigEndian.AppendUint16(out, uint16(v.Uint()))
	case reflect.Uint32:
		return binary.BigEndian.AppendUint32(out, uint32(v.Uint()))
	case reflect.Uint64:
		return binary.BigEndian.AppendUint64(out, v.Uint())
	case reflect.String:
		return putBytes(out, []byte(v.String()))
	case reflect.Pointer:
		if v.IsNil() {
			return append(out, 0)
		}
		return write(append(out, 1), v.Elem(), 0)
	case reflect.Array:
		return append(out, v.Bytes()...)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return putBytes(out, v.Bytes())
		}
		out = binary.BigEndian.AppendUint32(out, uint32(v.Len()))
		for i := range v.Len() {
			out = write(out, v.Index(i), 0)
		}
		return out
	case reflect.Struct:
		for i := range v.NumField() {
			if present(v.Type().Field(i), flags) {
				out = write(out, v.Field(i), 0)
			}
		}
		return out
	default:
		panic("no layout for " + v.Type().String())
	}
}

func writeValue(out []byte, pointer any) []byte {
	return write(out, reflect.ValueOf(pointer).Elem(), 0)
}

func putBytes(out, value []byte) []byte {
	return append(binary.BigEndian.AppendUint32(out, uint32(len(value))), value...)
}

// present tells whether a field is on the wire: the header is not among the payload, and a field
// with a flag is there only if the frame has the flag.
func present(f reflect.StructField, flags uint8) bool {
	if f.Anonymous {
		return false
	}
	flag, _ := strconv.ParseUint(f.Tag.Get("flag"), 10, 8)
	return flag == 0 || flags&uint8(flag) != 0
}

// Decode decodes a message, which must be one whole frame and nothing else. An error is an *Error.
func Decode(message []byte) (frame Frame, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *Error:
			frame, err = nil, p
		default:
			panic(p)
		}
	}()
	if len(message) < HeaderSize {
		fail(1, "%d bytes, a header has %d", len(message), HeaderSize)
	}
	r := reader{message}
	typeID, head, length, follow := r.u8(), Header{r.u8(), r.u32()}, r.u32(), len(r.data)
	if uint64(length) > uint64(follow) {
		fail(2, "%d bytes are declared, %d follow", length, follow)
	}
	payload := reader{r.take(uint64(length))}
	example, known := frames[typeID]
	if !known {
		frame = &Unknown{head, typeID, append([]byte{}, payload.data...)}
	} else {
		if example.control() != (head.Stream == 0) {
			fail(4, "type 0x%02X on stream %d", typeID, head.Stream)
		}
		v := reflect.New(reflect.TypeOf(example).Elem())
		frame = v.Interface().(Frame)
		*frame.header() = head
		payload.read(v.Elem(), head.Flags)
		payload.end()
	}
	r.end()
	return frame, nil
}

// Encode gives the bytes of a frame, which is one message.
func Encode(frame Frame) []byte {
	head := frame.header()
	out := binary.BigEndian.AppendUint32([]byte{frame.typeID(), head.Flags}, head.Stream)
	out = append(out, 0, 0, 0, 0)
	if unknown, ok := frame.(*Unknown); ok {
		out = append(out, unknown.Payload...)
	} else {
		out = write(out, reflect.ValueOf(frame).Elem(), head.Flags)
	}
	binary.BigEndian.PutUint32(out[6:], uint32(len(out)-HeaderSize))
	return out
}
