package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// wholeLab is the example that places calls.
const wholeLab = "whole-lab"

// placed is the address of the call that the demo places.
const placed = `msgraph_call.user["reception"]`

// placingSettings are the environment variables of the example that places calls.
var placingSettings = []string{
	"TF_VAR_callback_uri=https://bot.contoso.com/callback",
	`TF_VAR_users={"reception":"112f7296-5fa4-42ca-bae8-6a692b15d4b8"}`,
}

// placingSteps show the life of a call that Terraform places.
var placingSteps = []step{
	{
		title:   "Terraform can also place the call",
		about:   "examples/whole-lab calls users, and waits until each call is established.",
		example: wholeLab,
		before:  (*demo).preparePlacing,
		args:    []string{"apply", "-auto-approve"},
		show:    abridged,
		expect: []expectation{
			exits(0, "success"),
			callPlaced(),
			callsAlive(1, 1),
			prints("the resource is new", "Resources: 1 added, 0 changed, 0 destroyed."),
		},
	},
	{
		title:   "The call ends, and the next apply replaces it",
		about:   "It shows which call has ended and why, and places the call again.",
		example: wholeLab,
		before:  (*demo).endPlacedCall,
		args:    []string{"apply", "-auto-approve"},
		show:    abridged,
		expect: []expectation{
			exits(0, "success"),
			prints("there is a warning", "Warning: Call Will Be Placed Again"),
			prints("it has the reason", "because all other participants have left"),
			callPlaced(),
			callsAlive(1, 2),
		},
	},
	{
		title:   "Destroying it hangs up",
		about:   "Nothing stays behind.",
		example: wholeLab,
		args:    []string{"destroy", "-auto-approve"},
		show:    from(placed + ": Destroying"),
		expect: []expectation{
			exits(0, "success"),
			sends("exactly 1 request was sent that hangs up", isHangUp, http.StatusNoContent),
			callsAlive(0, 2),
		},
	},
}

// preparePlacing prints the configuration and its settings.
func (d *demo) preparePlacing(ctx context.Context) error {
	fmt.Printf("   No bot has to place the call first. This is main.tf:\n\n")
	if err := d.printMain(); err != nil {
		return err
	}
	fmt.Printf("\n   Its settings, beside those above:\n\n")
	printQuoted(strings.Join(placingSettings, "\n"))
	return d.initialize(ctx)
}

// endPlacedCall ends the call that was placed last, because the other participant has left it.
func (d *demo) endPlacedCall(context.Context) error {
	calls := d.StandIn.Placed()
	if len(calls) == 0 {
		return errors.New("no call was placed")
	}
	fmt.Println("   The reception has left the call.")
	d.leaveCall(calls[len(calls)-1].ID)
	return nil
}

// printMain prints the main.tf of the step.
func (d *demo) printMain() error {
	text, err := os.ReadFile(filepath.Join(d.workDir(), "main.tf"))
	if err == nil {
		printQuoted(string(text))
	}
	return err
}
