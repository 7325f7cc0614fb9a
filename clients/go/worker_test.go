package worker

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

const deadline = 60 * time.Second

// peer is one connection of a worker, at a server that does what a test tells it.
type peer struct {
	t      *testing.T
	ws     *websocket.Conn
	header http.Header
	pushed uint64
}

// receive reads a frame; it is empty once the connection has ended.
func (p *peer) receive() sent {
	p.ws.SetReadDeadline(time.Now().Add(deadline))
	_, message, err := p.ws.ReadMessage()
	if err != nil {
		return sent{}
	}
	return parse(message)
}

func (p *peer) send(kind uint8, stream uint32, fields ...any) {
	p.ws.WriteMessage(websocket.BinaryMessage, encode(kind, 0, stream, fields...))
}

func (p *peer) connected() sent {
	connect := p.receive()
	p.send(connectAckFrame, 0, [2]uint16{1, 3}, uint32(0))
	return connect
}

func (p *peer) answerRegistration(rejection *string) sent {
	register := p.receive()
	if register.kind != registerFrame {
		p.t.Error("no WorkerRegister")
	}
	p.send(registerAckFrame, 0, rejection)
	return register
}

func (p *peer) registered() sent {
	p.connected()
	return p.answerRegistration(nil)
}

func (p *peer) push(payload string) {
	p.pushed++
	p.send(pushFrame, uint32(p.pushed), p.pushed, payload)
}

func (p *peer) close(code int, reason string) {
	words := websocket.FormatCloseMessage(code, reason)
	p.ws.WriteControl(websocket.CloseMessage, words, time.Now().Add(deadline))
	p.ws.SetReadDeadline(time.Now().Add(deadline))
	for {
		if _, _, err := p.ws.ReadMessage(); err != nil {
			return
		}
	}
}

// serve passes each connection to the next script; the last script takes all that follow.
func serve(t *testing.T, server *httptest.Server, scripts ...func(p *peer)) string {
	var count atomic.Int32
	var running sync.WaitGroup
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		running.Add(1)
		defer running.Done()
		ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer ws.Close()
		next := min(int(count.Add(1)), len(scripts)) - 1
		scripts[next](&peer{t: t, ws: ws, header: r.Header})
	})
	t.Cleanup(func() {
		running.Wait()
		server.Close()
	})
	return "ws" + strings.TrimPrefix(server.URL, "http") + "/liminal"
}

func plain() *httptest.Server {
	server := httptest.NewUnstartedServer(nil)
	server.Start()
	return server
}

func echo(_ context.Context, push Push) ([]byte, error) { return push.Payload, nil }

type recorder struct {
	EventCounts
	mu     sync.Mutex
	events []Event
}

func (r *recorder) listen(event Event) {
	r.Listen(event)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, event)
}

func start(t *testing.T, opts Options) (*Worker, *recorder) {
	t.Helper()
	events := &recorder{}
	opts.Registration.Identity = "worker-1"
	opts.Listeners = append(opts.Listeners, events.listen)
	if opts.Handler == nil {
		opts.Handler = echo
	}
	if opts.InitialBackoff == 0 {
		opts.InitialBackoff, opts.MaxBackoff = 10*time.Millisecond, 50*time.Millisecond
	}
	w, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	w.Start()
	t.Cleanup(func() { stopNow(w) })
	return w, events
}

func stopNow(w *Worker) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w.Stop(ctx)
}

func ended(t *testing.T, w *Worker) *FailedError {
	t.Helper()
	select {
	case <-w.Ended():
	case <-time.After(deadline):
		t.Fatal("the worker has not ended")
	}
	var failed *FailedError
	errors.As(w.Err(), &failed)
	return failed
}

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(deadline); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not in time: " + what)
		}
	}
}

