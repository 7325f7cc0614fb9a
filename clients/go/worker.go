// Package worker is a worker of the front door: it registers, answers pushes, and reconnects by
// itself until it is stopped or told not to come back.
package worker

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxRefusals   = 3
	maxRetryAfter = time.Hour
	closeTimeout  = 2 * time.Second
)

// Worker holds at most one connection at a time. Its methods may be called from any goroutine.
type Worker struct {
	opts   Options
	launch sync.Once
	inbox  chan func() // what the worker's own goroutine does, one after the other
	state  atomic.Value
	ended  chan struct{}
	err    error // of the end, valid once ended is closed

	// All that follows belongs to the worker's own goroutine.
	conn         *connection // the current one, or the attempt at one
	timers       map[string]*time.Timer
	backoff      backoff
	registration Registration // the one in force
	change       *change
	running      int // handlers, those of earlier connections included
	refusals     int
	fetched      *Token
	leaveAt      time.Time // when a connection that is being left ends at the latest
}

// change is a registration that Register asked for, and its result to come.
type change struct {
	registration Registration
	result       chan<- error
}

// New makes a worker, or tells which option is outside its range.
func New(opts Options) (*Worker, error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	w := &Worker{
		opts:         opts,
		inbox:        make(chan func()),
		ended:        make(chan struct{}),
		timers:       make(map[string]*time.Timer),
		backoff:      backoff{initial: opts.InitialBackoff, max: opts.MaxBackoff},
		registration: opts.Registration,
	}
	w.state.Store(Idle)
	return w, nil
}

// Start starts connecting and returns at once. Further calls do nothing.
func (w *Worker) Start() {
	w.do(func() {
		if w.State() == Idle {
			w.connect()
		}
	})
}

// Run starts the worker and waits for its end, which the end of the context brings about. It returns
// nil after a stop, and a [*FailedError] if the service does not want this worker back.
func (w *Worker) Run(ctx context.Context) error {
	w.Start()
	select {
	case <-w.ended:
	case <-ctx.Done():
		w.Stop(context.Background())
	}
	return w.err
}

// Stop finishes open pushes, leaves, and waits for the end. It works in every state. Handlers may go
// on for StopGrace, or until the context is done if that is earlier.
func (w *Worker) Stop(ctx context.Context) {
	w.do(w.stop)
	select {
	case <-w.ended:
	case <-ctx.Done():
		w.do(func() {
			w.leaveWithin(closeTimeout)
			w.leave()
		})
		<-w.ended
	}
}

// State is where this worker is on its way.
func (w *Worker) State() State { return w.state.Load().(State) }

// Ended is closed when this worker was stopped or has failed.
func (w *Worker) Ended() <-chan struct{} { return w.ended }

// Err is nil after a stop, and a [*FailedError] after a failure. Call it once Ended is closed.
func (w *Worker) Err() error { return w.err }

// Register replaces the registration: at once if this worker is registered, else when it next is. It
// returns nil if the service took it; a [*RejectedError] if not, and then the earlier one stays in
// force; [ErrSuperseded] or [ErrEnded]. If the context ends first, the change goes on.
func (w *Worker) Register(ctx context.Context, registration Registration) error {
	return w.ask(ctx, func(result chan<- error) {
		if w.State() == Stopping {
			result <- ErrEnded
			return
		}
		w.settle(w.change, ErrSuperseded)
		w.change = &change{registration, result}
		if w.State() == Registered && !w.conn.asking {
			w.conn.register()
		}
	})
}

// Publish sends one publication on the current connection. A refusal of it is an event.
func (w *Worker) Publish(ctx context.Context, channel string, payload []byte) error {
	return w.ask(ctx, func(result chan<- error) {
		if w.State() == Registered {
			result <- w.conn.publish(channel, payload)
		} else {
			result <- ErrNotRegistered
		}
	})
}

func (w *Worker) ask(ctx context.Context, question func(result chan<- error)) error {
	result := make(chan error, 1)
	go w.do(func() { question(result) })
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-w.ended:
		return ErrEnded
	}
}

