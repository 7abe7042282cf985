package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/cmd/harness"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/terraformcli"
	"terraform-provider-msgraph/internal/testos"
)

var (
	get         = graphsim.Request{Service: "graph", Method: "GET", Path: "/v1.0/communications/calls/x", Status: 200}
	token       = graphsim.Request{Service: "entra", Method: "POST", Path: "/t/oauth2/v2.0/token", Status: 200}
	taken       = graphsim.Request{Service: "graph", Method: "POST", Path: "/v1.0/communications/calls/x/keepAlive", Status: 200}
	notFound    = graphsim.Request{Service: "graph", Method: "POST", Path: "/v1.0/communications/calls/x/keepAlive", Status: 404}
	unavailable = graphsim.Request{Service: "graph", Method: "POST", Path: "/v1.0/communications/calls/x/keepAlive", Status: 503}
	placing     = graphsim.Request{Service: "graph", Method: "POST", Path: "/v1.0/communications/calls", Status: 201}
	refused     = graphsim.Request{Service: "graph", Method: "POST", Path: "/v1.0/communications/calls", Status: 403}
	otherTaken  = graphsim.Request{Service: "graph", Method: "POST", Path: "/v1.0/communications/calls/y/keepAlive", Status: 200}
	hungUp      = graphsim.Request{Service: "graph", Method: "DELETE", Path: "/v1.0/communications/calls/x", Status: 204}
)

func TestExpectations_check(t *testing.T) {
	saw := func(requests ...graphsim.Request) outcome { return outcome{requests: requests} }
	kept := time.Date(2026, 1, 1, 12, 0, 0, 900_000_000, time.UTC)
	expires := func(output string) outcome {
		return outcome{output: "Outputs:\n\n" + output + "\n", call: graphsim.Call{LastKeepAlive: kept}}
	}
	for _, test := range []struct {
		name   string
		expect expectation
		met    []outcome
		unmet  []outcome
	}{
		{
			"exits", exits(2, "changes"),
			[]outcome{{exitCode: 2}},
			[]outcome{{exitCode: 0}, {exitCode: 1}},
		},
		{
			"prints", prints("why", "has ended: Graph does not know it"),
			[]outcome{{output: "│ Call 1 has ended: Graph does\n│ not know it any more."}},
			[]outcome{{}, {output: "Call 1 has ended."}},
		},
		{
			"noRequests", noRequests(),
			[]outcome{saw()},
			[]outcome{saw(token), saw(get)},
		},
		{
			"onlyGET", onlyGET(),
			[]outcome{saw(get), saw(token, get, get)},
			[]outcome{saw(), saw(token), saw(get, taken), saw(get, notFound), saw(get, hungUp)},
		},
		{
			"keepAliveAccepted", keepAliveAccepted(),
			[]outcome{saw(taken), saw(token, get, taken)},
			[]outcome{saw(), saw(get), saw(notFound), saw(taken, taken), saw(unavailable, taken)},
		},
		{
			"sends", sends("", isKeepAlive, 404),
			[]outcome{saw(notFound), saw(token, get, notFound)},
			[]outcome{saw(), saw(get), saw(taken), saw(notFound, notFound), saw(unavailable)},
		},
		{
			"labKeepAlives", labKeepAlives(1, 1),
			[]outcome{saw(notFound, otherTaken), saw(token, get, otherTaken, notFound)},
			[]outcome{saw(), saw(taken), saw(taken, notFound), saw(taken, otherTaken), saw(notFound, unavailable), saw(notFound, otherTaken, taken)},
		},
		{
			"callPlaced", callPlaced(),
			[]outcome{saw(placing), saw(token, placing, get, taken, notFound)},
			[]outcome{saw(), saw(taken), saw(refused), saw(placing, refused), saw(placing, placing)},
		},
		{
			"sends, hang-up", sends("", isHangUp, 204),
			[]outcome{saw(hungUp), saw(get, hungUp)},
			[]outcome{saw(), saw(get), saw(hungUp, hungUp)},
		},
		{
			"callsAlive", callsAlive(1, 2),
			[]outcome{{placed: []graphsim.Call{{State: "terminated"}, {State: "established"}}}},
			[]outcome{{}, {placed: []graphsim.Call{{State: "established"}}}, {placed: []graphsim.Call{{State: "established"}, {State: "established"}}}},
		},
		{
			"keepAlivesInAll", keepAlivesInAll(2),
			[]outcome{{call: graphsim.Call{KeepAlives: 2}}},
			[]outcome{{}, {call: graphsim.Call{KeepAlives: 3}}},
		},
		{
			"expiresAtEnd", expiresAtEnd(),
			[]outcome{expires(`expires_at = "2026-01-01T12:45:00Z"`), expires(`expires_at = "2026-01-01T12:45:01Z"`)},
			[]outcome{
				expires(`expires_at = "2026-01-01T12:44:50Z"`), expires(`expires_at = "2026-01-01T13:45:00Z"`),
				expires(`expires_at = "soon"`), expires(`renew_at = "2026-01-01T12:45:00Z"`),
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, o := range test.met {
				if got, ok := test.expect.check(o); !ok {
					t.Errorf("not met by %+v: got %s", o, got)
				}
			}
			for _, o := range test.unmet {
				if _, ok := test.expect.check(o); ok {
					t.Errorf("met by %+v", o)
				}
			}
		})
	}
}

// The whole demo, with the real CLI.
func TestDemo_passes(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes most of a minute")
	}
	var said bytes.Buffer
	if code := execute(run, &said); code != 0 {
		t.Errorf("exit code %d, output %q", code, &said)
	}
}