func TestEveryPushEndsExactlyOneWay(t *testing.T) {
	release := make(chan struct{})
	answers := map[uint64]string{}
	handler := func(ctx context.Context, push Push) ([]byte, error) {
		switch string(push.Payload) {
		case "hold":
			<-release
		case "refuse":
			return nil, &Refusal{Invalid, "no such thing"}
		case "fail":
			return nil, errors.New("a secret")
		case "panic":
			panic("a secret")
		case "large":
			return make([]byte, 2_000), nil
		}
		return push.Payload, nil
	}
	url := serve(t, plain(), func(p *peer) {
		if p.header.Get("Worker-Labels") != `zone="eu\"1"` || p.header.Get("Origin") != "" ||
			p.header.Get("Sec-WebSocket-Extensions") != "" {
			t.Error(p.header)
		}
		p.registered()
		take := func() {
			reply := p.receive()
			answers[reply.id] = fmt.Sprintf("%d %s", reply.flags, reply.text)
			if uint64(reply.stream) != reply.id {
				t.Errorf("a reply on stream %d", reply.stream)
			}
		}
		for _, payload := range []string{"hold", "refuse", "fail", "panic", "large", "hold", "over"} {
			p.push(payload)
			if payload != "hold" {
				take()
			}
		}
		close(release)
		take()
		take()
		p.close(4500, "enough")
	})
	w, events := start(t, Options{
		URL: url, Handler: handler, Capacity: 2, MaxMessage: 1024, Labels: map[string]string{"zone": `eu"1`},
	})
	if failed := ended(t, w); *failed != (FailedError{4500, "enough"}) {
		t.Error(failed)
	}
	want := map[uint64]string{
		1: "0 hold",
		2: `1 {"code":"invalid","words":"no such thing"}`,
		3: `1 {"code":"internal","words":"the handler failed"}`,
		4: `1 {"code":"internal","words":"the handler failed"}`,
		5: `1 {"code":"internal","words":"the reply exceeds 1024 bytes"}`,
		6: "0 hold",
		7: `1 {"code":"busy","words":"at the capacity of 2"}`,
	}
	for id, answer := range want {
		if answers[id] != answer {
			t.Errorf("push %d: %s", id, answers[id])
		}
	}
	ends := events.Count("push_replied") + events.Count("push_refused") + events.Count("push_dropped")
	if received := events.Count("push_received"); received != 7 || ends != 7 {
		t.Errorf("%d received, %d ends", received, ends)
	}
}

func TestAStopFinishesWhatIsOpenAndLeavesNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	release, stopping := make(chan struct{}), make(chan struct{})
	var answers []sent
	server := plain()
	url := serve(t, server, func(p *peer) {
		p.registered()
		p.push("open")
		<-stopping
		p.push("late")
		answers = append(answers, p.receive())
		close(release)
		answers = append(answers, p.receive(), p.receive())
		p.close(1000, "")
	})
	w, events := start(t, Options{URL: url, Handler: func(_ context.Context, push Push) ([]byte, error) {
		<-release
		return push.Payload, nil
	}})
	until(t, "a push", func() bool { return events.Count("push_received") == 1 })
	go func() {
		until(t, "stopping", func() bool { return w.State() == Stopping })
		close(stopping)
	}()
	w.Stop(context.Background())
	if w.Err() != nil || w.State() != Stopped {
		t.Error(w.Err(), w.State())
	}
	if late := answers[0].text; !strings.Contains(late, "unavailable") {
		t.Error(late)
	}
	if reply := answers[1].text; reply != "open" {
		t.Error(reply)
	}
	if answers[2].kind != disconnectFrame {
		t.Error(answers[2])
	}
	server.Close()
	until(t, "no goroutine left", func() bool { return runtime.NumGoroutine() <= before })
}

func TestAStopWorksInEveryState(t *testing.T) {
	before := runtime.NumGoroutine()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // it never answers
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for state, url := range map[State]string{
		Connecting: "ws://" + listener.Addr().String() + "/liminal",
		Waiting:    "ws://127.0.0.1:1/liminal",
	} {
		w, _ := start(t, Options{URL: url, InitialBackoff: time.Hour, MaxBackoff: time.Hour})
		until(t, string(state), func() bool { return w.State() == state })
		w.Stop(context.Background())
		if w.State() != Stopped {
			t.Error(w.State())
		}
	}
	idle, _ := New(Options{URL: "ws://127.0.0.1:1/liminal", Handler: echo})
	idle.Stop(context.Background())
	until(t, "no goroutine left", func() bool { return runtime.NumGoroutine() <= before })
}

func TestAStopCancelsHandlersAfterItsGrace(t *testing.T) {
	canceled := make(chan struct{})
	url := serve(t, plain(), func(p *peer) {
		p.registered()
		p.push("for ever")
		if reply := p.receive().text; !strings.Contains(reply, "unavailable") {
			t.Error(reply)
		}
		p.receive()
		p.close(1000, "")
	})
	w, events := start(t, Options{URL: url, Handler: func(ctx context.Context, _ Push) ([]byte, error) {
		<-ctx.Done()
		close(canceled)
		return nil, ctx.Err()
	}})
	until(t, "a push", func() bool { return events.Count("push_received") == 1 })
	stopNow(w)
	<-canceled
}

