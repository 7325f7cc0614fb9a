package worker

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Event is what a listener gets: one of the structs of this file.
type Event interface{ name() string }

// Listener gets all events of a worker, in order, one at a time. It must not wait for the worker's
// end, and not block for long, since the worker waits for it. What it panics with is logged.
type Listener func(Event)

type (
	// StateChanged has the pause of Waiting, and the code and reason of Failed.
	StateChanged struct {
		State  State
		Pause  time.Duration
		Code   int
		Reason string
	}
	// Connected names the instance that took the worker, if it is known.
	Connected struct{ Instance string }
	// Disconnected tells that a connection ended or did not come about: then the code is an HTTP
	// status or 1006.
	Disconnected struct {
		Code      int
		Reason    string
		ComesBack bool
	}
	// RegistrationRejected tells that the service rejected a registration.
	RegistrationRejected struct {
		Reason    string
		Temporary bool
	}
	// PushReceived tells that a push arrived.
	PushReceived struct {
		CorrelationID uint64
		Size          int
	}
	// PushReplied tells that a reply was sent.
	PushReplied struct {
		CorrelationID uint64
		Size          int
		Duration      time.Duration
	}
	// PushRefused tells that a refusal was sent.
	PushRefused struct {
		CorrelationID uint64
		Code          RefusalCode
		Words         string
		Duration      time.Duration
	}
	// PushDropped tells that the connection of a push ended before its answer.
	PushDropped struct {
		CorrelationID uint64
		Duration      time.Duration
	}
	// Published tells that a publication was sent.
	Published struct {
		Stream  uint32
		Channel string
		Size    int
	}
	// PublishRefused tells that the service did not take a publication.
	PublishRefused struct {
		Stream  uint32
		Code    uint16
		Message string
	}
	// Renewed tells that the service took a fresh token on the same connection.
	Renewed struct{}
	// ErrorOccurred tells that something failed and the worker goes on.
	ErrorOccurred struct {
		What string
		Err  error
	}
)

func (StateChanged) name() string         { return "state" }
func (Connected) name() string            { return "connected" }
func (Disconnected) name() string         { return "disconnected" }
func (RegistrationRejected) name() string { return "rejected" }
func (PushReceived) name() string         { return "push_received" }
func (PushReplied) name() string          { return "push_replied" }
func (PushRefused) name() string          { return "push_refused" }
func (PushDropped) name() string          { return "push_dropped" }
func (Published) name() string            { return "published" }
func (PublishRefused) name() string       { return "publish_refused" }
func (Renewed) name() string              { return "renewed" }
func (ErrorOccurred) name() string        { return "error" }

// LogEvents logs: pushes at debug, errors at warn, all else at info.
func LogEvents(logger *slog.Logger) Listener {
	return func(event Event) {
		level := slog.LevelInfo
		switch event.(type) {
		case PushReceived, PushReplied, Published:
			level = slog.LevelDebug
		case ErrorOccurred:
			level = slog.LevelWarn
		}
		logger.Log(context.Background(), level, event.name(), "event", fmt.Sprintf("%+v", event))
	}
}

// EventCounts counts events by their names, for metrics. At the end of a worker, push_received =
// push_replied + push_refused + push_dropped. It may be read at any time.
type EventCounts struct {
	mu     sync.Mutex
	counts map[string]int
}

// Listen is the listener.
func (c *EventCounts) Listen(event Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = make(map[string]int)
	}
	c.counts[event.name()]++
}

// Count tells how many events of a name there were, for instance push_received.
func (c *EventCounts) Count(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts[name]
}
