//go:build debugger

package provider

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The session of the guide, command by command: the provider under Delve stops before a
// keepAlive, shows the call's id, and goes on.
func TestDebugger_guidesSession(t *testing.T) {
	text := guide(t, "debugging.md")
	l := newLab(t).realTime()
	w := &workspace{t: t, cli: findCLI(t).Path, dir: t.TempDir()}
	w.write(l.minimal(""))

	bin := filepath.Join(t.TempDir(), "terraform-provider-msgraph")
	build := guideLine(t, text, "go build ")
	build = strings.ReplaceAll(build, "bin/debug/terraform-provider-msgraph .", bin+" terraform-provider-msgraph")
	if out, err := exec.CommandContext(t.Context(), "sh", "-c", build).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", build, err, out)
	}
	start := strings.Replace(guideLine(t, text, "dlv exec "), "bin/debug/terraform-provider-msgraph", bin, 1)
	d := startDelve(t, strings.Replace(start, "dlv exec", "exec dlv exec --allow-non-terminal-interactive", 1))

	commands := regexp.MustCompile(`(?m)^\(dlv\) (.+)$`).FindAllStringSubmatch(text, -1)
	if len(commands) != 6 {
		t.Fatalf("the guide has %d commands for Delve, want 6", len(commands))
	}
	d.send(commands[0][1])
	d.send(commands[1][1])
	reattach := d.wait(regexp.MustCompile(`TF_REATTACH_PROVIDERS='([^']+)'`))
	d.endProvider(reattach)
	w.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"TF_CLI_ARGS=-no-color", "TF_REATTACH_PROVIDERS=" + reattach,
	}
	w.mustRun("init")
	applied := make(chan string)
	go func() {
		out, _ := w.run("apply", "-auto-approve")
		applied <- out
	}()
	d.wait(regexp.MustCompile(`> .*(\(\*Client\)\.KeepAlive)`))
	l.expectSent(t, 0)
	d.send(commands[2][1])
	d.wait(regexp.MustCompile(`"(` + callID + `)"`))
	for _, command := range commands[3:] {
		d.send(command[1])
	}
	select {
	case out := <-applied:
		expectText(t, out, "Apply complete! Resources: 1 added")
	case <-time.After(time.Minute):
		t.Fatal("the apply did not go on")
	}
	l.expectKeptAliveOnce(t)
}

// guideLine is the one line of the guide that starts so.
func guideLine(t *testing.T, guide, start string) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(start)+`.+$`).FindAllString(guide, -1)
	if len(found) != 1 {
		t.Fatalf("the guide has %d lines that start with %q, want 1", len(found), start)
	}
	return found[0]
}

// delve is a debugger at work.
type delve struct {
	t     *testing.T
	stdin io.Writer
	lines chan string
}

func startDelve(t *testing.T, command string) *delve {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Env = append(os.Environ(), "TERM=dumb")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	d := &delve{t: t, stdin: stdin, lines: make(chan string, 1000)}
	go func() {
		for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
			d.lines <- scanner.Text()
		}
		close(d.lines)
	}()
	t.Cleanup(func() {
		_, _ = io.WriteString(stdin, "exit\n") // heard once the provider has ended
		done := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		done.Stop()
	})
	return d
}

// endProvider has the provider end with the test: Delve, told to exit by what is no
// terminal, would leave it behind.
func (d *delve) endProvider(reattach string) {
	d.t.Helper()
	var providers map[string]struct{ Pid int }
	if err := json.Unmarshal([]byte(reattach), &providers); err != nil {
		d.t.Fatal(err)
	}
	provider, err := os.FindProcess(providers[Address].Pid)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = provider.Kill() }) // Delve would keep an interrupt to itself
}

func (d *delve) send(command string) {
	d.t.Helper()
	if _, err := io.WriteString(d.stdin, command+"\n"); err != nil {
		d.t.Fatal(err)
	}
}

// wait returns what the pattern's group matches in the next line that has it.
func (d *delve) wait(pattern *regexp.Regexp) string {
	d.t.Helper()
	var seen []string
	deadline := time.After(time.Minute)
	for {
		select {
		case line, open := <-d.lines:
			seen = append(seen, line)
			if match := pattern.FindStringSubmatch(line); match != nil {
				return match[1]
			}
			if open {
				continue
			}
		case <-deadline:
		}
		d.t.Fatalf("Delve did not print %s but:\n%s", pattern, strings.Join(seen, "\n"))
	}
}
