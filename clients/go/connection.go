package worker

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	unauthenticated = 6
	leastRenewal    = time.Second
	mostUnsent      = 32 // messages of the greatest length, beside those of the capacity
)

var notBearer = regexp.MustCompile(`[^\t -~]`)
var temporary = regexp.MustCompile(`retry in ([0-9]{1,4}) s$`)

// connection is one connection, from the token to the close. Its fields belong to the worker's
// goroutine, but for those of the socket.
type connection struct {
	w      *Worker
	ctx    context.Context // of its socket, its handlers, and its token functions
	cancel context.CancelFunc
	socket *socket
	ws     *websocket.Conn // nil until it is open
	token  Token

	open         map[*openPush]struct{}
	renewing     *Token // the token of a Connect without an answer
	tokenRefused bool
	refused      *FailedError // of the connection before, while another token is asked for
	asking       bool         // a WorkerRegister has no answer yet
	asked        *change      // what it asked for; nil for the registration in force
	registeredAt time.Time
	rejections   backoff
	rejection    *string // ends the worker
	stream       uint32
	pingedAt     time.Time
	code         int // of our own close
	reason       string
	unsent       [][]byte // the first of it is being written
	unsentSize   int
	broken       bool // for writing
}

type openPush struct {
	id      uint64
	stream  uint32
	started time.Time
	cancel  context.CancelFunc
}

// socket remembers when the last byte arrived, pings and pongs included.
type socket struct {
	net.Conn
	heard atomic.Int64
}

func (s *socket) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if n > 0 {
		s.heard.Store(time.Now().UnixNano())
	}
	return n, err
}

// aside runs code on a goroutine of its own, and then what it returns, if the connection still counts.
// If the code panics or ends its goroutine, failed takes the place of what it returns.
func (c *connection) aside(code func() func(), failed func(error)) {
	go func() {
		var then func()
		err := errors.New("it ended its goroutine")
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v", p)
			}
			c.w.do(func() {
				if c.w.conn != c {
					return
				} else if then == nil {
					failed(err)
				} else {
					then()
				}
			})
		}()
		then = code()
	}()
}

func (c *connection) fetch(use func(Token, error)) {
	if c.w.opts.Token == nil {
		use(Token{}, nil)
		return
	}
	then := func(token Token, err error) {
		if err != nil {
			c.w.emit(ErrorOccurred{"the token function", err})
		}
		use(token, err)
	}
	c.aside(func() func() {
		token, err := c.w.opts.Token(c.ctx)
		return func() { then(token, err) }
	}, func(err error) { then(Token{}, err) })
}

// dial opens a WebSocket without extension, subprotocol or Origin. It follows no redirect, which
// would carry the token to somebody else.
func (c *connection) dial() {
	opts := &c.w.opts
	header := http.Header{"User-Agent": {opts.UserAgent}}
	if labels := opts.labelHeader(); labels != "" {
		header.Set("Worker-Labels", labels)
	}
	if opts.TokenInUpgrade && opts.Token != nil {
		if notBearer.MatchString(c.token.Value) {
			c.lost("cannot connect: the token holds a character that HTTP does not allow")
			return
		}
		header.Set("Authorization", "Bearer "+c.token.Value)
	}
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment}
	dialer.NetDialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		c.socket = &socket{Conn: conn}
		context.AfterFunc(c.ctx, func() { conn.Close() })
		return c.socket, nil
	}
	c.aside(func() func() {
		var config *tls.Config
		if opts.TLS != nil {
			var err error
			if config, err = opts.TLS(); err != nil {
				return func() { c.lost("cannot connect: " + err.Error()) }
			}
		}
		dialer.TLSClientConfig = config
		ws, response, err := dialer.DialContext(c.ctx, opts.URL, header)
		return func() {
			c.w.unset("answer")
			switch {
			case err == nil:
				c.opened(ws, response)
			case response != nil && response.StatusCode != http.StatusSwitchingProtocols:
				c.w.upgradeRefused(response, c.token)
			default:
				c.lost("cannot connect: " + err.Error())
			}
		}
	}, func(err error) { c.lost("cannot connect: " + err.Error()) })
}

