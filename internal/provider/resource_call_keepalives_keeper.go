package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"terraform-provider-msgraph/internal/graph"
)

// keeperKey is the key in the private state of who has kept the calls alive.
const keeperKey = "kept_by"

// keeper is who has kept the calls of a resource alive. As they were visible to it, it is the application that placed
// them. It is not on record in the state of an earlier version, nor before any call was kept alive.
type keeper struct {
	placer

	recorded bool
}

// keeperIn returns who has kept the calls alive, as the private state has it.
func keeperIn(ctx context.Context, private privateState) (k keeper) {
	k.placer, k.recorded = placerIn(ctx, private, keeperKey)
	return k
}

// save writes to the private state.
func (k keeper) save(ctx context.Context, private privateState) diag.Diagnostics {
	return private.SetKey(ctx, keeperKey, k.record())
}

// anotherApplicationError is that Graph does not know a call when another application asks than the one that kept it
// alive. It says nothing about the call, so it is not one of those that [graph.IsNotFound] reports.
type anotherApplicationError struct {
	failure     *graph.Error
	before, now placer
}

// Error says what was tried.
func (e anotherApplicationError) Error() string { return describe(e.failure) }

// advice names both, and says what to do.
func (e anotherApplicationError) advice() string {
	return joinParagraphs(
		fmt.Sprintf("The provider is not configured as it was when this resource last kept its calls alive.\nKept alive by: %s.\nNow:           %s.",
			e.before, e.now),
		"Graph shows a call only to the application that placed it, so the call may still be alive and is not treated as ended. Configure the "+
			"provider as it was: tenant_id, client_id and graph_endpoint. To continue as the other application, with calls that it placed, "+
			"set their IDs in calls and apply once with -refresh=false.")
}

// mistaken returns err as an [anotherApplicationError] if it says that Graph does not know a call, in response to another
// application than the one that kept the call alive, and nil otherwise.
func (d *providerData) mistaken(before keeper, err error) error {
	failure, ok := errors.AsType[*graph.Error](err)
	if !ok || !graph.IsNotFound(err) || !before.recorded {
		return nil
	}
	if now := d.placer(failure.Caller); now.differsFrom(before.placer) {
		return anotherApplicationError{failure, before.placer, now}
	}
	return nil
}

// mayBeAnothers is what to add where Graph knows none of the calls and it is not on record who kept them alive.
const mayBeAnothers = "If the provider's tenant_id, client_id or graph_endpoint has changed since these calls were kept alive, they may still be " +
	"alive: Graph shows a call only to the application that placed it."
