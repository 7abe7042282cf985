package provider

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graph"
)

func TestProviderCloud_underTheCLI(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		attributes, says string
		code             int
	}{
		"china":      {`environment = "china"`, "Graph has no cloud communications API in China", 1},
		"beta in L4": {"environment = \"usgovernment\"\n  api_version = \"beta\"", "Warning: API Version Not Available", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// These clouds are real ones: no connection may leave for them.
			l := newLab(t).withEnv("ARM_TENANT_ID=contoso.test", "ARM_CLIENT_ID=lab", "ARM_CLIENT_SECRET=lab~secret").offline()
			out, code := newWorkspace(t, l, "provider \"msgraph\" {\n  "+test.attributes+"\n}\n"+oneCall).run("plan")
			if code != test.code {
				t.Errorf("plan exited %d, want %d", code, test.code)
			}
			expectText(t, out, test.says)
		})
	}
}

// offline has the provider reach nothing at all.
func (l *lab) offline() *lab {
	l.dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("this lab is offline") }
	return l
}

func TestProviderCloud_betaIsAskedFor(t *testing.T) {
	t.Parallel()
	l := newLab(t).withEnv("MSGRAPH_API_VERSION=beta")
	newWorkspace(t, l, l.minimal("")).run("apply", "-auto-approve")
	requests := l.graphRequests()
	if len(requests) == 0 || !strings.HasPrefix(requests[0], "GET /"+graph.BetaAPIVersion+"/communications/calls/") {
		t.Errorf("got %q, want the beta version", requests)
	}
}
