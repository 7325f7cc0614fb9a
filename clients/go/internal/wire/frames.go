package wire

import "encoding/binary"

// RefusalFlag marks a PushReply that refuses the push.
const RefusalFlag = 1

// Frame is one frame: a pointer to one of the structs of this file.
type Frame interface {
	header() *Header
	typeID() uint8
	control() bool
}

// Header has what all frames have.
type Header struct {
	Flags  uint8
	Stream uint32
}

func (h *Header) header() *Header { return h }

// Control is the header of frames that travel on stream 0.
type Control struct{ Header }

func (*Control) control() bool { return true }

// Application is the header of frames that travel on a stream of 1 or more.
type Application struct{ Header }

func (*Application) control() bool { return false }

// The frames. Their fields are on the wire as their types say, in the order of the struct.
type (
	Connect struct {
		Control
		MinVersion, MaxVersion Version
		AuthToken              []byte
	}
	ConnectAck struct {
		Control
		SelectedVersion Version
		Capabilities    uint32
	}
	ConnectError struct {
		Control
		Reason Refused
	}
	Disconnect struct {
		Control
	}
	Subscribe struct {
		Application
		Channel         string
		AcceptedSchemas []ID
		MaxInFlight     Positive
	}
	SubscribeAck struct {
		Application
		SubscriptionID uint64
		SelectedSchema ID
	}
	SubscribeError struct {
		Application
		Reason Refused
	}
	Unsubscribe struct {
		Application
		SubscriptionID uint64
	}
	Publish struct {
		Application
		Channel        string
		Envelope       Envelope
		IdempotencyKey string `flag:"2"`
	}
	PublishAck struct {
		Application
		MessageID       uint64
		DurablePosition uint64 `flag:"2"`
	}
	PublishError struct {
		Application
		Reason Refused
	}
	ConversationOpen struct {
		Application
		ConversationID uint64
		Subject        string
	}
	ConversationMessage struct {
		Application
		ConversationID uint64
		Envelope       Envelope
	}
	ConversationClose struct {
		Application
		ConversationID uint64
		ReasonCode     *uint16
		Message        *string
	}
	ConversationError struct {
		Application
		ConversationID uint64
		Reason         Refused
	}
	Accept struct {
		Application
		MessageID string
	}
	Defer struct {
		Application
		MessageID string
		Reason    *string
	}
	Reject struct {
		Application
		MessageID string
		Reason    *string
	}
	Ping struct {
		Control
	}
	Pong struct {
		Control
	}
	Push struct {
		Application
		CorrelationID uint64
		Payload       []byte
	}
	PushReply struct {
		Application
		CorrelationID uint64
		Payload       []byte
	}
	WorkerRegister struct {
		Control
		Registration Registration
	}
	WorkerRegisterAck struct {
		Control
		Rejection *string // absent: accepted
	}
	Deliver struct {
		Application
		DeliverySeq uint64
		Envelope    Envelope
		Boot        uint64 `flag:"1"`
		MessageID   uint64 `flag:"1"`
	}
	LinkOpen struct {
		Application
		LinkID    string
		End       End
		Machine   ID
		Handshake []byte
	}
	LinkOpenAck struct {
		Application
		Answer LinkAnswer
	}
	LinkMessage struct {
		Application
		Subject string
		Sealed  []byte
	}
	DisconnectReason struct {
		Control
		Revocation Revocation
	}
)

// Unknown is a frame of a type that nobody here knows. A worker ignores it.
type Unknown struct {
	Header
	TypeID  uint8
	Payload []byte
}

func (u *Unknown) typeID() uint8 { return u.TypeID }
func (*Unknown) control() bool   { return false }

func (*Connect) typeID() uint8             { return 0x01 }
func (*ConnectAck) typeID() uint8          { return 0x02 }
func (*ConnectError) typeID() uint8        { return 0x03 }
func (*Disconnect) typeID() uint8          { return 0x04 }
func (*Subscribe) typeID() uint8           { return 0x05 }
func (*SubscribeAck) typeID() uint8        { return 0x06 }
func (*SubscribeError) typeID() uint8      { return 0x07 }
func (*Unsubscribe) typeID() uint8         { return 0x08 }
func (*Publish) typeID() uint8             { return 0x09 }
func (*PublishAck) typeID() uint8          { return 0x0a }
func (*PublishError) typeID() uint8        { return 0x0b }
func (*ConversationOpen) typeID() uint8    { return 0x0c }
func (*ConversationMessage) typeID() uint8 { return 0x0d }
func (*ConversationClose) typeID() uint8   { return 0x0e }
func (*ConversationError) typeID() uint8   { return 0x0f }
func (*Accept) typeID() uint8              { return 0x10 }
func (*Defer) typeID() uint8               { return 0x11 }
func (*Reject) typeID() uint8              { return 0x12 }
func (*Ping) typeID() uint8                { return 0x13 }
func (*Pong) typeID() uint8                { return 0x14 }
func (*Push) typeID() uint8                { return 0x15 }
func (*PushReply) typeID() uint8           { return 0x16 }
func (*WorkerRegister) typeID() uint8      { return 0x17 }
func (*WorkerRegisterAck) typeID() uint8   { return 0x18 }
func (*Deliver) typeID() uint8             { return 0x19 }
func (*LinkOpen) typeID() uint8            { return 0x1d }
func (*LinkOpenAck) typeID() uint8         { return 0x1e }
func (*LinkMessage) typeID() uint8         { return 0x1f }
func (*DisconnectReason) typeID() uint8    { return 0x20 }

