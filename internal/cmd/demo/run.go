package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/go-version"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/terraformcli"
)

// errUnexpected is the error of a step that failed a check, which is printed.
var errUnexpected = errors.New("a check did not pass")

// runStep runs one step and checks its outcome.
func (d *demo) runStep(ctx context.Context, number int, s step) error {
	fmt.Printf("\n%d. %s\n\n   %s\n", number, s.title, s.about)
	d.example = s.example
	if oldest := d.tooOldForEphemerals(); s.ephemeral && oldest != "" {
		fmt.Printf("\n   Skipped: this step requires %s or later; the demo runs with %s.\n", oldest, d.CLI)
		d.skipped++
		return nil
	}
	if s.before != nil {
		if err := s.before(d, ctx); err != nil {
			return err
		}
	}
	d.StandIn.ResetRequests()
	fmt.Printf("\n   $ %s %s\n\n", d.command(), strings.Join(s.args, " "))
	o, err := d.runCLI(ctx, s.args)
	if err != nil {
		return err
	}
	printQuoted(s.show(o.output))
	fmt.Println("\n   Checked:")
	err = check(os.Stdout, s.expect, o)
	if err != nil {
		fmt.Print("\n   The complete output:\n\n")
		printQuoted(o.output)
	}
	return err
}

// tooOldForEphemerals returns the first release with ephemeral resources if the CLI is older.
func (d *demo) tooOldForEphemerals() string {
	product, oldest := "Terraform", "1.10.0"
	if d.CLI.Product == terraformcli.OpenTofu {
		product, oldest = "OpenTofu", "1.11.0"
	}
	have, err := version.NewVersion(d.CLI.Version)
	if err == nil && have.Core().GreaterThanOrEqual(version.Must(version.NewVersion(oldest))) {
		return ""
	}
	return product + " " + oldest
}

// check prints every expectation and whether it is met.
func check(w io.Writer, expect []expectation, o outcome) error {
	var err error
	for _, e := range expect {
		if got, ok := e.check(o); ok {
			fmt.Fprintf(w, "   ✓ %s\n", e.text)
		} else {
			fmt.Fprintf(w, "   ✗ expected: %s\n     got:      %s\n", e.text, got)
			err = errUnexpected
		}
	}
	return err
}

// passTime advances the stand-in's clock until the next keepAlive is due.
func (d *demo) passTime(context.Context) error {
	fmt.Println("   The stand-in's clock has been advanced by 10 minutes, which is the default of renew_after.")
	d.StandIn.Clock.Advance(10 * time.Minute)
	return nil
}

// initialize runs init in the step's directory.
func (d *demo) initialize(ctx context.Context) error {
	fmt.Printf("\n   $ %s init\n", d.command())
	o, err := d.runCLI(ctx, []string{"init"})
	if err == nil && o.exitCode != 0 {
		err = fmt.Errorf("%s init failed:\n%s", d.command(), o.output)
	}
	return err
}

// endCall advances the stand-in's clock past the end of the call.
func (d *demo) endCall(context.Context) error {
	d.StandIn.ShowEnded(graphsim.EndedVisibility{Terminated: time.Hour})
	fmt.Println("   The stand-in's clock has been advanced by 46 minutes: Graph ends a call 45 minutes after the\n   last keepAlive.")
	d.StandIn.Clock.Advance(graphsim.InactivityLimit + time.Minute)
	return nil
}

// leaveCall ends a call because everyone else has left it.
func (d *demo) leaveCall(id string) {
	why := graphsim.EndAllLeft
	d.StandIn.EndCall(id, why.Code, why.Subcode, why.Message)
}