// do lets the worker's goroutine do something, unless the worker has ended.
func (w *Worker) do(something func()) {
	w.launch.Do(func() { go w.loop() })
	select {
	case w.inbox <- something:
	case <-w.ended:
	}
}

func (w *Worker) loop() {
	for {
		(<-w.inbox)()
		select {
		case <-w.ended:
			return
		default:
		}
	}
}

// after sets the timer of a name anew.
func (w *Worker) after(name string, d time.Duration, then func()) {
	w.unset(name)
	var timer *time.Timer
	timer = time.AfterFunc(d, func() {
		w.do(func() {
			if w.timers[name] == timer {
				delete(w.timers, name)
				then()
			}
		})
	})
	w.timers[name] = timer
}

func (w *Worker) unset(name string) {
	if timer := w.timers[name]; timer != nil {
		timer.Stop()
		delete(w.timers, name)
	}
}

// connect begins an attempt: the token, the upgrade, Connect.
func (w *Worker) connect() {
	w.become(StateChanged{State: Connecting})
	c := w.begin()
	open := func(token Token) {
		c.token = token
		w.after("answer", w.opts.ConnectTimeout, func() { c.lost("no answer to the upgrade") })
		c.dial()
	}
	if token := w.fetched; token != nil {
		w.fetched = nil
		open(*token)
		return
	}
	c.fetch(func(token Token, err error) {
		if err != nil {
			w.pause(0)
		} else {
			open(token)
		}
	})
}

// begin makes a connection the current one; what an earlier one has begun is over.
func (w *Worker) begin() *connection {
	c := &connection{w: w, open: make(map[*openPush]struct{}), stream: 1,
		rejections: backoff{initial: w.opts.InitialBackoff, max: w.opts.MaxBackoff}}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	w.conn = c
	return c
}

// over leaves nothing of the connection behind but handlers that ignore their cancellation.
func (w *Worker) over() {
	for name := range w.timers {
		w.unset(name)
	}
	if c := w.conn; c != nil {
		w.conn = nil
		c.cancel()
		if c.refused != nil {
			w.emit(Disconnected{c.refused.Code, c.refused.Reason, false})
		}
		for push := range c.open {
			w.emit(PushDropped{push.id, time.Since(push.started)})
		}
		clear(c.open)
	}
}

func (w *Worker) pause(least time.Duration) {
	w.over()
	pause := least + w.backoff.next()
	w.become(StateChanged{State: Waiting, Pause: pause})
	w.after("reconnect", pause, w.connect)
}

func (w *Worker) finish(failed *FailedError) {
	w.over()
	w.settle(w.change, ErrEnded)
	if failed != nil {
		w.err = failed
		w.become(StateChanged{State: Failed, Code: failed.Code, Reason: failed.Reason})
	} else {
		w.become(StateChanged{State: Stopped})
	}
	close(w.ended)
}

// upgradeRefused decides what follows an answer other than 101.
func (w *Worker) upgradeRefused(response *http.Response, token Token) {
	status := response.StatusCode
	reason := "HTTP status " + strconv.Itoa(status)
	later := status == 408 || status == 429 || status >= 500 && status <= 599
	if status == http.StatusUnauthorized {
		w.tokenRefused(&FailedError{status, reason}, token)
		return
	}
	w.emit(Disconnected{status, reason, later})
	switch {
	case later:
		seconds, _ := strconv.ParseUint(response.Header.Get("Retry-After"), 10, 16)
		w.pause(min(time.Duration(seconds)*time.Second, maxRetryAfter))
	default:
		w.finish(&FailedError{status, reason})
	}
}

