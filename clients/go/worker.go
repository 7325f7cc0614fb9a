// Package worker is a worker of the front door: it registers, answers pushes, and reconnects by
// itself until it is stopped or told not to come back.
package worker

import (
	"context"
	"errors"
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
)

// Worker holds at most one connection at a time. Its methods may be called from any goroutine.
type Worker struct {
	opts     Options
	backoff  backoff
	ctx      context.Context // done when the worker is to stop
	cancel   context.CancelFunc
	starting sync.Once
	state    atomic.Value
	running  atomic.Int32 // handlers, those of earlier connections included
	changed  chan struct{}
	cut      chan struct{} // closed when the grace of a stop is over early
	cutting  sync.Once
	ended    chan struct{}
	err      error // of the end, valid once ended is closed

	mu           sync.Mutex
	registration Registration
	change       *change
	connection   *connection

	// Used by the worker's own goroutine only.
	refused  *string
	refusals int
	fetched  *Token
}

// change is a registration that Register asked for, and its result to come.
type change struct {
	registration Registration
	result       chan error
}

// New makes a worker, or tells which option is outside its range.
func New(opts Options) (*Worker, error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	w := &Worker{
		opts:         opts,
		backoff:      backoff{initial: opts.InitialBackoff, max: opts.MaxBackoff},
		ctx:          ctx,
		cancel:       cancel,
		changed:      make(chan struct{}, 1),
		cut:          make(chan struct{}),
		ended:        make(chan struct{}),
		registration: opts.Registration,
	}
	w.state.Store(Idle)
	return w, nil
}

// Start starts connecting and returns at once. Further calls do nothing.
func (w *Worker) Start() { w.starting.Do(func() { go w.run() }) }

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
	w.cancel()
	w.Start()
	select {
	case <-w.ended:
	case <-ctx.Done():
		w.cutting.Do(func() { close(w.cut) })
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
	mine := &change{registration, make(chan error, 1)}
	w.mu.Lock()
	if w.ctx.Err() != nil {
		w.mu.Unlock()
		return ErrEnded
	}
	earlier := w.change
	w.change = mine
	w.mu.Unlock()
	if earlier != nil {
		earlier.result <- ErrSuperseded
	}
	select {
	case w.changed <- struct{}{}:
	default:
	}
	select {
	case err := <-mine.result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-w.ended:
		return ErrEnded
	}
}

// Publish sends one publication on the current connection. A refusal of it is an event.
func (w *Worker) Publish(ctx context.Context, channel string, payload []byte) error {
	w.mu.Lock()
	c := w.connection
	w.mu.Unlock()
	if c == nil || w.State() != Registered {
		return ErrNotRegistered
	}
	p := publication{channel, payload, make(chan error, 1)}
	select {
	case c.publications <- p:
		return <-p.result
	case <-c.done:
		return ErrNotRegistered
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *Worker) run() {
	if w.ctx.Err() == nil {
		w.become(StateChanged{State: Connecting})
	}
	failed := w.live()
	w.cancel()
	if change := w.pendingChange(); change != nil {
		w.settle(change, ErrEnded)
	}
	if failed != nil {
		w.err = failed
		w.become(StateChanged{State: Failed, Code: failed.Code, Reason: failed.Reason})
	} else {
		w.become(StateChanged{State: Stopped})
	}
	close(w.ended)
}

// live goes from connection to connection.
func (w *Worker) live() *FailedError {
	for w.ctx.Err() == nil {
		leastPause, failed := w.attempt()
		if w.ctx.Err() != nil {
			break
		}
		if failed != nil {
			return failed
		}
		pause := leastPause + w.backoff.next()
		w.become(StateChanged{State: Waiting, Pause: pause})
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
			w.become(StateChanged{State: Connecting})
		case <-w.ctx.Done():
			timer.Stop()
		}
	}
	w.become(StateChanged{State: Stopping})
	return nil
}

// attempt is one connection. It returns the least pause before the next.
func (w *Worker) attempt() (time.Duration, *FailedError) {
	token, err := w.usableToken()
	if err != nil {
		return w.tokenFailed(err, 1008, "the token was refused")
	}
	c, response, err := w.dial(token)
	if response != nil && response.StatusCode != http.StatusSwitchingProtocols {
		return w.upgradeRefused(response, token)
	}
	if err != nil {
		if w.ctx.Err() == nil {
			w.emit(Disconnected{1006, "cannot connect: " + err.Error(), true})
		}
		return 0, nil
	}
	w.mu.Lock()
	w.connection = c
	w.mu.Unlock()
	w.emit(Connected{response.Header.Get("Frontdoor-Instance")})
	end := c.serve()
	w.mu.Lock()
	w.connection = nil
	w.mu.Unlock()
	return 0, w.closed(end)
}

