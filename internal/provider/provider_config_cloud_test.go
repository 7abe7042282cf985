package provider

import (
	"net/http"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graph"
)

func TestProviderCloud_betaIsAskedFor(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.withEnv(append(l.environ(), "MSGRAPH_API_VERSION=beta")...)
	planCreate(l.protocol(t), l, set())
	requests := l.graphRequests()
	if len(requests) == 0 || !strings.HasPrefix(requests[0], http.MethodGet+" /"+graph.BetaAPIVersion+"/communications/calls/") {
		t.Errorf("got %q, want the beta version", requests)
	}
}
