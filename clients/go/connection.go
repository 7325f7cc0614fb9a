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
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"frontdoor.dev/worker/internal/wire"
)

const (
	closeTimeout  = 2 * time.Second
	maxRetry      = time.Hour
	replyOverhead = wire.HeaderSize + 12
	leastRenewal  = 100 * time.Millisecond
	refusedToken  = 6
)

var (
	temporary = regexp.MustCompile(`retry in ([0-9]{1,9}) s$`)
	stopping  = &Refusal{Unavailable, "the worker is stopping"}
)

// connection sends and receives the frames of one connection. All of its fields belong to the
// goroutine of the worker, which runs serve.
type connection struct {
	w      *Worker
	ws     *websocket.Conn
	socket *socket
	token  Token
	// The context of handlers and of all else that ends with the connection.
	ctx          context.Context
	cancel       context.CancelFunc
	done         <-chan struct{}
	helpers      sync.WaitGroup
	messages     chan message
	results      chan result
	publications chan publication
	tokens       chan func()

	open         map[*openPush]struct{}
	acknowledged bool
	connecting   bool
	tokenRefused bool
	registered   bool
	registeredAt time.Time
	rejection    *string
	rejections   backoff
	unanswered   *unanswered
	stream       uint32
	leaving      bool
	lost         string
	code         int // of our own close

	connectTimer, registerTimer, retryTimer, renewTimer, silenceTimer, graceTimer, closeTimer timer
	pingedAt                                                                                  int64
}

// ending is how a connection ended.
type ending struct {
	code         int // the close code; 1006 if there was none
	reason       string
	byService    bool // the service closed first
	registeredAt time.Time
	token        Token // the one that counted last
	tokenRefused bool
	rejection    *string // the reason of a rejection that ends the worker
}

type message struct {
	kind websocket.MessageType
	data []byte
	err  error
}

type openPush struct {
	id      uint64
	stream  uint32
	started time.Time
	cancel  context.CancelFunc
}

type result struct {
	push  *openPush
	reply []byte
	err   error
}

type publication struct {
	channel string
	payload []byte
	result  chan error
}

type unanswered struct {
	registration Registration
	change       *change
}

// timer is a timer that may be unset.
type timer struct{ t *time.Timer }

func (t *timer) set(d time.Duration) {
	t.stop()
	t.t = time.NewTimer(d)
}

func (t *timer) stop() {
	if t.t != nil {
		t.t.Stop()
		t.t = nil
	}
}

func (t *timer) c() <-chan time.Time {
	if t.t == nil {
		return nil
	}
	return t.t.C
}

// socket remembers when the last byte arrived, pings and pongs included.
type socket struct {
	net.Conn
	heard atomic.Int64 // nanoseconds since the socket was opened
	born  time.Time
}

func (s *socket) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if n > 0 {
		s.heard.Store(int64(time.Since(s.born)))
	}
	return n, err
}

// dial opens a WebSocket without extension, subprotocol or Origin. It follows no redirect, which
// would carry the token to somebody else.
func (w *Worker) dial(token Token) (*connection, *http.Response, error) {
	var config *tls.Config
	if w.opts.TLS != nil {
		var err error
		if config, err = w.opts.TLS(); err != nil {
			return nil, nil, err
		}
	}
	var opened *socket
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			opened = &socket{Conn: conn, born: time.Now()}
			return opened, nil
		},
		TLSClientConfig:        config,
		MaxResponseHeaderBytes: 64 << 10,
		DisableKeepAlives:      true,
	}
	defer transport.CloseIdleConnections()
	header := http.Header{"User-Agent": {w.opts.UserAgent}}
	if labels := w.opts.labelHeader(); labels != "" {
		header.Set("Worker-Labels", labels)
	}
	if w.opts.TokenInUpgrade && w.opts.Token != nil {
		header.Set("Authorization", "Bearer "+token.Value)
	}
	ctx, cancel := context.WithTimeout(w.ctx, w.opts.ConnectTimeout)
	defer cancel()
	ws, response, err := websocket.Dial(ctx, w.opts.URL, &websocket.DialOptions{
		HTTPHeader: header,
		HTTPClient: &http.Client{
			Transport: transport,
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		},
	})
	if err != nil {
		return nil, response, err
	}
	ws.SetReadLimit(int64(w.opts.MaxMessage))
	c := &connection{
		w:            w,
		ws:           ws,
		socket:       opened,
		token:        token,
		messages:     make(chan message),
		results:      make(chan result),
		publications: make(chan publication),
		tokens:       make(chan func()),
		open:         make(map[*openPush]struct{}),
		rejections:   backoff{initial: w.opts.InitialBackoff, max: w.opts.MaxBackoff},
		stream:       1,
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.done = c.ctx.Done()
	return c, response, nil
}

