package provider

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"terraform-provider-msgraph/internal/graph"
)

// summaryAnotherApplication is the summary of an error about a call that Graph does not show to the application that asked.
const summaryAnotherApplication = "Call of Another Application"

// applicationRef is the application, at one Graph, that a call is visible to: the one that placed it. Graph responds to any
// other that it does not know the call. Its JSON is in private state; the zero value is that of none.
type applicationRef struct {
	Endpoint string `json:"endpoint"`
	graph.Caller
}

// application returns what a request was sent as: the application that its token names, else the one that is configured.
func (d *providerData) application(caller graph.Caller) applicationRef {
	return applicationRef{d.endpoint, caller.Or(d.configuredCaller())}
}

// recorded reports whether there is one on record.
func (a applicationRef) recorded() bool { return a.Endpoint != "" }

// isAnother reports whether the two are certainly not the same.
func (a applicationRef) isAnother(other applicationRef) bool {
	return !strings.EqualFold(a.Endpoint, other.Endpoint) || a.DiffersFrom(other.Caller)
}

func (a applicationRef) String() string {
	return fmt.Sprintf("application %s in tenant %s at %s", cmp.Or(a.ClientID, "unknown"), cmp.Or(a.TenantID, "unknown"), a.Endpoint)
}

// anotherApplicationError is that Graph does not know a call when another application asks than the one that it was visible
// to before. It says nothing about the call, so it is not one of those that [graph.IsNotFound] reports.
type anotherApplicationError struct {
	failure     *graph.Error
	before, now applicationRef
}

// Error says what was tried.
func (e anotherApplicationError) Error() string { return describe(e.failure) }

// advice names both, and says what to do.
func (e anotherApplicationError) advice() string {
	return joinParagraphs(
		fmt.Sprintf("The provider is not configured as it was when this resource last kept these calls alive.\nKept alive by: %s.\nNow:           %s.",
			e.before, e.now),
		"Graph shows a call only to the application that placed it, so the call may still be alive and is not treated as ended. Configure the "+
			"provider as it was: tenant_id, client_id and graph_endpoint. To continue as the other application, with calls that it placed, "+
			"set their IDs in calls and apply once with -refresh=false.")
}

// askedAsAnother returns err as an [anotherApplicationError], and reports whether it is one.
func (d *providerData) askedAsAnother(before applicationRef, err error) (another anotherApplicationError, ok bool) {
	failure, ok := errors.AsType[*graph.Error](err)
	if !ok || !graph.IsNotFound(err) || !before.recorded() {
		return another, false
	}
	now := d.application(failure.Caller)
	return anotherApplicationError{failure, before, now}, now.isAnother(before)
}
