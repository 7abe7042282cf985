package provider

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graph"
)

func TestProviderCloud_warnsOfBetaInL4(t *testing.T) {
	t.Parallel()
	l := newLab(t).withEnv("ARM_TENANT_ID=contoso.test", "ARM_CLIENT_ID=lab", "ARM_CLIENT_SECRET=lab~secret")
	l.dial = func(context.Context, string, string) (net.Conn, error) { // this cloud is a real one
		return nil, errors.New("this lab is offline")
	}
	newWorkspace(t, l, "provider \"msgraph\" {\n  environment = \"usgovernment\"\n  api_version = \"beta\"\n}\n"+oneCall).
		expectExit(0, []string{"plan"}, "Warning: API Version Not Available")
}

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
