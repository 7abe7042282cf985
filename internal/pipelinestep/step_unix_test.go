//go:build !windows

package pipelinestep

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/testos"
)

func script(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "step")
	testos.WriteProgram(t, path, text)
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// A program that cannot be started is called by its name, in plain words.
func TestRun_cannotBeStarted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ program, says string }{
		"not in PATH":       {"no-such-program-anywhere", `cannot be started: there is no program "no-such-program-anywhere" in PATH; install it, or use its path`},
		"no such file":      {"/no/such/program", `cannot be started: the file "/no/such/program" does not exist`},
		"no interpreter":    {script(t, "#!/no/such/interpreter\n", 0o700), "or the interpreter in its first line does not exist"},
		"not executable":    {script(t, "#!/bin/sh\n", 0o600), "may not be executed by this user (chmod +x)"},
		"a directory":       {t.TempDir(), "is a directory"},
		"no program at all": {script(t, "\x7fnone\n", 0o700), `step" is not a program that this system can run; put the interpreter of a script first`},
	} {
		_, _, err := Step{Name: "sign", Command: []string{test.program}}.Run(t.Context(), Document{Phase: PhaseRequest})
		if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "fork/exec") || strings.Contains(err.Error(), "exec: ") {
			t.Errorf("%s: got %v, want it to say %q", name, err, test.says)
		}
	}
}

// What PowerShell begins a reply with is no part of it, and what is wrong with a reply is said in terms of JSON.
func TestRun_reply(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"\\357\\273\\277{\"version\":1}\\r\\n": "",
		"\\377\\376{\\000}\\000":               "wrote UTF-16; it has to write UTF-8",
		"hello":                                "wrote what is not a document of the protocol: it is not JSON, from byte 1 on",
		"[]":                                   "a JSON array, not an object",
		"{\"version\":\"1\"}":                  "\"version\" is a JSON string",
		"{\"version\":":                        "JSON that ends too early",
		"{\"versions\":1}":                     "unknown field \"versions\"",
		"":                                     "wrote nothing to its standard output",
	} {
		s := Step{Name: "sign", Command: []string{script(t, "#!/bin/sh\ncat >/dev/null\nprintf '"+text+"'\n", 0o700)}}
		_, _, err := s.Run(t.Context(), Document{Phase: PhaseRequest})
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) || err != nil && strings.Contains(err.Error(), "Go ") {
			t.Errorf("%s: got %v, want %q", text, err, says)
		}
	}
}

// A step whose operation has ended is not started.
func TestRun_afterTheOperation(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	left := filepath.Join(t.TempDir(), "left")
	_, _, err := Step{Name: "sign", Command: []string{script(t, "#!/bin/sh\ntouch "+left+"\n", 0o700)}}.Run(ctx, Document{Phase: PhaseRequest})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "was ended together with the operation") {
		t.Errorf("got %v, want it ended with its operation", err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the step ran (%v)", err)
	}
}
