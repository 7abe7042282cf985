package main

import (
	"errors"
	"flag"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/provider"
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		args []string
		want options
	}{
		{nil, options{}},
		{[]string{"-debug"}, options{debug: true}},
		{[]string{"--debug"}, options{debug: true}},
		{[]string{"-version"}, options{version: true}},
	} {
		var out strings.Builder
		got, err := parse(test.args, &out)
		if got != test.want || err != nil || out.String() != "" {
			t.Errorf("%q: %+v, %v, printed %q; want %+v and nothing printed", test.args, got, err, out.String(), test.want)
		}
	}
}

func TestParse_helpSaysWhatTheProgramIs(t *testing.T) {
	var out strings.Builder
	if _, err := parse([]string{"-help"}, &out); !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("error %v, want %v", err, flag.ErrHelp)
	}
	for _, want := range []string{"plugin of Terraform", `source = "` + provider.Address + `"`, "-debug", "-version", "TF_REATTACH_PROVIDERS"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the help does not have %q:\n%s", want, out.String())
		}
	}
}

func TestParse_refusesWhatItDoesNotKnow(t *testing.T) {
	for _, args := range [][]string{{"-verbose"}, {"plan"}, {"-debug", "plan"}} {
		var out strings.Builder
		if got, err := parse(args, &out); err == nil || got != (options{}) {
			t.Errorf("%q: %+v and no error", args, got)
		}
		if last := args[len(args)-1]; !strings.Contains(out.String(), strings.TrimPrefix(last, "-")) || !strings.Contains(out.String(), "Usage:") {
			t.Errorf("%q: the message names neither what is wrong nor the usage:\n%s", args, out.String())
		}
	}
}
