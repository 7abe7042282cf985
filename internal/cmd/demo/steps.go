package main

import (
	"context"
	"time"
)

const (
	callID = "57dab8b1-894c-409a-b240-bd8beae78896"

	// renewAfter is the demo's renew_after: short, so that nobody has to wait for long, and
	// long enough for two commands to fit in on a slow machine.
	renewAfter = 10 * time.Second

	// limit is how long Graph keeps a call after its last keepAlive.
	// https://learn.microsoft.com/graph/api/call-keepalive
	limit = 45 * time.Minute
)

// The examples that the demo uses.
const (
	oneCall = "one-call"
	oneRun  = "one-run"
)

// versions are the oldest CLIs that a step can be played with; empty for any.
type versions struct{ terraform, openTofu string }

// ephemerals are the oldest CLIs with ephemeral resources.
var ephemerals = versions{"1.10.0", "1.11.0"}

// step is one thing that a user does, and what has to come of it.
type step struct {
	title  string
	about  string                                // what to look for
	folder string                                // of examples/; oneCall when empty
	needs  versions                              // of the CLI
	before func(*stage, context.Context) error   // what happens before the command; it says so
	args   []string                              // of the CLI
	show   func(output string) (relevant string) // what to print of what the CLI says
	claims []claim
}

// steps is the life of one call.
var steps = []step{
	{
		title: "Install the provider",
		about: "`make install` puts it where Terraform and OpenTofu look; the demo uses a folder of its own.",
		args:  []string{"init"},
		show:  lines("Installed ", "successfully initialized"),
		claims: []claim{
			exits(0, "success"),
			says("the provider comes from that folder", "Installed "+source+" v"+providerVersion),
			sentNothing(),
		},
	},
	{
		title: "The first apply keeps the call alive",
		about: "A bot has placed a call. The configuration says: keep this one alive.",
		args:  []string{"apply", "-auto-approve"},
		show:  abridged,
		claims: []claim{
			exits(0, "success"),
			says("the resource is new", "Resources: 1 added, 0 changed, 0 destroyed."),
			keptAlive(), keptAliveInAll(1), expiresInTime(),
		},
	},
	{
		title: "A plan straight after is empty",
		about: "The call goes on and its keepAlive is seconds old, so there is nothing to do.",
		args:  []string{"plan", "-detailed-exitcode"},
		show:  abridged,
		claims: []claim{
			exits(0, "no changes"),
			says("the plan is empty", "No changes."),
			lookedOnly(),
		},
	},
	{
		title:  "When the keepAlive is old enough, the plan shows the next one",
		about:  "One change in place, of just the values that the next keepAlive will set.",
		before: (*stage).waitUntilDue,
		args:   []string{"plan", "-detailed-exitcode"},
		show:   abridged,
		claims: []claim{
			exits(2, "there are changes to apply"),
			says("nothing is created or destroyed", "Plan: 0 to add, 1 to change, 0 to destroy."),
			says("the change is one in place", "msgraph_call_keepalive.lab will be updated in-place"),
			lookedOnly(),
		},
	},
	{
		title: "An apply sends it",
		about: "This command, run every 15 minutes, is what keeps a call up. It starts with the plan above.",
		args:  []string{"apply", "-auto-approve"},
		show:  from("msgraph_call_keepalive.lab: Modifying"),
		claims: []claim{
			exits(0, "success"),
			says("the resource is updated", "Resources: 0 added, 1 changed, 0 destroyed."),
			keptAlive(), keptAliveInAll(2), expiresInTime(),
		},
	},
	{
		title:  "A run that takes long keeps the call alive by itself",
		about:  "examples/one-run looks at the call, and holds it for as long as its tests take.",
		folder: oneRun,
		needs:  ephemerals,
		before: (*stage).initialise,
		args:   []string{"apply", "-auto-approve"},
		show:   abridged,
		claims: []claim{
			exits(0, "success"),
			says("the data source shows the call", "alive = true"),
			keptAliveTimes(2, "one for the plan, one for the apply"),
		},
	},
	{
		title:  "The call ends, and the plan says so",
		about:  "The call is gone from the state, a warning says why, and the plan wants to create it anew.",
		before: (*stage).letTheCallEnd,
		args:   []string{"plan", "-detailed-exitcode"},
		show:   abridged,
		claims: []claim{
			exits(2, "there are changes to apply"),
			says("there is a warning", "Warning: Call Has Ended"),
			says("it gives the reason", "no keepAlive came for 45 minutes"),
			says("the plan shows that something is missing", "Plan: 1 to add, 0 to change, 0 to destroy."),
			lookedOnly(),
		},
	},
	{
		title:  "A look at the call that has ended is no error",
		about:  "examples/one-run finds that there is nothing to hold, and its outputs say why.",
		folder: oneRun,
		needs:  ephemerals,
		args:   []string{"apply", "-auto-approve"},
		show:   from("Apply complete!"),
		claims: []claim{
			exits(0, "success"),
			says("the data source shows that the call is over", "alive = false"),
			says("and why", "no keepAlive came for 45 minutes"),
			lookedOnly(),
		},
	},
	{
		title: "An apply cannot revive it, and says what to do",
		about: "It starts with the plan above, and ends in one error.",
		args:  []string{"apply", "-auto-approve"},
		show:  from("msgraph_call_keepalive.lab: Creating"),
		claims: []claim{
			exits(1, "an error"),
			says("the error says that Graph does not know the call", "Error: Call Not Found"),
			says("it names the call", "keepAlive of call "+callID+" failed"),
			says("it shows Graph's answer", "404 Not Found, code 8522"),
			says("it shows the id that Microsoft's support asks for", "request-id "),
			says("it says what to do", "place the call again"),
			refused(),
		},
	},
}