func (w *Worker) upgradeRefused(response *http.Response, token Token) (time.Duration, *FailedError) {
	status := response.StatusCode
	reason := "HTTP status " + strconv.Itoa(status)
	if status == http.StatusUnauthorized {
		return 0, w.tokenRefused(status, reason, token)
	}
	later := status == 408 || status == 429 || status >= 500 && status <= 599
	w.emit(Disconnected{status, reason, later})
	if !later {
		return 0, &FailedError{status, reason}
	}
	seconds, err := strconv.ParseUint(response.Header.Get("Retry-After"), 10, 31)
	if err != nil {
		seconds = 0
	}
	return min(time.Duration(seconds)*time.Second, maxRetryAfter), nil
}

// closed decides what follows the end of a connection.
func (w *Worker) closed(end ending) *FailedError {
	if !end.registeredAt.IsZero() && time.Since(end.registeredAt) >= w.opts.StableAfter {
		w.backoff.attempts = 0
	}
	code := end.code
	useless := code == 1002 || code == 1003 || code == 1009 || code >= 4500 && code <= 4999
	switch {
	case w.ctx.Err() != nil:
		w.emit(Disconnected{code, end.reason, false})
	case end.rejection != nil:
		w.emit(Disconnected{code, end.reason, false})
		return &FailedError{0, *end.rejection}
	case end.tokenRefused || end.byService && code == 1008:
		return w.tokenRefused(code, end.reason, end.token)
	case end.byService && useless:
		w.emit(Disconnected{code, end.reason, false})
		return &FailedError{code, end.reason}
	default:
		w.emit(Disconnected{code, end.reason, true})
	}
	return nil
}

var errRefused = errors.New("the token was refused before")

// tokenRefused goes on only with another token, at most three times in a row.
func (w *Worker) tokenRefused(code int, reason string, token Token) *FailedError {
	w.refusals++
	w.refused = &token.Value
	if w.opts.Token == nil || w.refusals > maxRefusals {
		w.emit(Disconnected{code, reason, false})
		return &FailedError{code, reason}
	}
	fresh, err := w.usableToken()
	if err != nil {
		_, failed := w.tokenFailed(err, code, reason)
		w.emit(Disconnected{code, reason, failed == nil})
		return failed
	}
	w.fetched = &fresh
	w.emit(Disconnected{code, reason, true})
	return nil
}

func (w *Worker) tokenFailed(err error, code int, reason string) (time.Duration, *FailedError) {
	if errors.Is(err, errRefused) {
		return 0, &FailedError{code, reason}
	}
	if w.ctx.Err() == nil {
		w.emit(ErrorOccurred{"the token function", err})
	}
	return 0, nil
}

// usableToken gets a token that was not refused before.
func (w *Worker) usableToken() (Token, error) {
	if w.opts.Token == nil {
		return Token{}, nil
	}
	if w.fetched != nil {
		token := *w.fetched
		w.fetched = nil
		return token, nil
	}
	token, err := w.fetchToken(w.ctx)
	if err == nil && w.refused != nil && *w.refused == token.Value {
		err = errRefused
	}
	return token, err
}

// fetchToken gives up with the context, even if the function does not.
func (w *Worker) fetchToken(ctx context.Context) (Token, error) {
	type result struct {
		token Token
		err   error
	}
	got := make(chan result, 1)
	go func() {
		token, err := w.opts.Token(ctx)
		got <- result{token, err}
	}()
	select {
	case r := <-got:
		return r.token, r.err
	case <-ctx.Done():
		return Token{}, ctx.Err()
	}
}

func (w *Worker) accepted(registration Registration) {
	w.mu.Lock()
	w.registration = registration
	w.mu.Unlock()
	w.refused = nil
	w.refusals = 0
	if w.State() == Registering {
		w.become(StateChanged{State: Registered})
	}
}

// settle gives a change its result, unless a later one replaced it.
func (w *Worker) settle(c *change, result error) {
	w.mu.Lock()
	mine := c != nil && c == w.change
	if mine {
		w.change = nil
	}
	w.mu.Unlock()
	if mine {
		c.result <- result
	}
}

// next is what the next WorkerRegister declares.
func (w *Worker) next() (Registration, *change) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.change != nil {
		return w.change.registration, w.change
	}
	return w.registration, nil
}

func (w *Worker) pendingChange() *change {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.change
}

func (w *Worker) become(event StateChanged) {
	if w.State() == Stopping && event.State != Stopped {
		return
	}
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
	if b.attempts < 40 && b.initial<<b.attempts > 0 && b.initial<<b.attempts>>b.attempts == b.initial {
		limit = min(b.max, b.initial<<b.attempts)
	}
	b.attempts++
	return time.Duration(rand.Int64N(int64(limit) + 1))
}
