package provider

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// What the objects that take many calls have in common: an attribute named calls, a map from the user's
// names to the calls' IDs.

// callsAttribute is the name of that attribute.
const callsAttribute = "calls"

const callsDescription = "The calls, as a map from names of your choice to call IDs, as Graph returned them when the calls were placed or answered. " +
	"`{}` is allowed; duplicate IDs and `null` are not. Messages show names and IDs even if the value is sensitive."

// namedCall is one entry of calls.
type namedCall struct{ name, id string }

// path returns the path of the entry.
func (c namedCall) path() path.Path { return path.Root(callsAttribute).AtMapKey(c.name) }

// callFailure is why something failed for one call of many.
type callFailure struct {
	call namedCall
	err  error
}

// entryError is why an entry of calls names no call.
type entryError struct {
	kind graph.Kind
	text string
}

func (e entryError) Error() string { return e.text }

var errMissingID = entryError{kindMissingID, "the ID is null; filter out null entries, for example: " +
	"calls = { for name, id in … : name => id if id != null }"}

// knownCalls returns the entries of calls that name a call, by name, and what is wrong with the others.
// Those with unknown IDs are in neither. Of two names for one ID the first names the call.
func knownCalls(calls types.Map) (known []namedCall, failures []callFailure) {
	elements := calls.Elements()
	names := make(map[string]string, len(elements))
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		call := namedCall{name: name}
		if elements[name].IsUnknown() {
			continue
		}
		id, ok := tfvalue.KnownString(elements[name])
		call.id = id
		other, duplicate := names[id]
		switch err := graph.CheckCallID(id); {
		case !ok:
			failures = append(failures, callFailure{call, errMissingID})
		case err != nil:
			failures = append(failures, callFailure{call, entryError{graph.KindInvalidID, err.Error()}})
		case duplicate:
			text := fmt.Sprintf("it has the same ID as %s; correct one of the IDs, or remove one of the entries", quoteName(other))
			failures = append(failures, callFailure{call, entryError{kindDuplicateID, text}})
		default:
			names[id] = name
			known = append(known, call)
		}
	}
	return known, failures
}

// namedCalls returns all entries of calls that have an ID, by name.
func namedCalls(calls types.Map) []namedCall {
	elements := calls.Elements()
	all := make([]namedCall, 0, len(elements))
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		if id, ok := tfvalue.KnownString(elements[name]); ok {
			all = append(all, namedCall{name, id})
		}
	}
	return all
}

// checkCalls adds an error for each entry of calls that names no call, at its key, up to a limit.
func checkCalls(calls types.Map, diags *diag.Diagnostics) {
	_, failures := knownCalls(calls)
	for _, f := range failures[:min(len(failures), namesLimit)] {
		diags.AddAttributeError(f.call.path(), explainCall(f.err).summary, fmt.Sprintf("Call %s: %s.", quoteName(f.call.name), f.err))
	}
	if more := len(failures) - namesLimit; more > 0 {
		diags.AddError("More Invalid Entries", fmt.Sprintf("%d more entries of calls are invalid.", more))
	}
}

// unknownIDs reports whether the ID of any call is not known yet.
func unknownIDs(calls types.Map) bool {
	ids := slices.Collect(maps.Values(calls.Elements()))
	return calls.IsUnknown() || slices.ContainsFunc(ids, attr.Value.IsUnknown)
}

// The values of on_ended.
const (
	onEndedError  = "error"
	onEndedReport = "report"
)

// isOnEnded returns the validator for on_ended.
func isOnEnded() validator.String { return stringvalidator.OneOf(onEndedError, onEndedReport) }

// onEndedDescription describes on_ended; asError and asReport say what its values mean.
func onEndedDescription(asError, asReport string) string {
	return fmt.Sprintf("What a call that has ended means. `%q` (the default): %s `%q`: %s", onEndedError, asError, onEndedReport, asReport)
}
