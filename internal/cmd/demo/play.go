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

	"terraform-provider-msgraph/internal/terraformcli"
)

// errClaimFailed says that a step came out otherwise than it should; what and how is printed.
var errClaimFailed = errors.New("a claim does not hold")

// play plays one step and checks what came of it.
func (d *stage) play(ctx context.Context, number int, s step) error {
	fmt.Printf("\n%d. %s\n\n   %s\n", number, s.title, s.about)
	d.folder = s.folder
	if oldest := d.tooOld(s.needs); oldest != "" {
		fmt.Printf("\n   Left out: this needs %s, and %s is here.\n", oldest, d.cli)
		d.leftOut++
		return nil
	}
	if s.before != nil {
		if err := s.before(d, ctx); err != nil {
			return err
		}
	}
	if err := d.standIn.ForgetRequests(ctx); err != nil {
		return err
	}
	fmt.Printf("\n   $ %s %s\n\n", d.command(), strings.Join(s.args, " "))
	o, err := d.runCLI(ctx, s.args)
	if err != nil {
		return err
	}
	printQuoted(s.show(o.output))
	fmt.Println("\n   What came of it:")
	err = check(os.Stdout, s.claims, o)
	if err != nil {
		fmt.Print("\n   The whole output was:\n\n")
		printQuoted(o.output)
	}
	return err
}

// tooOld names the CLI that a step needs when the one here is older.
func (d *stage) tooOld(needs versions) string {
	product, oldest := "Terraform", needs.terraform
	if d.cli.Product == terraformcli.OpenTofu {
		product, oldest = "OpenTofu", needs.openTofu
	}
	if oldest == "" {
		return ""
	}
	have, err := version.NewVersion(d.cli.Version)
	if err == nil && have.Core().GreaterThanOrEqual(version.Must(version.NewVersion(oldest))) {
		return ""
	}
	return product + " " + oldest
}

// check writes every claim and whether it holds.
func check(w io.Writer, claims []claim, o outcome) error {
	var err error
	for _, c := range claims {
		if seen, ok := c.check(o); ok {
			fmt.Fprintf(w, "   ✓ %s\n", c.text)
		} else {
			fmt.Fprintf(w, "   ✗ expected: %s\n     seen:     %s\n", c.text, seen)
			err = errClaimFailed
		}
	}
	return err
}

// waitUntilDue waits until the last keepAlive is old enough for the next one.
func (d *stage) waitUntilDue(ctx context.Context) error {
	last, err := d.standIn.call(ctx)
	if err != nil {
		return err
	}
	now, err := d.standIn.now(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("   renew_after says what is old: %s here, 10m by default. Waiting for that ...\n", renewAfter)
	// Half a second more, since the provider goes by the whole seconds of HTTP's dates.
	select {
	case <-time.After(last.LastKeepAlive.Add(renewAfter + 500*time.Millisecond).Sub(now)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// initialise makes the step's folder ready for use.
func (d *stage) initialise(ctx context.Context) error {
	fmt.Printf("\n   $ %s init\n", d.command())
	o, err := d.runCLI(ctx, []string{"init"})
	if err == nil && o.exitCode != 0 {
		err = fmt.Errorf("%s init failed:\n%s", d.command(), o.output)
	}
	return err
}

// letTheCallEnd moves the stand-in's clock on past the end of the call.
func (d *stage) letTheCallEnd(ctx context.Context) error {
	if err := d.standIn.showEndedCalls(ctx, time.Hour); err != nil {
		return err
	}
	fmt.Println("   For that, the stand-in's clock has been moved on by 46 minutes: Graph ends a call after 45\n   without a keepAlive.")
	return d.standIn.MoveClock(ctx, limit+time.Minute)
}
