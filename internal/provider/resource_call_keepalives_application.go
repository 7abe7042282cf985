package provider

import "fmt"

// keptByKey is the key in the private state of the application that has kept the calls alive. As they were visible to it, it
// is the one that placed them. It is not on record in the state of an earlier version, nor before any call was kept alive.
const keptByKey = "kept_by"

// advice names both, and says what to do.
func (e anotherApplicationError) advice() string {
	return joinParagraphs(
		fmt.Sprintf("The provider is not configured as it was when this resource last kept its calls alive.\nKept alive by: %s.\nNow:           %s.",
			e.before, e.now),
		"Graph shows a call only to the application that placed it, so the call may still be alive and is not treated as ended. Configure the "+
			"provider as it was: tenant_id, client_id and graph_endpoint. To continue as the other application, with calls that it placed, "+
			"set their IDs in calls and apply once with -refresh=false.")
}

// adviceMaybeAnotherApplication is what to add where Graph knows none of the calls and it is not on record who kept them alive.
const adviceMaybeAnotherApplication = "If the provider's tenant_id, client_id or graph_endpoint has changed since these calls were kept alive, they may still be " +
	"alive: Graph shows a call only to the application that placed it."