// serve works until the connection ends.
func (c *connection) serve() ending {
	c.helpers.Add(1)
	go c.readAll()
	value := c.token.Value
	if c.w.opts.TokenInUpgrade {
		value = ""
	}
	c.connect(value)
	c.silenceTimer.set(c.w.opts.Silence)
	stop := c.w.ctx.Done()
	for {
		select {
		case m := <-c.messages:
			if m.err != nil {
				return c.end(m.err)
			}
			if c.lost == "" {
				c.received(m)
			}
		case r := <-c.results:
			c.w.running.Add(-1)
			c.answerResult(r)
		case p := <-c.publications:
			p.result <- c.publish(p)
		case use := <-c.tokens:
			use()
		case <-c.w.changed:
			if c.registered && c.unanswered == nil && c.w.pendingChange() != nil && !c.leaving {
				c.register()
			}
		case <-c.connectTimer.c():
			c.abort(fmt.Sprintf("no answer to Connect within %s", c.w.opts.AnswerTimeout))
		case <-c.registerTimer.c():
			c.abort(fmt.Sprintf("no answer to WorkerRegister within %s", c.w.opts.AnswerTimeout))
		case <-c.retryTimer.c():
			c.register()
		case <-c.renewTimer.c():
			c.renew()
		case <-c.silenceTimer.c():
			c.silent()
		case <-stop:
			stop = nil
			c.leave()
		case <-c.graceTimer.c():
			c.cutGrace()
		case <-c.graceCut():
			c.cutGrace()
		case <-c.closeTimer.c():
			c.abort("no close came")
		}
	}
}

func (c *connection) readAll() {
	defer c.helpers.Done()
	for {
		kind, data, err := c.ws.Read(c.ctx)
		select {
		case c.messages <- message{kind, data, err}:
		case <-c.done:
			return
		}
		if err != nil {
			return
		}
	}
}

// end leaves nothing of the connection behind but handlers that ignore their cancellation.
func (c *connection) end(err error) ending {
	for _, t := range []*timer{
		&c.connectTimer, &c.registerTimer, &c.retryTimer, &c.renewTimer,
		&c.silenceTimer, &c.graceTimer, &c.closeTimer,
	} {
		t.stop()
	}
	for push := range c.open {
		c.w.emit(PushDropped{push.id, time.Since(push.started)})
	}
	c.cancel()
	c.ws.CloseNow()
	c.socket.Close()
	c.helpers.Wait()
	e := ending{
		code: 1006, reason: c.lost, registeredAt: c.registeredAt,
		token: c.token, tokenRefused: c.tokenRefused, rejection: c.rejection,
	}
	var closed websocket.CloseError
	switch {
	case c.code != 0:
		e.code = c.code
	case c.lost != "":
	case errors.As(err, &closed):
		e.code, e.reason, e.byService = int(closed.Code), closed.Reason, true
	default:
		e.reason = err.Error()
	}
	return e
}

func (c *connection) abort(reason string) {
	if c.lost == "" {
		c.lost = reason
	}
	c.socket.Close()
}

// giveUp closes because of what the service sent.
func (c *connection) giveUp(code websocket.StatusCode, reason string) {
	c.lost, c.code = reason, int(code)
	late := time.AfterFunc(closeTimeout, func() { c.socket.Close() })
	defer late.Stop()
	c.ws.Close(code, reason[:min(len(reason), 100)])
}

// What arrives.

func (c *connection) received(m message) {
	if m.kind != websocket.MessageBinary {
		c.giveUp(websocket.StatusUnsupportedData, "a text message")
		return
	}
	frame, err := wire.Decode(m.data)
	if err != nil {
		c.w.emit(ErrorOccurred{"a frame of the service", err})
		c.giveUp(websocket.StatusProtocolError, err.Error())
		return
	}
	switch f := frame.(type) {
	case *wire.ConnectAck:
		c.connectAcknowledged()
	case *wire.ConnectError:
		c.connectRefused(f.Reason.Code)
	case *wire.WorkerRegisterAck:
		c.registerAnswered(f.Rejection)
	case *wire.Push:
		c.pushed(f)
	case *wire.PublishError:
		words := ""
		if f.Reason.Message != nil {
			words = *f.Reason.Message
		}
		c.w.emit(PublishRefused{f.Stream, f.Reason.Code, words})
	default: // unknown, or of no use to a worker
	}
}

