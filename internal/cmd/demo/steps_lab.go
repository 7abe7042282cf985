package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"terraform-provider-msgraph/internal/graphsim"
)

const (
	// labDir is the directory of the lab's configuration, here and among the demo's files.
	labDir = "lab"

	// labSize is the number of calls in the lab, and endedName the name of the one that ends.
	labSize   = 50
	endedName = "phone-17"
)

// labSteps show many calls in one object, of which one ends.
var labSteps = []step{
	{
		title:   "A lab of 50 calls is one resource",
		about:   "A map contains the ID of each call by name. One apply sends a keepAlive to each call.",
		example: labDir,
		before:  (*demo).prepareLab,
		args:    []string{"apply", "-auto-approve"},
		show:    from("Plan: "),
		expect: []expectation{
			exits(0, "success"),
			prints("the 50 calls are one resource", "Resources: 1 added, 0 changed, 0 destroyed."),
			labKeepAlives(labSize, 0),
		},
	},
	{
		title:   "One of the 50 ends, and the plan says which",
		about:   "A warning gives its name and the reason. There is a planned update, so the exit code is 2.",
		example: labDir,
		before:  (*demo).endLabCall,
		args:    []string{"plan", "-detailed-exitcode"},
		show:    abridged,
		expect: []expectation{
			exits(2, "there are changes to apply"),
			prints("there is a warning", "Warning: Call Has Ended"),
			prints("it has the name and the reason", endedName+": Graph shows it as \"terminated\", because all other participants have left"),
			prints("the change is an in-place update", "Plan: 0 to add, 1 to change, 0 to destroy."),
			onlyGET(),
		},
	},
	{
		title:   "The apply keeps the other 49 alive, and ends in an error",
		about:   "One call's failure does not stop the keepAlive of another. The error says what to do.",
		example: labDir,
		args:    []string{"apply", "-auto-approve"},
		show:    from("msgraph_call_keepalives.lab: Modifying"),
		expect: []expectation{
			exits(1, "an error"),
			labKeepAlives(labSize-1, 1),
			prints("the error says so", fmt.Sprintf("The other %d calls were kept alive.", labSize-1)),
			prints("it says what to do", "Place the call again"),
		},
	},
	{
		title:   "With on_ended = \"report\", that is not an error",
		about:   "The ended call is in an output, and nothing is sent to it.",
		example: labDir,
		args:    []string{"apply", "-auto-approve", "-var", "on_ended=report"},
		show:    from("Apply complete!"),
		expect: []expectation{
			exits(0, "success"),
			labKeepAlives(labSize-1, 0),
			prints("the output has the name and the reason", `"`+endedName+`" = "`),
		},
	},
}

// labCallID is the ID of a call of the lab, counted from 1.
func labCallID(number int) string { return fmt.Sprintf("57dab8b1-894c-409a-b240-%012d", number) }

// labCalls are the IDs of the lab's calls by their names.
func labCalls() map[string]string {
	calls := map[string]string{}
	for number := 1; number <= labSize; number++ {
		calls[fmt.Sprintf("phone-%02d", number)] = labCallID(number)
	}
	return calls
}

// prepareLab has the calls placed, writes their IDs into a file for the configuration, and prints that.
func (d *demo) prepareLab(ctx context.Context) error {
	calls := labCalls()
	for _, id := range calls {
		d.StandIn.PlaceCall(graphsim.Call{ID: id})
	}
	file, err := json.MarshalIndent(map[string]any{"calls": calls}, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(d.workDir(), "calls.auto.tfvars.json"), file, 0o644); err != nil {
		return err
	}
	fmt.Printf("   A bot has placed the calls and has written their IDs to calls.auto.tfvars.json. This is main.tf:\n\n")
	if err := d.printMain(); err != nil {
		return err
	}
	return d.initialize(ctx)
}

// endLabCall ends one call of the lab, because everybody else has left it.
func (d *demo) endLabCall(context.Context) error {
	fmt.Printf("   Everyone else has left the call %s.\n", endedName)
	d.leaveCall(labCalls()[endedName])
	return nil
}
