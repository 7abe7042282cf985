package main

import (
	"context"
	"net/http"
	"slices"
)

const callID = "57dab8b1-894c-409a-b240-bd8beae78896"

// The examples that the demo uses.
const (
	oneCall = "one-call"
	oneRun  = "one-run"
)

// step is one command of a user, and what must come of it.
type step struct {
	title     string
	about     string                               // what to notice
	example   string                               // directory in examples, or labDir; oneCall if empty
	ephemeral bool                                 // whether it is skipped with a CLI that has no ephemeral resources
	before    func(*demo, context.Context) error   // runs before the command, and prints what it does
	args      []string                             // of the CLI
	show      func(output string) (excerpt string) // selects the output to print
	expect    []expectation
}

// steps are all steps, in their order.
var steps = slices.Concat(callSteps, labSteps, placingSteps)

// callSteps show the life of one call.
var callSteps = []step{
	{
		title: "Install the provider",
		about: "`make install` installs it where Terraform and OpenTofu look for providers; the demo uses its own\n   directory.",
		args:  []string{"init"},
		show:  lines("Installed ", "successfully initialized"),
		expect: []expectation{
			exits(0, "success"),
			prints("the provider comes from that directory", "Installed "+source+" v"+providerVersion),
			noRequests(),
		},
	},
	{
		title: "The first apply keeps the call alive",
		about: "A bot has placed a call. The configuration keeps it alive.",
		args:  []string{"apply", "-auto-approve"},
		show:  abridged,
		expect: []expectation{
			exits(0, "success"),
			prints("the resource is new", "Resources: 1 added, 0 changed, 0 destroyed."),
			keepAliveAccepted(), keepAlivesInAll(1), expiresAtEnd(),
		},
	},
	{
		title: "A plan right after that is empty",
		about: "The call is alive and the last keepAlive is seconds old, so there is nothing to do.",
		args:  []string{"plan", "-detailed-exitcode"},
		show:  abridged,
		expect: []expectation{
			exits(0, "no changes"),
			prints("the plan is empty", "No changes."),
			onlyGET(),
		},
	},
	{
		title:  "Once the next keepAlive is due, the plan shows it",
		about:  "It is an update in place of only the values that the next keepAlive sets.",
		before: (*demo).passTime,
		args:   []string{"plan", "-detailed-exitcode"},
		show:   abridged,
		expect: []expectation{
			exits(2, "there are changes to apply"),
			prints("nothing is created or destroyed", "Plan: 0 to add, 1 to change, 0 to destroy."),
			prints("the change is an in-place update", "msgraph_call_keepalive.lab will be updated in-place"),
			onlyGET(),
		},
	},
	{
		title: "An apply sends it",
		about: "Run this command every 15 minutes to keep a call alive. It starts with the plan above.",
		args:  []string{"apply", "-auto-approve"},
		show:  from("msgraph_call_keepalive.lab: Modifying"),
		expect: []expectation{
			exits(0, "success"),
			prints("the resource is updated", "Resources: 0 added, 1 changed, 0 destroyed."),
			keepAliveAccepted(), keepAlivesInAll(2), expiresAtEnd(),
		},
	},
	{
		title:     "A long run keeps the call alive",
		about:     "examples/one-run reads the call and keeps it alive while its tests run.",
		example:   oneRun,
		ephemeral: true,
		before:    (*demo).initialize,
		args:      []string{"apply", "-auto-approve"},
		show:      abridged,
		expect: []expectation{
			exits(0, "success"),
			prints("the data source shows the call", "alive = true"),
			sends("2 keepAlives were sent (one for the plan, one for the apply), and Graph accepted them", isKeepAlive,
				http.StatusOK, http.StatusOK),
		},
	},
	{
		title:  "The call ends, and the plan shows it",
		about:  "The resource is removed from state, a warning gives the reason, and the plan creates it again.",
		before: (*demo).endCall,
		args:   []string{"plan", "-detailed-exitcode"},
		show:   abridged,
		expect: []expectation{
			exits(2, "there are changes to apply"),
			prints("there is a warning", "Warning: Call Has Ended"),
			prints("it gives the reason", "no keepAlive was received for 45 minutes"),
			prints("the plan creates the resource again", "Plan: 1 to add, 0 to change, 0 to destroy."),
			onlyGET(),
		},
	},
	{
		title:     "Reading a call that has ended is not an error",
		about:     "examples/one-run finds no call to keep alive, and its outputs give the reason.",
		example:   oneRun,
		ephemeral: true,
		args:      []string{"apply", "-auto-approve"},
		show:      from("Apply complete!"),
		expect: []expectation{
			exits(0, "success"),
			prints("the data source shows that the call has ended", "alive = false"),
			prints("and why", "no keepAlive was received for 45 minutes"),
			onlyGET(),
		},
	},
	{
		title: "An apply cannot revive it, and says what to do",
		about: "It starts with the plan above and ends with one error.",
		args:  []string{"apply", "-auto-approve"},
		show:  from("msgraph_call_keepalive.lab: Creating"),
		expect: []expectation{
			exits(1, "an error"),
			prints("the error says that Graph does not know the call", "Error: Call Not Found"),
			prints("it names the call", "keepAlive of call "+callID+" failed"),
			prints("it shows Graph's response", "404 Not Found, code 8522"),
			prints("it shows the ID that Microsoft support asks for", "request-id "),
			prints("it says what to do", "place the call again"),
			sends("one keepAlive was sent, and Graph rejected it: nothing has changed", isKeepAlive, http.StatusNotFound),
		},
	},
}
