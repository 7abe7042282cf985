package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
)

// placerKey is the key in the private state of who has placed the call.
const placerKey = "placed_by"

// summaryAnother is the summary of an error about a call that Graph does not show to the application that asked.
const summaryAnother = "Call of Another Application"

// placer is the application that placed a call. Graph responds to any other that it does not know the call.
type placer struct {
	Endpoint string `json:"endpoint"`
	TenantID string `json:"tenant_id"`
	ClientID string `json:"client_id"`
}

// placer returns who a request was sent as: the application that its token names, else the one that is configured.
func (d *providerData) placer(caller graph.Caller) placer {
	caller = caller.Or(d.configuredCaller())
	return placer{Endpoint: d.endpoint, TenantID: caller.TenantID, ClientID: caller.ClientID}
}

// differsFrom reports whether the two are certainly not the same.
func (p placer) differsFrom(other placer) bool {
	a, b := graph.Caller{TenantID: p.TenantID, ClientID: p.ClientID}, graph.Caller{TenantID: other.TenantID, ClientID: other.ClientID}
	return !strings.EqualFold(p.Endpoint, other.Endpoint) || a.DiffersFrom(b)
}

func (p placer) String() string {
	named := func(what, id string) string {
		if id == "" {
			return what + " unknown"
		}
		return what + " " + id
	}
	return fmt.Sprintf("%s in %s at %s", named("application", p.ClientID), named("tenant", p.TenantID), p.Endpoint)
}

// placedBy returns who has placed the call, and whether that is on record.
func placedBy(ctx context.Context, private privateState) (p placer, ok bool) {
	return placerIn(ctx, private, placerKey)
}

// placerIn returns the placer that the private state has at the key, and whether there is one.
func placerIn(ctx context.Context, private privateState, key string) (p placer, ok bool) {
	text, diags := private.GetKey(ctx, key)
	if diags.HasError() || text == nil || json.Unmarshal(text, &p) != nil {
		return placer{}, false
	}
	return p, true
}

// record returns the placer as private state holds it.
func (p placer) record() []byte {
	text, err := json.Marshal(p)
	if err != nil {
		return nil // a struct of strings
	}
	return text
}

// foundByAnother reports whether err says that Graph does not know a call, and it was not the call's placer who asked:
// that says nothing about the call. It adds an error that names both. The tenant of the call stands in for its placer where
// there is no private state: Terraform hands none to the destroy of a tainted resource.
func (d *providerData) foundByAnother(
	ctx context.Context, private privateState, m *callResourceModel, err error, diags *diag.Diagnostics,
) bool {
	failure, ok := errors.AsType[*graph.Error](err)
	if !ok || !notKnownToGraph(err) {
		return false
	}
	before, recorded := placedBy(ctx, private)
	if !recorded {
		before = placer{Endpoint: d.endpoint, TenantID: m.TenantID.ValueString()}
	}
	now := d.placer(failure.Caller)
	if !now.differsFrom(before) {
		return false
	}
	diags.AddError(summaryAnother, joinParagraphs(
		fmt.Sprintf("Graph does not know call %s%s. But the provider is not configured as it was when the call was placed.", m.ID.ValueString(), inResponse(err)),
		fmt.Sprintf("Placed by: %s.\nNow:       %s.", before, now),
		"Graph shows a call only to the application that placed it, so the call may still be alive, and it is neither placed again nor removed from state. "+
			"Configure the provider as it was: tenant_id, client_id and graph_endpoint. To place the call as another application, first destroy "+
			"the resource as the one that placed it; or remove it from state with terraform state rm, which leaves the call to end by itself "+
			"45 minutes after its last keepAlive."))
	return true
}