func (c *connection) connectAcknowledged() {
	if !c.connecting {
		return // nobody asked
	}
	c.connecting = false
	c.connectTimer.stop()
	if c.token.ExpiresIn > 0 {
		c.renewTimer.set(max(c.token.ExpiresIn/5*4, leastRenewal))
	}
	if c.acknowledged {
		c.w.emit(Renewed{})
		return
	}
	c.acknowledged = true
	if c.w.State() == Connecting && !c.leaving {
		c.w.become(StateChanged{State: Registering})
		c.register()
	}
}

func (c *connection) connectRefused(code uint16) {
	if code == refusedToken {
		c.tokenRefused = true
	} else if c.acknowledged && c.connecting {
		c.connecting = false
		c.connectTimer.stop()
		c.renewTimer.set(c.shortPause())
	}
}

func (c *connection) registerAnswered(rejection *string) {
	if c.unanswered == nil {
		return // nobody asked
	}
	asked := c.unanswered
	c.unanswered = nil
	c.registerTimer.stop()
	if rejection == nil {
		c.rejections.attempts = 0
		if !c.registered {
			c.registered = true
			c.registeredAt = time.Now()
		}
		c.w.accepted(asked.registration)
		c.w.settle(asked.change, nil)
	} else {
		c.rejected(*rejection, asked.change)
	}
	next := c.w.pendingChange()
	if next != nil && next != asked.change && c.rejection == nil && !c.leaving {
		c.register()
	}
}

func (c *connection) rejected(reason string, asked *change) {
	seconds := temporary.FindStringSubmatch(reason)
	c.w.emit(RegistrationRejected{reason, seconds != nil})
	switch {
	case c.leaving:
	case seconds != nil:
		count, _ := strconv.Atoi(seconds[1])
		c.retryTimer.set(min(time.Duration(count)*time.Second, maxRetry) + c.rejections.next())
	default:
		c.w.settle(asked, &RejectedError{reason})
		if c.registered {
			return
		}
		if asked == nil && c.w.opts.StopOnRejection {
			c.rejection = &reason
			c.disconnect()
			return
		}
		c.retryTimer.set(c.rejections.next())
	}
}

func (c *connection) pushed(f *wire.Push) {
	ctx, cancel := context.WithCancel(c.ctx)
	push := &openPush{f.CorrelationID, f.Stream, time.Now(), cancel}
	c.open[push] = struct{}{}
	c.w.emit(PushReceived{push.id, len(f.Payload)})
	if c.leaving || c.w.ctx.Err() != nil {
		c.refuse(push, stopping)
	} else if capacity := c.w.opts.Capacity; int(c.w.running.Load()) >= capacity {
		c.refuse(push, &Refusal{Busy, "at the capacity of " + strconv.Itoa(capacity)})
	} else {
		c.w.running.Add(1)
		go c.work(ctx, push, f.Payload)
	}
}

// work runs the handler. What becomes ready after the connection is dropped.
func (c *connection) work(ctx context.Context, push *openPush, payload []byte) {
	r := result{push: push}
	defer func() {
		if p := recover(); p != nil {
			r.reply, r.err = nil, fmt.Errorf("panic: %v", p)
		}
		push.cancel()
		select {
		case c.results <- r:
		case <-c.done:
			c.w.running.Add(-1)
		}
	}()
	r.err = errors.New("the handler ended its goroutine")
	r.reply, r.err = c.w.opts.Handler(ctx, Push{payload, push.id})
}

func (c *connection) answerResult(r result) {
	var refusal *Refusal
	limit := c.w.opts.MaxMessage
	switch {
	case errors.As(r.err, &refusal):
		c.refuse(r.push, refusal.cut())
	case r.err != nil:
		if _, isOpen := c.open[r.push]; isOpen {
			c.w.emit(ErrorOccurred{"the handler", r.err})
		}
		c.refuse(r.push, &Refusal{Internal, "the handler failed"})
	case len(r.reply)+replyOverhead > limit:
		c.refuse(r.push, &Refusal{Internal, fmt.Sprintf("the reply exceeds %d bytes", limit)})
	default:
		event := PushReplied{r.push.id, len(r.reply), time.Since(r.push.started)}
		c.answer(r.push, 0, r.reply, event)
	}
	if c.leaving && len(c.open) == 0 && c.graceTimer.t != nil {
		c.cutGrace()
	}
}

func (c *connection) refuse(push *openPush, refusal *Refusal) {
	event := PushRefused{push.id, refusal.Code, refusal.Words, time.Since(push.started)}
	c.answer(push, wire.RefusalFlag, refusal.payload(), event)
}

