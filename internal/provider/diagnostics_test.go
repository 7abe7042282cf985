package provider

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"terraform-provider-msgraph/internal/clock/clocktest"
	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
)

// Every kind of failure has a summary and advice.
func TestExplanations_areThereForEveryKind(t *testing.T) {
	t.Parallel()
	for kind := graph.KindNetwork; kind <= graph.KindContradicted; kind++ {
		text, ok := explanations[kind]
		if !ok || text.summary == "" || text.advice == "" {
			t.Errorf("kind %d is explained by %q", kind, text)
		}
	}
	if n := len(explanations); n != int(graph.KindContradicted)+1 {
		t.Errorf("%d kinds are explained; is there one above KindInvalidHeader?", n)
	}
}

// Why there is no token is the headline.
func TestAddCallError_noToken(t *testing.T) {
	t.Parallel()
	for cause, want := range map[entra.Cause]string{
		entra.CauseRefused: "No Token From Entra ID", entra.CauseUnexpected: "Unexpected Response", entra.CauseLocal: "Credential Cannot Be Used",
		entra.CauseUnavailable: "No Token From Entra ID",
	} {
		if got := noToken[cause]; got.summary != want || got.advice == "" {
			t.Errorf("cause %d is explained by %q", cause, got)
		}
	}
	if advice := noToken[entra.CauseUnavailable].advice; strings.Contains(advice, "credential") || !strings.Contains(advice, "transient") {
		t.Errorf("got %q, want it to say that this is transient, and nothing of the credential", advice)
	}
	l := newLab(t)
	authority := strings.TrimPrefix(l.AuthorityURL(), "https://")
	l.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == authority {
			return nil, errors.New("network is unreachable")
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	diags := l.rpc(t).open(set()).Diagnostics
	expectOne(t, diags, isError, "Connection Failed", "network is unreachable", "Check the network", "authority_host")
}

// An id that no call can have is an error at the attribute that gives it, whatever is in it.
func TestAddCallError_invalidID(t *testing.T) {
	t.Parallel()
	client := graph.New(graph.Options{Clock: clocktest.New(start), Transport: http.DefaultClient})
	_, err := client.KeepAlive(t.Context(), "a/b\x1b[31m", nil)
	var diags diag.Diagnostics
	addCallError(&diags, path.Root("call_id"), err, explanation{})
	if len(diags) != 1 {
		t.Fatalf("%d diagnostics, want 1", len(diags))
	}
	at, ok := diags[0].(diag.DiagnosticWithPath)
	if !ok || !at.Path().Equal(path.Root("call_id")) || at.Summary() != "Invalid Call ID" {
		t.Errorf("got %#v", diags[0])
	}
	if strings.Contains(diags[0].Detail(), "\x1b") {
		t.Errorf("the detail shows control characters: %q", diags[0].Detail())
	}
}

// A certificate of an unknown authority is the headline, and the setting that mends it comes first.
func TestAddCallError_unknownAuthority(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	stranger, err := graphsim.Start(graphsim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stranger.Close)
	graphAddress, elsewhere := strings.TrimPrefix(l.GraphURL(), "https://"), strings.TrimPrefix(stranger.GraphURL(), "https://")
	l.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == graphAddress {
			address = elsewhere
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	r := l.rpc(t)
	diags := r.open(set()).Diagnostics
	expectOne(t, diags, isError, "Certificate Not Trusted", "certificate signed by unknown authority", "set ca_certificate_file")
}
