package worker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func hold(p *peer) { p.registered(); p.receive() }

func megabyte(context.Context, Push) ([]byte, error) { return make([]byte, 1_000_000), nil }

func (r *recorder) all() []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Event(nil), r.events...)
}

func (r *recorder) disconnections() (found []Disconnected) {
	for _, event := range r.all() {
		if lost, ok := event.(Disconnected); ok {
			found = append(found, lost)
		}
	}
	return found
}

func soon(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(6 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not in time: " + what)
		}
	}
}

func TestATokenThatHTTPDoesNotAllowIsAFailedAttempt(t *testing.T) {
	for _, value := range []string{"\uFEFFsecret", "sec\nret-secret", "secret\r\nX: y", "secreté"} {
		url := serve(t, plain(), func(p *peer) { t.Errorf("a connection with %q", p.header["Authorization"]) })
		w, events := start(t, Options{URL: url, Token: FixedToken(value), TokenInUpgrade: true})
		soon(t, "two attempts", func() bool { return len(events.disconnections()) >= 2 })
		stopNow(w)
		reason := "cannot connect: the token holds a character that HTTP does not allow"
		if lost := events.disconnections()[0]; lost != (Disconnected{1006, reason, true}) {
			t.Error(lost)
		}
		if strings.Contains(fmt.Sprintf("%#v", events.all()), "secret") {
			t.Error("a token is in an event")
		}
	}
}

func TestThereIsASecondBetweenRenewals(t *testing.T) {
	for _, expiry := range []time.Duration{-time.Hour, time.Nanosecond} {
		url := serve(t, plain(), func(p *peer) {
			p.registered()
			for p.connected().kind == connectFrame {
			}
		})
		var mu sync.Mutex
		var asked []time.Time
		w, events := start(t, Options{URL: url, Token: func(context.Context) (Token, error) {
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, time.Now())
			return Token{"cached", expiry}, nil
		}})
		soon(t, fmt.Sprintf("renewals with %s", expiry), func() bool { return events.Count("renewed") >= 2 })
		stopNow(w)
		for i := 1; i < len(asked); i++ {
			if gap := asked[i].Sub(asked[i-1]); gap < 990*time.Millisecond {
				t.Errorf("%s: asked again after %s", expiry, gap)
			}
		}
	}
}

func TestAFailingTokenFunctionIsNotAskedWithoutAPause(t *testing.T) {
	times := make(chan time.Time, 1000)
	count := 0
	start(t, Options{URL: serve(t, plain(), hold), Token: func(context.Context) (Token, error) {
		times <- time.Now()
		if count++; count > 1 {
			return Token{}, errors.New("no token now")
		}
		return Token{"first", time.Nanosecond}, nil
	}})
	<-times
	if first, second := <-times, <-times; second.Sub(first) < 990*time.Millisecond {
		t.Error(second.Sub(first))
	}
}

// slow lets the operating system keep little of what the service does not read yet.
func (p *peer) slow() { p.ws.NetConn().(*net.TCPConn).SetReadBuffer(65_536) }

func TestAStopSendsWhatIsQueuedToASlowService(t *testing.T) {
	stopping, done := make(chan struct{}), make(chan struct{})
	var taken []uint8
	url := serve(t, plain(), func(p *peer) {
		defer close(done)
		p.slow()
		p.registered()
		for range 12 {
			p.push("more")
		}
		<-stopping
		for range 13 {
			time.Sleep(660 * time.Millisecond)
			taken = append(taken, p.receive().kind)
		}
		p.close(1000, "")
	})
	w, events := start(t, Options{URL: url, Handler: megabyte})
	soon(t, "replies", func() bool { return events.Count("push_replied") == 12 })
	close(stopping)
	w.Stop(context.Background())
	<-done
	want := append([]byte(strings.Repeat(string(rune(pushReplyFrame)), 12)), disconnectFrame)
	if !reflect.DeepEqual(taken, want) {
		t.Error(taken)
	}
}

func TestAStopEndsTwoSecondsAfterItsGrace(t *testing.T) {
	measured := make(chan struct{})
	url := serve(t, plain(), func(p *peer) {
		p.slow()
		p.registered()
		for range 12 {
			p.push("more")
		}
		<-measured
	})
	defer close(measured)
	w, events := start(t, Options{URL: url, Handler: megabyte, StopGrace: time.Second})
	soon(t, "pushes", func() bool { return events.Count("push_received") > 0 })
	time.Sleep(500 * time.Millisecond)
	before := time.Now()
	w.Stop(context.Background())
	if took := time.Since(before); took < 2900*time.Millisecond || took > 4*time.Second {
		t.Error(took)
	}
}

func TestAServiceThatClosesButDoesNotReadIsLeft(t *testing.T) {
	goroutines := runtime.NumGoroutine()
	measured := make(chan struct{})
	server := plain()
	url := serve(t, server, func(p *peer) {
		p.slow()
		p.registered()
		for range 12 {
			p.push("more")
		}
		time.Sleep(500 * time.Millisecond)
		message := websocket.FormatCloseMessage(1001, "")
		p.ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(deadline))
		<-measured
	})
	w, events := start(t, Options{
		URL: url, Handler: megabyte, InitialBackoff: time.Minute, MaxBackoff: time.Minute,
	})
	soon(t, "the end", func() bool { return len(events.disconnections()) > 0 })
	if lost := events.disconnections()[0]; lost.Code != 1001 {
		t.Error(lost)
	}
	stopNow(w)
	close(measured)
	server.CloseClientConnections()
	server.Close()
	until(t, "no goroutine left", func() bool { return runtime.NumGoroutine() <= goroutines })
}