// answer answers a push, unless it was answered before.
func (c *connection) answer(push *openPush, flags uint8, payload []byte, event Event) {
	if _, isOpen := c.open[push]; !isOpen {
		return
	}
	delete(c.open, push)
	push.cancel()
	reply := &wire.PushReply{CorrelationID: push.id, Payload: payload}
	reply.Flags, reply.Stream = flags, push.stream
	if c.send(reply) {
		c.w.emit(event)
	} else {
		c.w.emit(PushDropped{push.id, time.Since(push.started)})
	}
}

// What is sent.

func (c *connection) connect(token string) {
	c.connecting = true
	c.connectTimer.set(c.w.opts.AnswerTimeout)
	c.send(&wire.Connect{
		MinVersion: wire.Version{Major: 1, Minor: 0},
		MaxVersion: wire.Version{Major: 1, Minor: 3},
		AuthToken:  []byte(token),
	})
}

func (c *connection) register() {
	c.retryTimer.stop()
	registration, change := c.w.next()
	c.unanswered = &unanswered{registration, change}
	c.registerTimer.set(c.w.opts.AnswerTimeout)
	c.send(&wire.WorkerRegister{Registration: registration})
}

func (c *connection) publish(p publication) error {
	if !c.registered || c.leaving {
		return ErrNotRegistered
	}
	if c.stream == math.MaxUint32 {
		c.stream = 1
	}
	frame := &wire.Publish{Channel: p.channel, Envelope: wire.Envelope{Payload: p.payload}}
	frame.Stream = c.stream + 1
	if size, limit := len(wire.Encode(frame)), c.w.opts.MaxMessage; size > limit {
		return fmt.Errorf("a publication of %d bytes; allowed: %d", size, limit)
	}
	c.stream++
	if !c.send(frame) {
		return ErrNotRegistered
	}
	c.w.emit(Published{c.stream, p.channel, len(p.payload)})
	return nil
}

func (c *connection) renew() {
	c.helpers.Add(1)
	go func() {
		defer c.helpers.Done()
		token, err := c.w.fetchToken(c.ctx)
		use := func() {
			if err != nil {
				c.w.emit(ErrorOccurred{"the token function", err})
				c.renewTimer.set(max(c.shortPause(), leastRenewal))
				return
			}
			c.token = token
			c.connect(token.Value)
		}
		select {
		case c.tokens <- use:
		case <-c.done:
		}
	}()
}

func (c *connection) shortPause() time.Duration {
	return time.Duration(rand.Int64N(int64(c.w.opts.InitialBackoff) + 1))
}

// send tells whether the frame could be sent. If not, the connection is about to end.
func (c *connection) send(frame wire.Frame) bool {
	if c.lost != "" {
		return false
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.w.opts.AnswerTimeout)
	defer cancel()
	err := c.ws.Write(ctx, websocket.MessageBinary, wire.Encode(frame))
	if ctx.Err() != nil {
		c.abort("the service does not read")
	}
	return err == nil
}

// silent sends a ping after a long silence, and gives up if it stays silent.
func (c *connection) silent() {
	heard, silence := c.socket.heard.Load(), c.w.opts.Silence
	quiet := time.Since(c.socket.born) - time.Duration(heard)
	switch {
	case c.pingedAt != 0 && heard == c.pingedAt:
		c.abort(fmt.Sprintf("nothing was heard for %s", silence+c.w.opts.PongTimeout))
	case quiet < silence:
		c.pingedAt = 0
		c.silenceTimer.set(silence - quiet)
	default:
		c.pingedAt = heard
		c.silenceTimer.set(c.w.opts.PongTimeout)
		c.helpers.Add(1)
		go func() {
			defer c.helpers.Done()
			ctx, cancel := context.WithTimeout(c.ctx, c.w.opts.PongTimeout)
			defer cancel()
			c.ws.Ping(ctx) // the silence that follows tells
		}()
	}
}

// The stop.

// leave lets open pushes finish, sends Disconnect, and waits for the close.
func (c *connection) leave() {
	c.leaving = true
	c.retryTimer.stop()
	c.renewTimer.stop()
	c.w.become(StateChanged{State: Stopping})
	if change := c.w.pendingChange(); change != nil {
		c.w.settle(change, ErrEnded)
	}
	c.graceTimer.set(c.w.opts.StopGrace)
	if len(c.open) == 0 {
		c.cutGrace()
	}
}

func (c *connection) graceCut() <-chan struct{} {
	if c.graceTimer.t == nil {
		return nil
	}
	return c.w.cut
}

func (c *connection) cutGrace() {
	c.graceTimer.stop()
	for push := range c.open {
		c.refuse(push, stopping)
	}
	c.disconnect()
}

func (c *connection) disconnect() {
	c.send(&wire.Disconnect{})
	c.closeTimer.set(closeTimeout)
}