// closed decides what follows the end of an open connection.
func (w *Worker) closed(c *connection, code int, reason string, byService bool) {
	if !c.registeredAt.IsZero() && time.Since(c.registeredAt) >= w.opts.StableAfter {
		w.backoff.attempts = 0
	}
	final := byService && (code == 1002 || code == 1003 || code == 1009 || code >= 4500 && code <= 4999)
	refused := c.tokenRefused || byService && code == 1008
	stopping := w.State() == Stopping
	w.over()
	if refused && !stopping && c.rejection == nil {
		w.tokenRefused(&FailedError{code, reason}, c.token)
		return
	}
	w.emit(Disconnected{code, reason, !stopping && !final && c.rejection == nil})
	switch {
	case stopping:
		w.finish(nil)
	case c.rejection != nil:
		w.finish(&FailedError{0, *c.rejection})
	case final:
		w.finish(&FailedError{code, reason})
	default:
		w.pause(0)
	}
}

// tokenRefused goes on only with another token, at most three times in a row. It asks for that token
// during the pause, and tells of the end of the connection once it knows whether it comes back.
func (w *Worker) tokenRefused(failed *FailedError, refused Token) {
	w.refusals++
	if w.opts.Token == nil || w.refusals > maxRefusals {
		w.emit(Disconnected{failed.Code, failed.Reason, false})
		w.finish(failed)
		return
	}
	w.over()
	pause := w.backoff.next()
	end := time.Now().Add(pause)
	c := w.begin()
	c.refused = failed
	w.become(StateChanged{State: Waiting, Pause: pause})
	c.fetch(func(token Token, err error) {
		if err == nil && token.Value == refused.Value {
			w.finish(failed)
			return
		}
		if err == nil {
			w.fetched = &token
		}
		c.refused = nil
		w.emit(Disconnected{failed.Code, failed.Reason, true})
		w.after("reconnect", time.Until(end), w.connect)
	})
}

// stop lets open pushes finish, then leaves.
func (w *Worker) stop() {
	if w.State() == Stopping {
		return
	}
	w.become(StateChanged{State: Stopping})
	w.settle(w.change, ErrEnded)
	if w.conn == nil || w.conn.ws == nil {
		w.finish(nil)
		return
	}
	for _, name := range []string{"answer", "register", "renew"} {
		w.unset(name)
	}
	w.after("grace", w.opts.StopGrace, w.leave)
	w.leaveWithin(w.opts.StopGrace + closeTimeout)
	w.conn.leaveIfDone()
}

// leave refuses what is still open, and disconnects. A second call does nothing.
func (w *Worker) leave() {
	if _, waiting := w.timers["grace"]; w.conn == nil || !waiting && len(w.conn.open) == 0 {
		return
	}
	w.unset("grace")
	c := w.conn // which a refusal may end
	c.refuseAll()
	c.disconnect()
}

// leaveWithin bounds the end of the connection, if it is not bounded more tightly.
func (w *Worker) leaveWithin(d time.Duration) {
	at := time.Now().Add(d)
	if w.conn != nil && (w.leaveAt.IsZero() || at.Before(w.leaveAt)) {
		w.leaveAt = at
		w.after("leave", d, w.conn.noClose)
	}
}

// settle gives a change its result.
func (w *Worker) settle(c *change, result error) {
	if c != nil && c == w.change {
		w.change = nil
		c.result <- result
	}
}

func (w *Worker) become(event StateChanged) {
	w.state.Store(event.State)
	w.emit(event)
}

func (w *Worker) emit(event Event) {
	for _, listener := range w.opts.Listeners {
		func() {
			defer func() {
				if p := recover(); p != nil {
					slog.Error("a listener of the worker panicked", "panic", p)
				}
			}()
			listener(event)
		}()
	}
}

// backoff is full jitter: a random pause below a limit that doubles with each attempt.
type backoff struct {
	initial, max time.Duration
	attempts     int
}

func (b *backoff) next() time.Duration {
	limit := b.max
	if doubled := b.initial << min(b.attempts, 62); doubled>>min(b.attempts, 62) == b.initial {
		limit = min(b.max, doubled)
	}
	b.attempts++
	return time.Duration(rand.Int64N(int64(limit) + 1))
}