func TestExecute_reportsFailures(t *testing.T) {
	for want, run := range map[string]func(context.Context) error{
		"did not pass":   func(context.Context) error { return fmt.Errorf("step 3: %w", errUnexpected) },
		"failed: no CLI": func(context.Context) error { return errors.New("no CLI") },
		"interrupted": func(ctx context.Context) error {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = self.Signal(os.Interrupt)
			}
			if err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		},
	} {
		t.Run(want, func(t *testing.T) {
			if want == "interrupted" {
				testos.NeedsUnix(t)
			}
			var said bytes.Buffer
			if code := execute(run, &said); code != 1 || !strings.Contains(said.String(), want) {
				t.Errorf("exit code %d, output %q", code, &said)
			}
		})
	}
}

// A step is skipped if the CLI is too old for it. That it cannot run for another reason is an error.
func TestRunStep_errors(t *testing.T) {
	ctx, failed := t.Context(), errors.New("it failed before")
	w, err := harness.NewWorkspace(ctx, "demo-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.CLI = terraformcli.CLI{Path: "/nonexistent/tofu", Product: terraformcli.OpenTofu, Version: "1.6.0"}
	d := &demo{Workspace: w}
	if err := d.runStep(ctx, 1, step{ephemeral: true}); err != nil || d.skipped != 1 {
		t.Errorf("a step for a newer CLI: %v, %d skipped", err, d.skipped)
	}
	if err := d.runStep(ctx, 1, step{before: func(*demo, context.Context) error { return failed }}); !errors.Is(err, failed) {
		t.Errorf("a step whose beginning fails: %v", err)
	}
	for name, run := range map[string]func() error{
		"a lab without its directory": func() error { return d.prepareLab(ctx) },
		"no placed call":              func() error { return d.endPlacedCall(ctx) },
		"a CLI that is missing":       func() error { return d.runStep(ctx, 1, step{args: []string{"plan"}}) },
		"an init without the CLI":     func() error { return d.initialize(ctx) },
	} {
		if err := run(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// An interrupted demo leaves no files behind.
func TestDemo_interrupted(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp) // on Windows
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx); err == nil {
		t.Error("it continued")
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}

// The checks of each step fail if the provider did nothing.
func TestSteps_canFail(t *testing.T) {
	for _, s := range steps {
		t.Run(s.title, func(t *testing.T) {
			if err := check(io.Discard, s.expect, outcome{}); !errors.Is(err, errUnexpected) {
				t.Errorf("got %v, want %v", err, errUnexpected)
			}
		})
	}
}

// Only an address in the public registry differs between the CLIs.
func TestAddressFor_eachCLI(t *testing.T) {
	for _, test := range []struct {
		address string
		product terraformcli.Product
		want    string
	}{
		{"registry.example/someone/msgraph", terraformcli.Terraform, "registry.example/someone/msgraph"},
		{"registry.example/someone/msgraph", terraformcli.OpenTofu, "registry.example/someone/msgraph"},
		{registry + "someone/msgraph", terraformcli.Terraform, registry + "someone/msgraph"},
		{registry + "someone/msgraph", terraformcli.OpenTofu, registryOpenTofu + "someone/msgraph"},
	} {
		if got := addressFor(test.address, test.product); got != test.want {
			t.Errorf("%s looks for %s at %s, want %s", test.product, test.address, got, test.want)
		}
	}
}

func TestAbridged_omitsWhatEveryPlanHas(t *testing.T) {
	const output = `
Terraform used the selected providers to generate the following execution
plan. Resource actions are indicated with the following symbols:
  ~ update in-place

Terraform will perform the following actions:

  # msgraph_call_keepalive.lab will be updated in-place
  ~ resource "msgraph_call_keepalive" "lab" {
      ~ request_id         = "1" -> (known after apply)
    }

Plan: 0 to add, 1 to change, 0 to destroy.
msgraph_call_keepalive.lab: Modifying... [id=1]
`
	const want = `
  # msgraph_call_keepalive.lab will be updated in-place
  ~ resource "msgraph_call_keepalive" "lab" {
      ~ request_id         = "1" -> (known after apply)
    }

Plan: 0 to add, 1 to change, 0 to destroy.
msgraph_call_keepalive.lab: Modifying... [id=1]
`
	if got := abridged(output); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := from("msgraph_call_keepalive.lab: Mod")(output), "…\nmsgraph_call_keepalive.lab: Modifying... [id=1]\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := lines("Plan:")(output), "Plan: 0 to add, 1 to change, 0 to destroy."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, show := range []func(string) string{abridged, from("Modifying"), lines("Plan:")} {
		if got := show("Error: something else"); got != "Error: something else" {
			t.Errorf("unexpected output became %q", got)
		}
	}
}

func TestTooOldForEphemerals_byProduct(t *testing.T) {
	for _, c := range []struct {
		cli  terraformcli.CLI
		want string
	}{
		{terraformcli.CLI{Product: terraformcli.Terraform, Version: "1.9.8"}, "Terraform 1.10.0"},
		{terraformcli.CLI{Product: terraformcli.Terraform, Version: "1.10.0"}, ""},
		{terraformcli.CLI{Product: terraformcli.Terraform, Version: "1.16.0-rc2"}, ""},
		{terraformcli.CLI{Product: terraformcli.OpenTofu, Version: "1.10.6"}, "OpenTofu 1.11.0"},
		{terraformcli.CLI{Product: terraformcli.OpenTofu, Version: "1.12.6"}, ""},
	} {
		d := &demo{Workspace: &harness.Workspace{CLI: c.cli}}
		if got := d.tooOldForEphemerals(); got != c.want {
			t.Errorf("with %s: %q, want %q", c.cli, got, c.want)
		}
	}
}