var frames = func() map[uint8]Frame {
	all := []Frame{
		&Connect{},
		&ConnectAck{},
		&ConnectError{},
		&Disconnect{},
		&Subscribe{},
		&SubscribeAck{},
		&SubscribeError{},
		&Unsubscribe{},
		&Publish{},
		&PublishAck{},
		&PublishError{},
		&ConversationOpen{},
		&ConversationMessage{},
		&ConversationClose{},
		&ConversationError{},
		&Accept{},
		&Defer{},
		&Reject{},
		&Ping{},
		&Pong{},
		&Push{},
		&PushReply{},
		&WorkerRegister{},
		&WorkerRegisterAck{},
		&Deliver{},
		&LinkOpen{},
		&LinkOpenAck{},
		&LinkMessage{},
		&DisconnectReason{},
	}
	byID := make(map[uint8]Frame, len(all))
	for _, frame := range all {
		byID[frame.typeID()] = frame
	}
	return byID
}()

// ID names a schema or a machine.
type ID [32]byte

// Version is a version of the protocol.
type Version struct{ Major, Minor uint16 }

// Refused says why something was refused.
type Refused struct {
	Code    uint16
	Message *string
}

// Registration is what a worker declares about itself.
type Registration struct {
	Namespaces    []string
	TaskQueue     string
	Node          *string
	ActivityTypes []string
	Identity      string
	Activities    []Activity
}

// Activity is one thing that a worker can execute; the schemas are JSON Schema texts.
type Activity struct {
	Name             string
	InputSchemaJSON  string
	OutputSchemaJSON string
}

func (g *Registration) read(r *reader) {
	for _, part := range []any{&g.Namespaces, &g.TaskQueue, &g.Node, &g.ActivityTypes, &g.Identity} {
		r.value(part)
	}
	g.Activities = []Activity{}
	if len(r.data) > 0 { // an older worker leaves them out
		r.value(&g.Activities)
	}
}

func (g *Registration) write(out []byte) []byte {
	parts := []any{&g.Namespaces, &g.TaskQueue, &g.Node, &g.ActivityTypes, &g.Identity, &g.Activities}
	for _, part := range parts {
		out = writeValue(out, part)
	}
	return out
}

// Envelope is what a publication or a conversation carries.
type Envelope struct {
	SchemaID    ID
	ParentID    *string
	VectorClock *uint64
	Payload     []byte
}

func (e *Envelope) read(outer *reader) {
	r := outer.nested()
	r.value(&e.SchemaID)
	cause := r.nested()
	cause.value(&e.ParentID)
	cause.value(&e.VectorClock)
	cause.end()
	e.Payload = r.bytes()
	r.end()
}

func (e *Envelope) write(out []byte) []byte {
	cause := writeValue(writeValue(nil, &e.ParentID), &e.VectorClock)
	return putBytes(out, putBytes(putBytes(e.SchemaID[:], cause), e.Payload))
}

// Positive is a u32 that must not be 0.
type Positive uint32

func (p *Positive) read(r *reader) {
	*p = Positive(r.u32())
	if *p == 0 {
		malformed("a number that must not be 0 is 0")
	}
}

func (p *Positive) write(out []byte) []byte {
	return binary.BigEndian.AppendUint32(out, uint32(*p))
}

// End is the end of a link: 0 for export, 1 for import.
type End uint8

func (e *End) read(r *reader)          { *e = End(r.tag(1)) }
func (e *End) write(out []byte) []byte { return append(out, uint8(*e)) }

// LinkAnswer is the answer to LinkOpen: 0 opened with a handshake, 1 held with a grant and a draft,
// 2 refused with a reason.
type LinkAnswer struct {
	Outcome              uint8
	Handshake            []byte
	Grant, Draft, Reason string
}

func (a *LinkAnswer) parts() []any {
	return [][]any{{&a.Handshake}, {&a.Grant, &a.Draft}, {&a.Reason}}[a.Outcome]
}

func (a *LinkAnswer) read(r *reader) {
	a.Outcome = r.tag(2)
	for _, part := range a.parts() {
		r.value(part)
	}
}

func (a *LinkAnswer) write(out []byte) []byte {
	out = append(out, a.Outcome)
	for _, part := range a.parts() {
		out = writeValue(out, part)
	}
	return out
}

// Revocation says why the service is about to close.
type Revocation struct {
	Code uint16
	Name string
}

func (v *Revocation) read(r *reader) {
	format := r.u8()
	r.value(&v.Code)
	r.value(&v.Name)
	known := *v == Revocation{1, "grant_revoked"} || *v == Revocation{2, "revocation_log_reset"}
	if format != 1 || !known {
		malformed("an unknown reason of a disconnect")
	}
}

func (v *Revocation) write(out []byte) []byte {
	return writeValue(writeValue(append(out, 1), &v.Code), &v.Name)
}