func (c *connection) opened(ws *websocket.Conn, response *http.Response) {
	c.ws = ws
	ws.SetReadLimit(int64(c.w.opts.MaxMessage))
	c.w.emit(Connected{response.Header.Get("Frontdoor-Instance")})
	token := c.token
	if c.w.opts.TokenInUpgrade {
		token.Value = ""
	}
	c.connect(token)
	c.watchSilence()
	go func() {
		for {
			kind, message, err := ws.ReadMessage()
			c.w.do(func() {
				if c.w.conn == c {
					c.received(kind, message, err)
				}
			})
			if err != nil {
				return
			}
		}
	}()
}

// lost ends the connection without a close.
func (c *connection) lost(reason string) {
	if c.w.conn == c {
		c.w.closed(c, websocket.CloseAbnormalClosure, reason, false)
	}
}

// fault closes because of what the service sent.
func (c *connection) fault(code int, reason string) {
	c.code, c.reason = code, reason
	message := websocket.FormatCloseMessage(code, "")
	go c.ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(closeTimeout))
	c.w.after("close", closeTimeout, func() { c.w.closed(c, code, reason, false) })
}

// watchSilence looks a few times within each of the two time limits.
func (c *connection) watchSilence() {
	silence, patience := c.w.opts.Silence, c.w.opts.PongTimeout
	now := time.Now()
	if now.Sub(time.Unix(0, c.socket.heard.Load())) < silence {
		c.pingedAt = time.Time{}
	} else if c.pingedAt.IsZero() {
		c.pingedAt = now
		go c.ws.WriteControl(websocket.PingMessage, nil, now.Add(patience))
	} else if now.Sub(c.pingedAt) >= patience {
		c.lost(fmt.Sprintf("nothing was heard for %s", silence+patience))
		return
	}
	c.w.after("silence", min(silence, patience)/4+time.Millisecond, c.watchSilence)
}

// send queues a frame and tells whether it may be sent. If not, the connection is about to end.
func (c *connection) send(frame []byte) bool {
	if c.w.conn != c || c.ws == nil || c.code != 0 || c.broken {
		return false
	}
	c.unsent = append(c.unsent, frame)
	c.unsentSize += len(frame)
	if c.unsentSize > (c.w.opts.Capacity+mostUnsent)*c.w.opts.MaxMessage {
		c.lost("the service does not read")
		return false
	}
	if len(c.unsent) == 1 {
		c.write()
	}
	return true
}

// write writes the first unsent frame, and then the next. The worker's goroutine does not wait for it.
func (c *connection) write() {
	frame := c.unsent[0]
	c.aside(func() func() {
		c.ws.SetWriteDeadline(time.Now().Add(c.w.opts.AnswerTimeout))
		err := c.ws.WriteMessage(websocket.BinaryMessage, frame)
		return func() { c.written(frame, err) }
	}, func(err error) { c.lost(err.Error()) })
}

func (c *connection) written(frame []byte, err error) {
	c.unsent, c.unsentSize = c.unsent[1:], c.unsentSize-len(frame)
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		c.lost("the service does not read")
		return
	case err != nil: // what arrives last tells why the connection ends
		c.broken = true
		c.ws.SetReadDeadline(time.Now().Add(closeTimeout))
		return
	case frame[0] == disconnectFrame:
		c.w.after("close", closeTimeout, c.noClose)
	}
	if len(c.unsent) > 0 {
		c.write()
	}
}

