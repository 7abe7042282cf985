package graph_test

import (
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
)

var simCaller = graph.Caller{TenantID: graphsim.TenantID, ClientID: graphsim.ClientID}

func TestCaller_isWhoseTokenWasSent(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	ctx := b.within(t, time.Minute)
	_, response, err := b.Get(ctx, callID)
	if err != nil || response.Caller != simCaller {
		t.Errorf("got %+v, %v, want the application of the credential", response, err)
	}
	_, _, err = b.Get(ctx, "unknown")
	e := wantKind(t, err, graph.KindNotFound)
	if e.Caller != simCaller || e.ClientRequestID == "" || e.ClientRequestID != e.Last.ClientRequestID {
		t.Errorf("got %+v, want the application and the ID that was sent", e)
	}
}

func TestCaller_differsOnlyWhereBothAreKnown(t *testing.T) {
	t.Parallel()
	a := graph.Caller{TenantID: "a", ClientID: "b"}
	for other, want := range map[graph.Caller]bool{
		{}: false, {TenantID: "A"}: false, {ClientID: "B"}: false, {TenantID: "x"}: true, {TenantID: "a", ClientID: "x"}: true,
	} {
		if a.DiffersFrom(other) != want || other.DiffersFrom(a) != want {
			t.Errorf("%+v: want that it differs: %t", other, want)
		}
	}
	if got := (graph.Caller{TenantID: "a"}).Or(graph.Caller{TenantID: "x", ClientID: "b"}); got != a {
		t.Errorf("got %+v, want %+v", got, a)
	}
}
