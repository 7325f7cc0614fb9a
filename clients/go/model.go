package worker

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// Registration is what a worker declares about itself. Node is absent if it is nil, and the names of
// Activities usually stand in ActivityTypes, too.
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

// RefusalCode says why a push is refused.
type RefusalCode string

// The codes of refusals.
const (
	Busy        RefusalCode = "busy"
	Invalid     RefusalCode = "invalid"
	Unavailable RefusalCode = "unavailable"
	Internal    RefusalCode = "internal"
)

const maxWords = 1024

// Refusal is the error by which a handler refuses a push. The connection stays open. The words are
// an explanation for people; they are cut to 1,024 bytes of UTF-8.
type Refusal struct {
	Code  RefusalCode
	Words string
}

func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Words }

// cut makes the words well-formed and short enough.
func (r *Refusal) cut() *Refusal {
	words := strings.ToValidUTF8(r.Words, "\uFFFD")
	if len(words) > maxWords {
		end := maxWords
		for !utf8.RuneStart(words[end]) {
			end--
		}
		words = words[:end]
	}
	return &Refusal{r.Code, words}
}

// payload is the canonical spelling, which every server understands.
func (r *Refusal) payload() []byte {
	var out strings.Builder
	fmt.Fprintf(&out, `{"code":"%s","words":"`, r.Code)
	for _, c := range r.Words {
		if at := strings.IndexRune("\"\\\b\f\n\r\t", c); at >= 0 {
			out.WriteByte('\\')
			out.WriteByte(`"\bfnrt`[at])
		} else if c < ' ' {
			fmt.Fprintf(&out, `\u%04x`, c)
		} else {
			out.WriteRune(c)
		}
	}
	out.WriteString(`"}`)
	return []byte(out.String())
}

// Push is a payload that the service sent to this worker. The correlation id is the number of the
// push on its connection, for logs.
type Push struct {
	Payload       []byte
	CorrelationID uint64
}

// Handler does the work of a push and returns the reply's payload, or a [*Refusal]. Each call has a
// goroutine of its own. The context is canceled when the connection ends, and when a stop takes
// longer than its grace.
type Handler func(ctx context.Context, push Push) ([]byte, error)

// Token is what proves who this worker is. If ExpiresIn is not 0, the worker renews the token on its
// connection; the service must allow that. A negative one has passed.
type Token struct {
	Value     string
	ExpiresIn time.Duration
}

// String hides the token.
func (Token) String() string { return "a token" }

// GoString hides the token.
func (Token) GoString() string { return "a token" }

// TokenSource gets a token. It is called for each connection; an error counts as a failed attempt.
type TokenSource func(ctx context.Context) (Token, error)

// FixedToken always returns the same token.
func FixedToken(value string) TokenSource {
	return func(context.Context) (Token, error) { return Token{Value: value}, nil }
}

// TokenFile reads a file each time, without the blanks around the token. If expiresIn is not 0, the
// token is renewed; it counts from the moment the file is read.
func TokenFile(path string, expiresIn time.Duration) TokenSource {
	return func(context.Context) (Token, error) {
		value, err := os.ReadFile(path)
		return Token{strings.TrimSpace(string(value)), expiresIn}, err
	}
}

// TLSFiles reads PEM files, anew for each connection: who issues the service's certificate, and this
// worker's certificate and key. An empty authorities means whom the system trusts; an empty
// certificate, that this worker has none.
func TLSFiles(authorities, certificate, key string) func() (*tls.Config, error) {
	return func() (*tls.Config, error) {
		config := &tls.Config{MinVersion: tls.VersionTLS12}
		if authorities != "" {
			pem, err := os.ReadFile(authorities)
			if err != nil {
				return nil, err
			}
			config.RootCAs = x509.NewCertPool()
			if !config.RootCAs.AppendCertsFromPEM(pem) {
				return nil, fmt.Errorf("%s has no certificate", authorities)
			}
		}
		if certificate != "" {
			pair, err := tls.LoadX509KeyPair(certificate, key)
			if err != nil {
				return nil, err
			}
			config.Certificates = []tls.Certificate{pair}
		}
		return config, nil
	}
}

// State is where a worker is on its way.
type State string

// The states of a worker. It ends in Stopped or Failed.
const (
	Idle        State = "idle"
	Connecting  State = "connecting"
	Registering State = "registering"
	Registered  State = "registered"
	Waiting     State = "waiting"
	Stopping    State = "stopping"
	Stopped     State = "stopped"
	Failed      State = "failed"
)

// FailedError tells why the service does not want this worker back. The code is a close code, an
// HTTP status, or 0 after a rejection.
type FailedError struct {
	Code   int
	Reason string
}

func (e *FailedError) Error() string { return fmt.Sprintf("failed with code %d: %s", e.Code, e.Reason) }

// RejectedError tells why a registration was rejected; the earlier one stays in force.
type RejectedError struct{ Reason string }

func (e *RejectedError) Error() string { return "rejected: " + e.Reason }

var (
	// ErrSuperseded tells that a later Register came before the result of this one.
	ErrSuperseded = errors.New("a later registration replaced this one")
	// ErrNotRegistered tells that a publication needs a registered worker.
	ErrNotRegistered = errors.New("the worker is not registered")
	// ErrEnded tells that the worker stops, or has ended.
	ErrEnded = errors.New("the worker has ended")
)
