package process

import (
	"errors"
	"flag"
	"strings"
	"testing"
)

const address = "registry.example/some/msgraph"

func TestParseFlags_accepts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		want Options
	}{
		{nil, Options{}},
		{[]string{"-debug"}, Options{Debug: true}},
		{[]string{"--debug"}, Options{Debug: true}},
		{[]string{"-version"}, Options{Version: true}},
	} {
		var out strings.Builder
		got, err := ParseFlags(test.args, &out, &out, address)
		if got != test.want || err != nil || out.String() != "" {
			t.Errorf("%q: %+v, %v, printed %q; want %+v and nothing printed", test.args, got, err, out.String(), test.want)
		}
	}
}

func TestParseFlags_helpGoesToStandardOutput(t *testing.T) {
	t.Parallel()
	for _, arg := range []string{"-help", "--help", "-h"} {
		var stdout, stderr strings.Builder
		if _, err := ParseFlags([]string{arg}, &stdout, &stderr, address); !errors.Is(err, flag.ErrHelp) {
			t.Fatalf("%s: error %v, want %v", arg, err, flag.ErrHelp)
		}
		if stderr.String() != "" {
			t.Errorf("%s writes %q to standard error", arg, stderr.String())
		}
		for _, want := range []string{"plugin for Terraform", `source = "` + address + `"`, "-debug", "-version", "TF_REATTACH_PROVIDERS"} {
			if !strings.Contains(stdout.String(), want) {
				t.Errorf("%s does not print %q:\n%s", arg, want, stdout.String())
			}
		}
	}
}

func TestParseFlags_refusesUnknownArguments(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-verbose"}, {"plan"}, {"-debug", "plan"}} {
		var stdout, stderr strings.Builder
		if got, err := ParseFlags(args, &stdout, &stderr, address); err == nil || got != (Options{}) || stdout.String() != "" {
			t.Errorf("%q: %+v, error %v, printed %q", args, got, err, stdout.String())
		}
		if last := args[len(args)-1]; !strings.Contains(stderr.String(), strings.TrimPrefix(last, "-")) || !strings.Contains(stderr.String(), "Usage:") {
			t.Errorf("%q: the message names neither what is wrong nor the usage:\n%s", args, stderr.String())
		}
	}
}

func TestStartedByCLI_byTheMagicCookie(t *testing.T) {
	t.Parallel()
	for cookie, want := range map[string]bool{"": false, "d602": true} {
		if got := StartedByCLI(func(name string) string { return map[string]string{"TF_PLUGIN_MAGIC_COOKIE": cookie}[name] }); got != want {
			t.Errorf("with the cookie %q, started by a CLI: %t, want %t", cookie, got, want)
		}
	}
}
