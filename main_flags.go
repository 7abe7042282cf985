package main

import (
	"flag"
	"fmt"
	"io"

	"terraform-provider-msgraph/internal/provider"
)

// options are what the command line asks for.
type options struct {
	debug   bool
	version bool
}

// usage is what -help prints: most who start the program by hand want to know what it is.
const usage = `terraform-provider-msgraph keeps Microsoft Teams calls alive through Microsoft Graph.

It is a plugin of Terraform and OpenTofu: they start it, and there is no need to start it
by hand. A configuration asks for it with

  terraform {
    required_providers {
      msgraph = {
        source = %q
      }
    }
  }

Usage: terraform-provider-msgraph [-debug | -version | -help]

`

// parse reads the command line. It writes the help, or what is wrong, to w; the error is
// [flag.ErrHelp] when the help was asked for.
func parse(args []string, w io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("terraform-provider-msgraph", flag.ContinueOnError)
	flags.SetOutput(w)
	flags.BoolVar(&o.debug, "debug", false, "wait for Terraform instead of being started by it, so that a debugger can be attached:\n"+
		"prints the TF_REATTACH_PROVIDERS that Terraform needs, and ends at an interrupt")
	flags.BoolVar(&o.version, "version", false, "print the version and the commit, and stop")
	flags.Usage = func() {
		_, _ = fmt.Fprintf(w, usage, provider.Address)
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	if flags.NArg() > 0 {
		err := fmt.Errorf("%q is not understood", flags.Arg(0))
		_, _ = fmt.Fprintf(w, "%v: the program takes no arguments besides these.\n\n", err)
		flags.Usage()
		return options{}, err
	}
	return o, nil
}
