// Package process has what concerns the process and not the provider: the flags and the version, the
// levels of the SDK's logs, the garbage collector, signals, and exiting when Terraform is killed.
package process

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

const program = "terraform-provider-msgraph"

// usage is what -help prints, with the provider's address.
const usage = program + ` keeps Microsoft Teams calls alive through Microsoft Graph.

It is a plugin for Terraform and OpenTofu, which start it. It is not meant to be run
directly. To use it, add it to a configuration:

  terraform {
    required_providers {
      msgraph = {
        source = %q
      }
    }
  }

Usage: ` + program + ` [-debug | -version | -help]

`

// Options are the flags of the command line.
type Options struct {
	Debug   bool
	Version bool
}

// ParseFlags parses the command line. It prints the help to stdout and what is wrong, with the
// usage, to stderr; the error is [flag.ErrHelp] for -help. address is the provider's.
func ParseFlags(args []string, stdout, stderr io.Writer, address string) (Options, error) {
	var o Options
	flags := newFlagSet(&o)
	err := flags.Parse(args)
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	switch {
	case err == nil:
		return o, nil
	case errors.Is(err, flag.ErrHelp):
		PrintHelp(stdout, address)
	default:
		fmt.Fprintf(stderr, "%v\n\n", err)
		PrintHelp(stderr, address)
	}
	return Options{}, err
}

// PrintHelp writes what the program is, and its flags, to w.
func PrintHelp(w io.Writer, address string) {
	fmt.Fprintf(w, usage, address)
	flags := newFlagSet(&Options{})
	flags.SetOutput(w)
	flags.PrintDefaults()
}

func newFlagSet(o *Options) *flag.FlagSet {
	flags := flag.NewFlagSet(program, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the flag package prints the same for -help as for a mistake
	flags.BoolVar(&o.Debug, "debug", false, "run until interrupted, for use with a debugger, and print the\n"+
		"TF_REATTACH_PROVIDERS to set for Terraform")
	flags.BoolVar(&o.Version, "version", false, "print the version and the commit, and exit")
	return flags
}

// StartedByCLI reports whether Terraform or OpenTofu started the program: they set the plugin
// protocol's magic cookie. Without it the plugin library prints a message of its own and exits.
//
// Source: terraform-plugin-go, tfprotov6/tf6server.
func StartedByCLI(getenv func(string) string) bool { return getenv("TF_PLUGIN_MAGIC_COOKIE") != "" }