func TestItComesBackByTheRangeOfTheCloseCode(t *testing.T) {
	for code, back := range map[int]bool{
		1000: true, 1001: true, 1011: true, 1012: true, 3000: true, 4003: true, 4014: true, 4499: true,
		1002: false, 1003: false, 1008: false, 1009: false, 4500: false, 4999: false,
	} {
		url := serve(t, plain(),
			func(p *peer) { p.registered(); p.close(code, "") },
			func(p *peer) { p.close(4501, "again") })
		w, _ := start(t, Options{URL: url})
		want := code
		if back {
			want = 4501
		}
		if failed := ended(t, w); failed == nil || failed.Code != want {
			t.Errorf("after %d: %v", code, failed)
		}
	}
}

func TestOnlyAFreshTokenFollowsARefusedOne(t *testing.T) {
	values := []string{"old", "new", "new"}
	var seen []string
	url := serve(t, plain(), func(p *peer) {
		seen = append(seen, p.receive().text)
		p.send(connectErrorFrame, 0, uint16(unauthenticated), (*string)(nil))
		p.close(1008, "no")
	})
	w, events := start(t, Options{URL: url, Token: func(context.Context) (Token, error) {
		value := values[0]
		values = values[1:]
		return Token{Value: value}, nil
	}})
	if failed := ended(t, w); *failed != (FailedError{1008, "no"}) {
		t.Error(failed)
	}
	if strings.Join(seen, " ") != "old new" {
		t.Error(seen)
	}
	if strings.Contains(fmt.Sprint(events.events), "old") {
		t.Error("a token is in an event")
	}
}

func TestATokenThatExpiresIsRenewed(t *testing.T) {
	url := serve(t, plain(), func(p *peer) {
		if p.header.Get("Authorization") != "Bearer secret" || p.connected().text != "" {
			t.Error("the token belongs into the upgrade")
		}
		p.answerRegistration(nil)
		if renewal := p.connected().text; renewal != "secret" {
			t.Error(renewal)
		}
		p.receive()
	})
	token := func(context.Context) (Token, error) { return Token{"secret", 200 * time.Millisecond}, nil }
	_, events := start(t, Options{URL: url, TokenInUpgrade: true, Token: token})
	until(t, "a renewal", func() bool { return events.Count("renewed") == 1 })
}

func TestATemporaryRejectionWaitsAsLongAsItSays(t *testing.T) {
	var waited time.Duration
	url := serve(t, plain(), func(p *peer) {
		p.connected()
		reason := "no memory; retry in 1 s"
		p.answerRegistration(&reason)
		rejected := time.Now()
		p.answerRegistration(nil)
		waited = time.Since(rejected)
		p.close(4500, "")
	})
	w, _ := start(t, Options{URL: url, StopOnRejection: true})
	ended(t, w)
	if waited < 990*time.Millisecond {
		t.Error(waited)
	}
}

func TestItRegistersAgainAndKeepsTheEarlierOneIfRejected(t *testing.T) {
	var queues []string
	no := "no"
	again := make(chan struct{})
	url := serve(t, plain(), func(p *peer) {
		p.connected()
		for _, rejection := range []*string{nil, nil, &no} {
			queues = append(queues, p.answerRegistration(rejection).text)
		}
		<-again
		p.close(1012, "")
	}, func(p *peer) {
		queues = append(queues, p.registered().text)
		p.close(4500, "")
	})
	w, _ := start(t, Options{URL: url})
	until(t, "registered", func() bool { return w.State() == Registered })
	ctx := context.Background()
	if err := w.Register(ctx, Registration{TaskQueue: "two"}); err != nil {
		t.Error(err)
	}
	var rejected *RejectedError
	if err := w.Register(ctx, Registration{TaskQueue: "three"}); !errors.As(err, &rejected) {
		t.Error(err)
	}
	close(again)
	ended(t, w)
	if got := strings.Join(queues, " "); got != "default two three two" {
		t.Error(got)
	}
	if err := w.Register(ctx, Registration{}); err != ErrEnded {
		t.Error(err)
	}
}

func TestARefusedPublicationIsAnEvent(t *testing.T) {
	url := serve(t, plain(), func(p *peer) {
		p.registered()
		p.send(publishErrorFrame, p.receive().stream, uint16(0xFFFF), (*string)(nil))
		p.receive()
	})
	w, events := start(t, Options{URL: url})
	until(t, "registered", func() bool { return w.State() == Registered })
	if err := w.Publish(context.Background(), "news", []byte("hello")); err != nil {
		t.Error(err)
	}
	until(t, "a refusal", func() bool { return events.Count("publish_refused") == 1 })
	if err := w.Publish(context.Background(), "news", make([]byte, 1<<20)); err == nil {
		t.Error("a publication may not be so long")
	}
}

