package provider

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"terraform-provider-msgraph/internal/clock/clocktest"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/pipelinestep"
	"terraform-provider-msgraph/internal/transport"
)

// failuresByKind returns a failure of each kind that says something about its effect, and of some others, with the effect on one call.
func failuresByKind(t *testing.T) map[graph.Kind]struct {
	failure graph.Error
	effect  string
} {
	t.Helper()
	client := graph.New(graph.Options{
		Clock: clocktest.New(start), Transport: http.DefaultClient,
		Prepend: []pipelinestep.Step{{Name: "x", Command: []string{"./there-is-no-such-program"}}},
	})
	_, err := client.KeepAlive(t.Context(), callID, nil)
	step, ok := errors.AsType[*graph.Error](err)
	if !ok {
		t.Fatal(err)
	}
	status := func(code int) graph.Error { return graph.Error{Attempts: 1, Last: &graph.Response{StatusCode: code}} }
	const unchanged, unknown = "Nothing was changed. ", "The state of the call is not known, and nothing was changed in Terraform. "
	return map[graph.Kind]struct {
		failure graph.Error
		effect  string
	}{
		graph.KindNetwork:      {graph.Error{Attempts: 1, Err: errors.New("reset")}, unknown},
		graph.KindNotGraph:     {status(http.StatusProxyAuthRequired), unknown},
		graph.KindProxy:        {graph.Error{Err: &transport.ProxyError{Proxy: "proxy:8080"}}, unknown},
		graph.KindThrottled:    {status(http.StatusTooManyRequests), unchanged},
		graph.KindUnavailable:  {status(http.StatusServiceUnavailable), unchanged},
		graph.KindRefused:      {status(http.StatusBadRequest), unchanged},
		graph.KindStep:         {*step, "Nothing was sent to Graph. "},
		graph.KindCanceled:     {graph.Error{Attempts: 1, Err: context.Canceled}, "The run was interrupted. A request that was in flight "},
		graph.KindUnauthorized: {status(http.StatusUnauthorized), ""},
		graph.KindForbidden:    {status(http.StatusForbidden), ""},
	}
}

// The effect of a failure is known of one call, but of many others may have been reached, and have their own sentence.
func TestDiagnostics_ofManyCallsSayNoEffectOfOne(t *testing.T) {
	t.Parallel()
	for kind, c := range failuresByKind(t) {
		c.failure.Operation = graph.OperationKeepAlive
		if got := c.failure.Kind(); got != kind {
			t.Fatalf("the failure of kind %d is of kind %d", kind, got)
		}
		var one, many diag.Diagnostics
		addCallError(&one, path.Empty(), &c.failure, explanation{})
		expectText(t, one[0].Detail(), "\n\n"+c.effect)
		for _, d := range groupFailures([]callFailure{{namedCall{"a", "id-a"}, &c.failure}, {namedCall{"b", "id-b"}, &c.failure}}) {
			d.add(&many, "Others.")
		}
		for _, wrong := range []string{"othing was changed", "The state of the call is not known", "may already have acted", "A request that"} {
			if text := many[0].Detail(); strings.Contains(text, wrong) {
				t.Errorf("kind %d: many calls are told %q:\n%s", kind, wrong, text)
			}
		}
		if kind == graph.KindCanceled {
			expectText(t, many[0].Detail(), "Requests that were in flight may have taken effect")
		}
	}
}

// "No call was placed" is not followed by the effect of another operation. With a user's token there is other advice only
// where Graph denies it access.
func TestAddPlaceError_contradictsNothing(t *testing.T) {
	t.Parallel()
	for kind, c := range failuresByKind(t) {
		c.failure.Operation = graph.OperationPlace
		var texts []string
		for _, delegated := range []bool{false, true} {
			for _, attempts := range []int{c.failure.Attempts, 1} {
				failure := c.failure
				failure.Attempts, failure.Delegated = attempts, delegated
				var diags diag.Diagnostics
				(&providerData{}).addPlaceError(&diags, &failure)
				_, text, ok := strings.Cut(diags[0].Detail(), "No call was placed. ")
				for _, wrong := range []string{"othing was changed", "The state of the call is not known", "may already have acted", "is safe", "Nothing was sent"} {
					if strings.Contains(text, wrong) {
						t.Errorf("kind %d: %q", kind, text)
					}
				}
				if !ok || text == "" {
					t.Errorf("kind %d: %q", kind, diags[0].Detail())
				}
				texts = append(texts, text)
			}
		}
		if denied := kind == graph.KindForbidden || kind == graph.KindUnauthorized; (texts[0] != texts[3]) != denied {
			t.Errorf("kind %d: %q", kind, texts)
		}
	}
}