func (c *connection) received(kind int, message []byte, err error) {
	var closed *websocket.CloseError
	switch {
	case c.code != 0 && err != nil:
		c.w.closed(c, c.code, c.reason, false)
	case c.code != 0: // what follows a fault does not count
	case errors.Is(err, websocket.ErrReadLimit):
		c.w.closed(c, websocket.CloseMessageTooBig, err.Error(), false)
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		c.w.closed(c, closed.Code, closed.Text, true)
	case err != nil:
		c.lost(err.Error())
	case kind != websocket.BinaryMessage:
		c.fault(websocket.CloseUnsupportedData, "a text message")
	default:
		frame, err := decode(message)
		if err != nil {
			c.w.emit(ErrorOccurred{"a frame of the service", err})
			c.fault(websocket.CloseProtocolError, err.Error())
			return
		}
		c.frame(frame)
	}
}

func (c *connection) frame(f frame) {
	stopping := c.w.State() == Stopping
	switch {
	case f.kind == pushFrame:
		c.pushed(f)
	case f.kind == publishErrorFrame:
		text := ""
		if f.text != nil {
			text = *f.text
		}
		c.w.emit(PublishRefused{f.stream, f.code, text})
	case f.kind == connectErrorFrame && f.code == unauthenticated:
		c.tokenRefused = true
	case stopping: // no further registration, no further renewal
	case f.kind == connectAckFrame && c.renewing != nil:
		c.acknowledged()
	case f.kind == connectErrorFrame && c.renewing != nil && c.w.State() != Connecting:
		c.renewing = nil
		c.w.unset("answer")
		c.renewSoon()
	case f.kind == registerAckFrame && c.asking:
		c.answered(f.text)
	}
}

// Connect and the token.

func (c *connection) connect(token Token) {
	c.renewing = &token
	c.w.after("answer", c.w.opts.AnswerTimeout, func() { c.lost("no answer to Connect") })
	c.send(connectBytes(token.Value))
}

func (c *connection) acknowledged() {
	c.w.unset("answer")
	if c.w.State() == Connecting {
		c.w.become(StateChanged{State: Registering})
		c.register()
	} else {
		c.token = *c.renewing
		c.w.emit(Renewed{})
	}
	c.renewing = nil
	if expiry := c.token.ExpiresIn; expiry != 0 {
		c.w.after("renew", max(expiry/5*4, leastRenewal), c.renew)
	}
}

func (c *connection) renew() {
	c.fetch(func(token Token, err error) {
		if c.w.State() == Stopping {
			return
		}
		if err != nil {
			c.renewSoon()
		} else {
			c.connect(token)
		}
	})
}

func (c *connection) renewSoon() {
	pause := time.Duration(rand.Int64N(int64(c.w.opts.InitialBackoff) + 1))
	c.w.after("renew", max(pause, leastRenewal), c.renew)
}

// Registrations.

func (c *connection) register() {
	registration := c.w.registration
	if c.w.change != nil {
		registration = c.w.change.registration
	}
	c.asking, c.asked = true, c.w.change
	c.w.after("register", c.w.opts.AnswerTimeout, func() { c.lost("no answer to WorkerRegister") })
	c.send(registerBytes(registration))
}

func (c *connection) answered(rejection *string) {
	c.asking = false
	c.w.unset("register")
	if rejection == nil {
		c.accepted()
	} else {
		c.rejected(*rejection)
	}
	if c.w.change != nil && c.w.change != c.asked && c.rejection == nil {
		c.register()
	}
}

func (c *connection) accepted() {
	if c.asked != nil {
		c.w.registration = c.asked.registration
	}
	c.w.refusals = 0
	c.rejections.attempts = 0
	if c.w.State() == Registering {
		c.registeredAt = time.Now()
		c.w.become(StateChanged{State: Registered})
	}
	c.w.settle(c.asked, nil)
}

func (c *connection) rejected(reason string) {
	seconds := temporary.FindStringSubmatch(reason)
	c.w.emit(RegistrationRejected{reason, seconds != nil})
	if seconds != nil {
		count, _ := strconv.Atoi(seconds[1])
		c.w.after("register", time.Duration(count)*time.Second+c.rejections.next(), c.register)
		return
	}
	c.w.settle(c.asked, &RejectedError{reason})
	switch {
	case c.w.State() == Registered:
	case c.asked == nil && c.w.opts.StopOnRejection:
		c.rejection = &reason
		c.w.leaveWithin(closeTimeout)
		c.disconnect()
	default:
		c.w.after("register", c.rejections.next(), c.register)
	}
}

