package wire

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
)

const vectors = "../../../../conformance/vectors/"

type vector struct {
	Name       string
	Hex        string
	Frame      map[string]any
	Verdict    string
	Type       string
	ReasonCode uint16
}

func read(t *testing.T, name string) []vector {
	t.Helper()
	file, err := os.Open(vectors + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []vector
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		decoder := json.NewDecoder(strings.NewReader(lines.Text()))
		decoder.UseNumber()
		var v vector
		if err := decoder.Decode(&v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

func bytesOf(t *testing.T, v vector) []byte {
	t.Helper()
	message, err := hex.DecodeString(v.Hex)
	if err != nil {
		t.Fatal(err)
	}
	return message
}

// typeName is the name of a frame's type, as the vectors spell it.
func typeName(frame Frame) string {
	name := reflect.TypeOf(frame).Elem().Name()
	return strings.ToLower(name[:1]) + name[1:]
}

func TestBytesHaveTheirMeaningAndBack(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range read(t, "frames.jsonl") {
		frame, err := Decode(bytesOf(t, v))
		if err != nil {
			t.Fatalf("%s: %v", v.Name, err)
		}
		seen[typeName(frame)] = true
		if typeName(frame) != v.Frame["type"] {
			t.Errorf("%s is a %s", v.Name, typeName(frame))
		}
		want := meaning(t, v.Frame)
		got := leaves(reflect.ValueOf(frame).Elem(), *frame.header())
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", v.Name, got, want)
		}
		if again := hex.EncodeToString(Encode(frame)); again != v.Hex {
			t.Errorf("%s is written as %s", v.Name, again)
		}
	}
	if len(seen) != len(frames)+1 {
		t.Errorf("%d types among the vectors, %d here", len(seen), len(frames)+1)
	}
}

// meaning counts the values of a vector's frame, however they are nested.
func meaning(t *testing.T, frame map[string]any) map[string]int {
	t.Helper()
	found := map[string]int{}
	var visit func(value any)
	visit = func(value any) {
		switch v := value.(type) {
		case map[string]any:
			for name, part := range v {
				if name != "type" && name != "outcome" {
					visit(part)
				}
			}
		case []any:
			for _, part := range v {
				visit(part)
			}
		case json.Number:
			found[v.String()]++
		case string:
			found[v]++
		}
	}
	visit(frame)
	return found
}

// leaves counts the values of a frame in the same way. Values that are absent do not count, and a
// field that needs a flag counts only with the flag.
func leaves(v reflect.Value, head Header) map[string]int {
	found := map[string]int{}
	number := func(n uint64) { found[json.Number(uintText(n)).String()]++ }
	var visit func(v reflect.Value)
	visit = func(v reflect.Value) {
		switch value := v.Interface().(type) {
		case Header:
			number(uint64(value.Flags))
			number(uint64(value.Stream))
			return
		case LinkAnswer:
			for _, part := range value.parts() {
				visit(reflect.ValueOf(part).Elem())
			}
			return
		case End:
			found[[]string{"export", "import"}[value]]++
			return
		}
		switch v.Kind() {
		case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
			number(v.Uint())
		case reflect.String:
			found[v.String()]++
		case reflect.Pointer:
			if !v.IsNil() {
				visit(v.Elem())
			}
		case reflect.Array:
			found[hex.EncodeToString(v.Bytes())]++
		case reflect.Slice:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				found[hex.EncodeToString(v.Bytes())]++
				return
			}
			for i := range v.Len() {
				visit(v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				f := v.Type().Field(i)
				if f.Anonymous || present(f, head.Flags) {
					visit(v.Field(i))
				}
			}
		}
	}
	visit(v)
	return found
}

func uintText(n uint64) string {
	text, _ := json.Marshal(n)
	return string(text)
}

func TestDamagedBytesGetTheirVerdict(t *testing.T) {
	all := read(t, "malformed.jsonl")
	if len(all) < 400 {
		t.Fatalf("only %d vectors", len(all))
	}
	for _, v := range all {
		frame, err := Decode(bytesOf(t, v))
		if v.Verdict == "frame" {
			if err != nil || typeName(frame) != v.Type {
				t.Errorf("%s: %v, %v", v.Hex, frame, err)
			}
			continue
		}
		want := v.ReasonCode
		if v.Verdict == "trailing" {
			want = 9
		}
		if wrong, ok := err.(*Error); !ok || wrong.ReasonCode != want {
			t.Errorf("%s: %v instead of %d", v.Hex, err, want)
		}
	}
}
