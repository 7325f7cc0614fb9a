// The worker of docs/workers.md.
package main

import (
	"cmp"
	"context"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"frontdoor.dev/worker"
)

func charge(_ context.Context, push worker.Push) ([]byte, error) {
	return append([]byte("charged "), push.Payload...), nil
}

func main() {
	opts := worker.Options{
		URL: cmp.Or(os.Getenv("FRONT_DOOR"), "ws://localhost:8080/liminal"),
		Registration: worker.Registration{
			Identity:      "charger-1",
			Namespaces:    []string{"billing"},
			ActivityTypes: []string{"charge"},
		},
		Handler:   charge,
		Labels:    map[string]string{"zone": "eu1"},
		Listeners: []worker.Listener{worker.LogEvents(slog.Default())},
	}
	if path := os.Getenv("TOKEN_FILE"); path != "" {
		opts.Token = worker.TokenFile(path, 0)
	}
	w, err := worker.New(opts)
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := w.Run(ctx); err != nil {
		log.Fatal(err)
	}
}
