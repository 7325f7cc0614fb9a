package worker

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
)

// sent is a frame of a worker. The text is the token of Connect, the task queue of WorkerRegister,
// the channel of Publish, or the payload of PushReply.
type sent struct {
	kind, flags uint8
	stream      uint32
	id          uint64
	text        string
}

// parse trusts the library to send whole frames.
func parse(message []byte) sent {
	r := &reader{data: message}
	s := sent{kind: r.u8(), flags: r.u8(), stream: r.u32()}
	r.u32()
	switch s.kind {
	case connectFrame:
		r.take(8)
	case registerFrame:
		for range r.u32() {
			r.bytes()
		}
	case pushReplyFrame:
		s.id = r.u64()
	case disconnectFrame:
		return s
	}
	s.text = string(r.bytes())
	return s
}

type vector struct {
	Name, Hex, Verdict string
	Frame              struct {
		Type          string
		Flags         uint8
		StreamID      uint32
		CorrelationID uint64
		ReasonCode    uint16
		Message       json.RawMessage // a text, or an object in a frame that no worker reads
		Reason        *string
		Payload       string
		Registration  Registration
	}
}

func vectors(t *testing.T, name string) []vector {
	t.Helper()
	file, err := os.Open("../../conformance/vectors/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []vector
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	value, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestWhatAWorkerReadsHasItsMeaning(t *testing.T) {
	read := map[string]int{}
	for _, v := range vectors(t, "frames.jsonl") {
		got, err := decode(unhex(t, v.Hex))
		if err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		want := v.Frame
		switch want.Type {
		case "connectAck", "connectError", "push", "publishError", "workerRegisterAck":
			read[want.Type]++
		default:
			continue
		}
		text := want.Reason
		if want.Message != nil {
			if err := json.Unmarshal(want.Message, &text); err != nil {
				t.Fatal(err)
			}
		}
		if got.flags != want.Flags || got.stream != want.StreamID || got.id != want.CorrelationID ||
			got.code != want.ReasonCode || hex.EncodeToString(got.payload) != want.Payload ||
			!reflect.DeepEqual(got.text, text) {
			t.Errorf("%s: %+v", v.Name, got)
		}
	}
	if len(read) != 5 {
		t.Error(read)
	}
}

func TestWhatAWorkerSendsHasItsBytes(t *testing.T) {
	written := map[string]int{}
	for _, v := range vectors(t, "frames.jsonl") {
		var got []byte
		switch v.Frame.Type {
		case "workerRegister":
			got = registerBytes(v.Frame.Registration)
		case "pushReply":
			payload := unhex(t, v.Frame.Payload)
			got = encode(pushReplyFrame, v.Frame.Flags, v.Frame.StreamID, v.Frame.CorrelationID, payload)
		case "disconnect":
			got = encode(disconnectFrame, 0, 0)
		default:
			continue
		}
		written[v.Frame.Type]++
		older := v.Frame.Type == "workerRegister" && len(got) == len(v.Hex)/2+4
		if hex.EncodeToString(got) != v.Hex && !older {
			t.Errorf("%s is written as %x", v.Name, got)
		}
	}
	if len(written) != 3 {
		t.Error(written)
	}
	want := "090000000002" + "00000034" + "00000001" + "63" + "0000002b" + strings.Repeat("00", 32) +
		"00000002" + "0000" + "00000001" + "78"
	if got := hex.EncodeToString(publishBytes(2, "c", []byte("x"))); got != want {
		t.Errorf("a publication is written as %s", got)
	}
	want = "0100000000000000000d" + "0001000000010003" + "00000001" + "74"
	if got := hex.EncodeToString(connectBytes("t")); got != want {
		t.Errorf("Connect is written as %s", got)
	}
}

func TestDamagedFramesAreRefusedIfAWorkerReadsThem(t *testing.T) {
	all := vectors(t, "malformed.jsonl")
	if len(all) < 400 {
		t.Fatalf("only %d vectors", len(all))
	}
	for _, v := range all {
		message := unhex(t, v.Hex)
		whole := len(message) >= headerSize &&
			binary.BigEndian.Uint32(message[6:]) == uint32(len(message)-headerSize)
		read := whole && strings.ContainsRune("\x02\x03\x0b\x15\x18", rune(message[0]))
		allowed := whole && !read || v.Verdict == "frame"
		if _, err := decode(message); (err == nil) != allowed {
			t.Errorf("%s: %v", v.Hex, err)
		}
	}
}