func TestWhatIsNoFrameClosesAndItComesBack(t *testing.T) {
	for want, message := range map[int][]byte{1002: {0}, 1003: []byte("text"), 1009: make([]byte, 2_000)} {
		codes := make(chan int, 1)
		url := serve(t, plain(), func(p *peer) {
			p.registered()
			kind := websocket.BinaryMessage
			if want == 1003 {
				kind = websocket.TextMessage
			}
			p.ws.WriteMessage(kind, message)
			var closed *websocket.CloseError
			if _, _, err := p.ws.ReadMessage(); errors.As(err, &closed) {
				codes <- closed.Code
			}
		}, func(p *peer) { p.close(4500, "") })
		w, _ := start(t, Options{URL: url, MaxMessage: 1024})
		if code := <-codes; ended(t, w).Code != 4500 || code != want {
			t.Errorf("%d instead of %d", code, want)
		}
	}
}

func TestASilentServiceIsGivenUp(t *testing.T) {
	quiet := make(chan struct{})
	defer close(quiet)
	url := serve(t, plain(), func(p *peer) { <-quiet }, func(p *peer) { p.close(4500, "") })
	w, events := start(t, Options{URL: url, Silence: 50 * time.Millisecond, PongTimeout: 50 * time.Millisecond})
	ended(t, w)
	events.mu.Lock()
	defer events.mu.Unlock()
	for _, event := range events.events {
		if lost, ok := event.(Disconnected); ok {
			if lost != (Disconnected{1006, "nothing was heard for 100ms", true}) {
				t.Error(lost)
			}
			return
		}
	}
}

func TestCertificatesProveBothEnds(t *testing.T) {
	folder := t.TempDir()
	service, own := certificate(t, folder, "service"), certificate(t, folder, "worker")
	clients := x509.NewCertPool()
	clients.AddCert(own.Leaf)
	server := httptest.NewUnstartedServer(nil)
	server.TLS = &tls.Config{
		Certificates: []tls.Certificate{service}, ClientCAs: clients, ClientAuth: tls.RequireAndVerifyClientCert,
	}
	server.StartTLS()
	url := serve(t, server, func(p *peer) { p.registered(); p.close(4500, "seen") })
	path := func(name string) string { return filepath.Join(folder, name) }
	files := TLSFiles(path("service.pem"), path("worker.pem"), path("worker.key"))
	w, _ := start(t, Options{URL: url, TLS: files})
	if failed := ended(t, w); *failed != (FailedError{4500, "seen"}) {
		t.Error(failed)
	}
}

func certificate(t *testing.T, folder, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true,
		BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
	os.WriteFile(filepath.Join(folder, name+".pem"), certPEM, 0o600)
	os.WriteFile(filepath.Join(folder, name+".key"), keyPEM, 0o600)
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		t.Fatal(err)
	}
	pair.Leaf, _ = x509.ParseCertificate(der)
	return pair
}

func TestAPauseIsRandomBelowALimitThatDoubles(t *testing.T) {
	limits := []time.Duration{1, 2, 4, 8, 16, 32, 60, 60}
	longest := make([]time.Duration, len(limits))
	for range 500 {
		b := backoff{initial: time.Second, max: time.Minute}
		for i := range limits {
			longest[i] = max(longest[i], b.next())
		}
	}
	for i, limit := range limits {
		if longest[i] > limit*time.Second || longest[i] < limit*time.Second*8/10 {
			t.Errorf("pause %d: %s", i, longest[i])
		}
	}
	far := backoff{initial: time.Second, max: time.Minute, attempts: 1000}
	if far.next() > time.Minute {
		t.Error("a pause over the maximum")
	}
}

func TestWordsAreCutBetweenCharacters(t *testing.T) {
	for words, want := range map[string]string{
		strings.Repeat("é", 600):       strings.Repeat("é", 512),
		"a" + strings.Repeat("é", 600): "a" + strings.Repeat("é", 511),
		"\xff":                         "\uFFFD",
	} {
		if got := (&Refusal{Busy, words}).cut().Words; got != want {
			t.Error(got)
		}
	}
	got := string((&Refusal{Busy, "\x01\b\x7f/\u2028\"<"}).payload())
	if got != `{"code":"busy","words":"\u0001\b`+"\x7f/\u2028"+`\"<"}` {
		t.Error(got)
	}
}

func TestAnOptionOutsideItsRangeIsAnError(t *testing.T) {
	for _, opts := range []Options{
		{URL: "http://localhost/liminal"},
		{URL: "ws://localhost/liminal", Capacity: -1},
		{URL: "ws://localhost/liminal", Silence: -1},
		{URL: "ws://localhost/liminal", InitialBackoff: time.Hour},
		{URL: "ws://localhost/liminal", Labels: map[string]string{"Zone": "eu1"}},
	} {
		opts.Handler = echo
		if _, err := New(opts); err == nil {
			t.Errorf("%+v is allowed", opts.URL)
		}
	}
}