// Pushes.

func (c *connection) pushed(f frame) {
	ctx, cancel := context.WithCancel(c.ctx)
	push := &openPush{f.id, f.stream, time.Now(), cancel}
	c.open[push] = struct{}{}
	c.w.emit(PushReceived{push.id, len(f.payload)})
	if c.w.State() == Stopping || c.rejection != nil {
		c.refuseStopping(push)
	} else if capacity := c.w.opts.Capacity; c.w.running >= capacity {
		c.refuse(push, &Refusal{Busy, fmt.Sprintf("at the capacity of %d", capacity)})
	} else {
		c.w.running++
		go c.work(ctx, push, Push{f.payload, f.id})
	}
}

func (c *connection) work(ctx context.Context, push *openPush, content Push) {
	var reply []byte
	err := errors.New("the handler ended its goroutine")
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
		c.w.do(func() {
			c.w.running--
			c.handled(push, reply, err)
		})
	}()
	reply, err = c.w.opts.Handler(ctx, content)
}

// handled answers, unless the push was answered or dropped meanwhile.
func (c *connection) handled(push *openPush, reply []byte, err error) {
	if _, open := c.open[push]; !open {
		return
	}
	var refusal *Refusal
	limit := c.w.opts.MaxMessage
	switch {
	case errors.As(err, &refusal) && refusal != nil:
		c.refuse(push, refusal.cut())
	case err != nil:
		c.w.emit(ErrorOccurred{"the handler", err})
		c.refuse(push, &Refusal{Internal, "the handler failed"})
	case len(reply)+replyOverhead > limit:
		c.refuse(push, &Refusal{Internal, fmt.Sprintf("the reply exceeds %d bytes", limit)})
	default:
		c.answer(push, 0, reply, PushReplied{push.id, len(reply), time.Since(push.started)})
	}
	c.leaveIfDone()
}

func (c *connection) refuse(push *openPush, refusal *Refusal) {
	event := PushRefused{push.id, refusal.Code, refusal.Words, time.Since(push.started)}
	c.answer(push, refusalFlag, refusal.payload(), event)
}

func (c *connection) refuseStopping(push *openPush) {
	c.refuse(push, &Refusal{Unavailable, "the worker is stopping"})
}

func (c *connection) refuseAll() {
	for push := range c.open {
		c.refuseStopping(push)
	}
}

func (c *connection) answer(push *openPush, flags uint8, payload []byte, event Event) {
	delete(c.open, push)
	push.cancel()
	if c.broken || c.code != 0 {
		event = PushDropped{push.id, time.Since(push.started)}
	}
	c.w.emit(event) // first, since the sending may end the connection and the worker
	c.send(encode(pushReplyFrame, flags, push.stream, push.id, payload))
}

// Publications and the stop.

func (c *connection) publish(channel string, payload []byte) error {
	if c.stream == math.MaxUint32 {
		c.stream = 1
	}
	frame := publishBytes(c.stream+1, channel, payload)
	if limit := c.w.opts.MaxMessage; len(frame) > limit {
		return fmt.Errorf("a publication of %d bytes; allowed: %d", len(frame), limit)
	}
	c.stream++
	if !c.send(frame) {
		return ErrNotRegistered
	}
	c.w.emit(Published{c.stream, channel, len(payload)})
	return nil
}

func (c *connection) leaveIfDone() {
	if c.w.State() == Stopping && len(c.open) == 0 {
		c.w.leave()
	}
}

func (c *connection) disconnect() {
	c.send(encode(disconnectFrame, 0, 0))
}

func (c *connection) noClose() { c.lost("no close came") }
