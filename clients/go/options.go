package worker

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Version is the version of this module.
const Version = "0.2.0"

// Options are what a worker is made of. A zero value means the default.
type Options struct {
	// URL is the service's address, ws://HOST:PORT/liminal or wss://...
	URL string
	// Registration is what this worker declares. The task queue is "default" if it is empty.
	Registration Registration
	// Handler does the work of a push.
	Handler Handler
	// Labels are small facts about this worker: names to texts of printable ASCII.
	Labels map[string]string
	// UserAgent is what this worker is.
	UserAgent string
	// Token gets what proves who this worker is.
	Token TokenSource
	// TokenInUpgrade lets the token travel with the upgrade instead of in Connect.
	TokenInUpgrade bool
	// TLS gets the configuration of TLS. It is called for each connection; see [TLSFiles].
	TLS func() (*tls.Config, error)
	// Listeners get all events.
	Listeners []Listener
	// Capacity is the number of pushes handled at a time, 16; more are refused as busy.
	Capacity int
	// StopOnRejection ends the worker after a rejection that is not temporary.
	StopOnRejection bool
	// InitialBackoff is the limit of the first pause before a reconnect: 1 s.
	InitialBackoff time.Duration
	// MaxBackoff is the limit of the longest pause: 60 s.
	MaxBackoff time.Duration
	// StableAfter is how long a registration must hold until the back-off starts anew: 30 s.
	StableAfter time.Duration
	// ConnectTimeout is the time until the upgrade is answered: 10 s.
	ConnectTimeout time.Duration
	// AnswerTimeout is the time until Connect is answered, until WorkerRegister is, and for each
	// write: 30 s.
	AnswerTimeout time.Duration
	// Silence is the time without a byte from the service until a ping is sent: 40 s.
	Silence time.Duration
	// PongTimeout is the time without a byte after it until the connection is lost: 10 s.
	PongTimeout time.Duration
	// StopGrace is how long a stop lets open pushes finish, at most a day: 10 s.
	StopGrace time.Duration
	// MaxMessage is the longest message received or sent, in bytes: 1,048,576.
	MaxMessage int
}

var (
	labelName = regexp.MustCompile(`^[a-z*][a-z0-9_.*-]{0,63}$`)
	labelText = regexp.MustCompile(`^[ -~]{0,256}$`)
)

// complete fills in the defaults and checks the rest.
func (o *Options) complete() error {
	o.Registration.TaskQueue = cmp.Or(o.Registration.TaskQueue, "default")
	o.UserAgent = cmp.Or(o.UserAgent, "frontdoor-worker-go/"+Version)
	o.Capacity = cmp.Or(o.Capacity, 16)
	o.MaxMessage = cmp.Or(o.MaxMessage, 1<<20)
	durations := []struct {
		name      string
		value     *time.Duration
		otherwise time.Duration
	}{
		{"InitialBackoff", &o.InitialBackoff, time.Second},
		{"MaxBackoff", &o.MaxBackoff, time.Minute},
		{"StableAfter", &o.StableAfter, 30 * time.Second},
		{"ConnectTimeout", &o.ConnectTimeout, 10 * time.Second},
		{"AnswerTimeout", &o.AnswerTimeout, 30 * time.Second},
		{"Silence", &o.Silence, 40 * time.Second},
		{"PongTimeout", &o.PongTimeout, 10 * time.Second},
		{"StopGrace", &o.StopGrace, 10 * time.Second},
	}
	for _, d := range durations {
		*d.value = cmp.Or(*d.value, d.otherwise)
		if *d.value < 0 {
			return notAllowed(d.name, *d.value, "more than 0")
		}
	}
	address, err := url.Parse(o.URL)
	switch {
	case err != nil || address.Host == "" || address.Scheme != "ws" && address.Scheme != "wss":
		return notAllowed("URL", o.URL, "ws[s]://HOST[:PORT]/PATH")
	case o.Handler == nil:
		return notAllowed("Handler", "nil", "a function")
	case o.Capacity < 1:
		return notAllowed("Capacity", o.Capacity, "1 or more")
	case o.MaxMessage < 1024:
		return notAllowed("MaxMessage", o.MaxMessage, "1024 or more")
	case o.StopGrace > 24*time.Hour:
		return notAllowed("StopGrace", o.StopGrace, "more than 0, at most 24h0m0s")
	case o.MaxBackoff < o.InitialBackoff:
		return notAllowed("MaxBackoff", o.MaxBackoff, "InitialBackoff or more")
	case len(o.Labels) > 16:
		return notAllowed("Labels", len(o.Labels), "at most 16")
	}
	for name, text := range o.Labels {
		if !labelName.MatchString(name) || !labelText.MatchString(text) {
			return notAllowed("label", name+"="+text, "lower-case letters, 0-9 _-.*, = and ASCII")
		}
	}
	return nil
}

func notAllowed(name string, value any, allowed string) error {
	return fmt.Errorf("%s '%v' is not allowed; allowed: %s", name, value, allowed)
}

// labelHeader is a dictionary of structured fields, whose values are strings.
func (o *Options) labelHeader() string {
	var members []string
	for name, text := range o.Labels {
		escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)
		members = append(members, name+`="`+escaped+`"`)
	}
	slices.Sort(members)
	return strings.Join(members, ", ")
}
