// Command graphsim runs the stand-in for Entra ID and Graph's calls as a
// program of its own, for trying the provider by hand. It listens only on
// loopback.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

const usage = `graphsim is a stand-in for Microsoft Entra ID and the calls of Microsoft Graph.

Usage: graphsim [flags]

It serves both over TLS on 127.0.0.1, on free ports, until SIGINT or SIGTERM. When it is
ready, it prints one line of JSON to standard output: graph_endpoint, authority_host,
tenant_id, client_id and client_secret for the provider's configuration, the IDs in
calls, and control, the URL of its control interface over plain HTTP.

To use it with the provider, start it in one terminal, and set the values that it prints
in another. Only clients that trust the certificate in -ca-file can connect:

  graphsim -ca-file ca.pem -call 57dab8b1-894c-409a-b240-bd8beae78896

  export MSGRAPH_GRAPH_ENDPOINT=...   # graph_endpoint
  export MSGRAPH_AUTHORITY_HOST=...   # authority_host
  export ARM_TENANT_ID=... ARM_CLIENT_ID=... ARM_CLIENT_SECRET=...
  export MSGRAPH_CA_CERTIFICATE_FILE=/path/to/ca.pem
  export MSGRAPH_DISABLE_INSTANCE_DISCOVERY=true

The control interface:

  curl $control/calls                                      every call as it is now
  curl $control/calls -d '{"id": "..."}'                   create a call
  curl $control/placed                                     the calls that clients have placed
  curl $control/calls/ID -X DELETE                         end a call, which then gets 404
  curl $control/clock -d '{"advance": "46m"}'              move the clock
  curl $control/requests                                   every request so far
  curl $control/faults -d '{"status": 503, "times": 2}'    make requests fail, to Entra ID too
  curl $control/faults -X DELETE                           clear all faults

A fault applies to the requests that all of its fields match, for example
{"service": "graph", "method": "POST", "status": 503}; service is "graph" or "entra".

The clock is real time until it is moved. Calls end 45 minutes after their last keepAlive
on that clock. A call that is placed by POST /v1.0/communications/calls is established
after -establish-after.

Flags:
`

// ready is the line that the program prints once it can be used.
type ready struct {
	GraphEndpoint string   `json:"graph_endpoint"`
	AuthorityHost string   `json:"authority_host"`
	TenantID      string   `json:"tenant_id"`
	ClientID      string   `json:"client_id"`
	ClientSecret  string   `json:"client_secret"`
	Control       string   `json:"control"`
	Calls         []string `json:"calls"`
}

func main() { os.Exit(start(os.Args[1:], os.Stdout, os.Stderr)) }

// start runs the program until it ends or is interrupted, and returns the exit code.
func start(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch err := run(ctx, args, stdout, stderr); {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	default:
		_, _ = fmt.Fprintln(stderr, "graphsim:", err)
		return 1
	}
}

// run serves until ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("graphsim", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	caFile := flags.String("ca-file", "", "write the certificate that clients must trust to this `path`, PEM")
	establish := flags.Duration("establish-after", time.Second, "how long it takes to establish a call that a client places")
	calls := []string{}
	flags.Func("call", "create a call with this `ID` at the start; may be repeated", func(id string) error {
		if id == "" {
			return errors.New("an ID must not be empty")
		}
		calls = append(calls, id)
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; see graphsim -h", flags.Arg(0))
	}

	clock := new(graphsim.Clock)
	server, err := graphsim.Start(graphsim.Options{Now: clock.Now})
	if err != nil {
		return err
	}
	defer server.Close()
	server.OnPlace(func(graphsim.PlacedCall) graphsim.Outcome { return graphsim.Outcome{Established: *establish} })
	for _, id := range calls {
		server.PlaceCall(graphsim.Call{ID: id})
	}
	if *caFile != "" {
		if err := os.WriteFile(*caFile, server.CACertificate(), 0o644); err != nil {
			return err
		}
	}

	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	control := &http.Server{Handler: graphsim.Control(server, clock), ReadHeaderTimeout: time.Minute}
	defer func() { _ = control.Close() }()
	failed := make(chan error, 1)
	go func() { failed <- control.Serve(listener) }()

	//nolint:gosec // the secret is the stand-in's own, and no secret
	if err := json.NewEncoder(stdout).Encode(ready{
		GraphEndpoint: server.GraphURL(),
		AuthorityHost: server.AuthorityURL(),
		TenantID:      graphsim.TenantID,
		ClientID:      graphsim.ClientID,
		ClientSecret:  graphsim.ClientSecret,
		Control:       "http://" + listener.Addr().String(),
		Calls:         calls,
	}); err != nil {
		return err
	}

	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}
