// A worker that is set by environment variables and does what its pushes say. The conformance suite
// runs it. It uses nothing but the public interface of the library.
package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"frontdoor.dev/worker"
)

func main() {
	w, err := build()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := w.Run(ctx); err != nil {
		os.Exit(1)
	}
}

func build() (*worker.Worker, error) {
	var wrong error
	number := func(name string) int {
		value, err := strconv.Atoi(cmp.Or(text(name), "0"))
		if err != nil {
			wrong = fmt.Errorf("FRONTDOOR_%s: %w", name, err)
		}
		return value
	}
	millis := func(name string) time.Duration {
		return time.Duration(number(name+"_MS")) * time.Millisecond
	}
	labels := map[string]string{}
	for _, label := range texts("LABEL") {
		name, value, _ := strings.Cut(label, "=")
		labels[name] = value
	}
	p := &program{registration: registration()}
	opts := worker.Options{
		URL:             cmp.Or(text("URL"), "ws://127.0.0.1:8080/liminal"),
		Registration:    p.registration,
		Handler:         p.handle,
		Labels:          labels,
		TokenInUpgrade:  text("TOKEN_IN") == "upgrade",
		Listeners:       []worker.Listener{show},
		Capacity:        number("CAPACITY"),
		StopOnRejection: text("ON_REJECTION") == "stop",
		InitialBackoff:  millis("INITIAL_BACKOFF"),
		MaxBackoff:      millis("MAX_BACKOFF"),
		StableAfter:     millis("STABLE_AFTER"),
		ConnectTimeout:  millis("CONNECT_TIMEOUT"),
		AnswerTimeout:   millis("ANSWER_TIMEOUT"),
		Silence:         millis("SILENCE"),
		PongTimeout:     millis("PONG_TIMEOUT"),
		StopGrace:       millis("STOP_GRACE"),
	}
	if file := text("TOKEN_FILE"); file != "" {
		opts.Token = worker.TokenFile(file, millis("TOKEN_LIFETIME"))
	}
	w, err := worker.New(opts)
	p.worker = w
	return w, cmp.Or(wrong, err)
}

func registration() worker.Registration {
	r := worker.Registration{
		Identity:      cmp.Or(text("IDENTITY"), "go-worker"),
		TaskQueue:     text("TASK_QUEUE"),
		Namespaces:    texts("NAMESPACE"),
		ActivityTypes: texts("ACTIVITY"),
	}
	if node, set := os.LookupEnv("FRONTDOOR_NODE"); set {
		r.Node = &node
	}
	for _, name := range r.ActivityTypes {
		r.Activities = append(r.Activities, worker.Activity{
			Name: name, InputSchemaJSON: "{}", OutputSchemaJSON: "{}",
		})
	}
	return r
}

func text(name string) string { return os.Getenv("FRONTDOOR_" + name) }

func texts(name string) []string {
	return strings.FieldsFunc(text(name), func(c rune) bool { return c == ',' })
}

// show prints changes of the state.
func show(event worker.Event) {
	changed, ok := event.(worker.StateChanged)
	if !ok {
		return
	}
	line := "state=" + string(changed.State)
	switch changed.State {
	case worker.Waiting:
		line += fmt.Sprintf(" pause_ms=%d", changed.Pause.Milliseconds())
	case worker.Failed:
		line += fmt.Sprintf(" code=%d reason=%s", changed.Code, changed.Reason)
	}
	fmt.Println(line)
}

type program struct {
	worker       *worker.Worker
	registration worker.Registration
}

// handle does what the first word of a push says.
func (p *program) handle(ctx context.Context, push worker.Push) ([]byte, error) {
	word, rest, _ := strings.Cut(string(push.Payload), " ")
	first, second, _ := strings.Cut(rest, " ")
	switch word {
	case "wait":
		millis, err := strconv.Atoi(first)
		if err != nil {
			return nil, err
		}
		select {
		case <-time.After(time.Duration(millis) * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	case "refuse":
		return nil, &worker.Refusal{Code: worker.RefusalCode(first), Words: second}
	case "fail":
		return nil, errors.New("this push was told to fail")
	case "size":
		count, err := strconv.Atoi(first)
		if err != nil {
			return nil, err
		}
		return bytes.Repeat([]byte("x"), count), nil
	case "publish":
		return []byte("published"), p.worker.Publish(ctx, first, []byte(second))
	case "register":
		changed := p.registration
		changed.TaskQueue = first
		err := p.worker.Register(ctx, changed)
		var rejected *worker.RejectedError
		if errors.As(err, &rejected) {
			return []byte("rejected " + rejected.Reason), nil
		}
		return []byte("accepted"), err
	}
	return push.Payload, nil
}
