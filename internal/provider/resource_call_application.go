package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
)

// placedByKey is the key in the private state of the application that has placed the call.
const placedByKey = "placed_by"

// addAnotherApplicationError adds an error if err says that Graph does not know the call, and it was not the application that
// placed the call that asked; it reports whether that is so. tenant_id and client_id stand in for the application where
// there is no private state: Terraform hands none to the destroy of a tainted resource.
func (d *providerData) addAnotherApplicationError(
	ctx context.Context, private privateReader, m *callResourceModel, err error, diags *diag.Diagnostics,
) bool {
	before := loadPrivate[applicationRef](ctx, private, placedByKey)
	if !before.recorded() {
		before = applicationRef{d.endpoint, graph.Caller{TenantID: m.TenantID.ValueString(), ClientID: m.ClientID.ValueString()}}
	}
	another, ok := d.askedAsAnother(before, err)
	if !ok || !notKnownToGraph(err) {
		return false
	}
	diags.AddError(summaryAnotherApplication, joinParagraphs(
		fmt.Sprintf("Graph does not know call %s%s. But the provider is not configured as it was when the call was placed.", m.ID.ValueString(), inResponse(err)),
		fmt.Sprintf("Placed by: %s.\nNow:       %s.", another.before, another.now),
		"Graph shows a call only to the application that placed it, so the call may still be alive, and it is neither placed again nor removed from state. "+
			"Configure the provider as it was: tenant_id, client_id and graph_endpoint. To place the call as another application, first destroy "+
			"the resource as the one that placed it; or remove it from state with terraform state rm, which leaves the call to end by itself "+
			"45 minutes after its last keepAlive."))
	return true
}