func TestAGraceThatIsNoTimeIsAnError(t *testing.T) {
	for _, grace := range []time.Duration{-1, 24*time.Hour + 1} {
		_, err := New(Options{URL: "ws://localhost/", Handler: echo, StopGrace: grace})
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("StopGrace '%s' is not allowed; allowed: ", grace)) {
			t.Error(err)
		}
	}
}

func TestNothingIsEmittedAfterTheEnd(t *testing.T) {
	asked := make(chan struct{})
	w, events := start(t, Options{URL: "ws://127.0.0.1:1/", Token: func(ctx context.Context) (Token, error) {
		close(asked)
		<-ctx.Done()
		return Token{}, errors.New("nobody waits for it")
	}})
	<-asked
	w.Stop(context.Background())
	time.Sleep(100 * time.Millisecond)
	if all := events.all(); all[len(all)-1] != (Event)(StateChanged{State: Stopped}) {
		t.Error(all)
	}
}

func TestWhatAHandlerReturnsRefusesThePush(t *testing.T) {
	url := serve(t, plain(), func(p *peer) {
		p.registered()
		for _, payload := range []string{"nil refusal", "nil panic", "exit"} {
			p.push(payload)
			if answer := p.receive().text; !strings.Contains(answer, "the handler failed") {
				t.Error(payload, answer)
			}
		}
		p.close(4500, "")
	})
	w, _ := start(t, Options{URL: url, Handler: func(_ context.Context, push Push) ([]byte, error) {
		switch string(push.Payload) {
		case "nil panic":
			panic(nil)
		case "exit":
			runtime.Goexit()
		}
		var none *Refusal
		return nil, none
	}})
	ended(t, w)
}

func TestWhatAListenerPanicsWithIsIgnored(t *testing.T) {
	w, _ := start(t, Options{URL: serve(t, plain(), hold), Listeners: []Listener{func(Event) { panic("odd") }}})
	soon(t, "registered", func() bool { return w.State() == Registered })
}

func TestAPanicOfATokenFunctionIsAFailedAttempt(t *testing.T) {
	for _, fault := range []func(){func() { panic("odd") }, runtime.Goexit} {
		faults := []func(){fault}
		w, events := start(t, Options{URL: serve(t, plain(), hold), Token: func(context.Context) (Token, error) {
			if len(faults) > 0 {
				faults = nil
				fault()
			}
			return Token{Value: "good"}, nil
		}})
		soon(t, "registered", func() bool { return w.State() == Registered })
		if events.Count("error") != 1 {
			t.Error(events.all())
		}
	}
}

func TestAWrongAcceptIsAFailedAttempt(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := w.(http.Hijacker).Hijack()
		fmt.Fprint(conn, "HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm8=\r\n\r\n")
	}))
	_, events := start(t, Options{URL: "ws://" + listener.Addr().String() + "/liminal"})
	soon(t, "three attempts", func() bool { return len(events.disconnections()) >= 3 })
	for _, lost := range events.disconnections() {
		if lost.Code != 1006 || !lost.ComesBack {
			t.Error(lost)
		}
	}
}

func TestATokenThatStaysRefusedDoesNotComeBack(t *testing.T) {
	url := serve(t, plain(), func(p *peer) { p.connected(); p.close(1008, "no") })
	w, events := start(t, Options{URL: url, Token: FixedToken("old")})
	ended(t, w)
	if lost := events.disconnections(); !reflect.DeepEqual(lost, []Disconnected{{1008, "no", false}}) {
		t.Error(lost)
	}
	number := 0
	w, events = start(t, Options{URL: url, Token: func(context.Context) (Token, error) {
		number++
		return Token{Value: fmt.Sprint(number)}, nil
	}})
	ended(t, w)
	var back []bool
	for _, lost := range events.disconnections() {
		back = append(back, lost.ComesBack)
	}
	if !reflect.DeepEqual(back, []bool{true, true, true, false}) {
		t.Error(back)
	}
}

func TestItIsWaitingWhileARefusedTokenIsReplaced(t *testing.T) {
	asked := make(chan struct{})
	count := 0
	url := serve(t, plain(), func(p *peer) { p.registered(); p.close(1008, "no") })
	w, events := start(t, Options{URL: url, Token: func(ctx context.Context) (Token, error) {
		if count++; count == 2 {
			close(asked)
			<-ctx.Done()
		}
		return Token{Value: "old"}, ctx.Err()
	}})
	<-asked
	if state := w.State(); state != Waiting {
		t.Fatal(state) // a publication would now panic
	}
	if err := w.Publish(context.Background(), "news", nil); err != ErrNotRegistered {
		t.Error(err)
	}
	w.Stop(context.Background())
	all := events.all()
	want := []Event{StateChanged{State: Stopping}, Disconnected{1008, "no", false}, StateChanged{State: Stopped}}
	if got := all[len(all)-3:]; !reflect.DeepEqual(got, want) {
		t.Error(got)
	}
}
