package provider

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/testos"
)

// What shows the rows of the parity table that no other test does.

// All 14 ids are taken, only the call's is used, and without it nothing is sent.
func parityInputObject(t *testing.T) {
	l := newLab(t)
	var ids strings.Builder
	for _, name := range []string{
		"attendance_record_id", "audio_routing_group_id", "call_record_id", "call_recording_id", "call_transcript_id",
		"comms_operation_id", "content_sharing_session_id", "meeting_attendance_report_id", "online_meeting_id",
		"participant_id", "presence_id", "session_id", "user_id",
	} {
		fmt.Fprintf(&ids, "%s = \"other\"\n", name)
	}
	const object = "resource \"msgraph_call_keepalive\" \"lab\" {\nidentity {\n%s%s}\n}\n"
	w := newWorkspace(t, l, l.config(object, ids.String(), "call_id = \""+callID+"\"\n"))
	w.mustRun("apply", "-auto-approve")
	l.expectKeptAliveOnce(t)
	for _, request := range l.graphRequests() {
		if strings.Contains(request, "other") {
			t.Errorf("an id besides the call's reached Graph: %s", request)
		}
	}
	l.ResetRequests()
	w.write(l.config(object, ids.String(), ""))
	w.expectExit(1, planNow, "call_id")
	l.expectNothingSent(t)
}

// `make test-kerberos` shows it against a real KDC and a real proxy. Here: the ticket cache
// is what counts, and that there is none is said before anything is sent.
func parityProxyUseDefaultCredentials(t *testing.T) {
	testos.NeedsUnix(t) // Windows has another store of tickets
	l, proxy := newProxiedLab(t, authenticating)
	l.withEnv("KRB5CCNAME=FILE:" + filepath.Join(t.TempDir(), "no-such-cache"))
	// A principal is that of a name, so the proxy goes by one.
	block := fmt.Sprintf("url = %q\nuse_default_credentials = true", strings.Replace(proxy.URL(), "127.0.0.1", "localhost", 1))
	newWorkspace(t, l, l.behind(proxyBlockOf(block))).expectExit(1, applyNow, "no-such-cache", "kinit")
	l.expectNothingSent(t)
}

// Break: the built provider, started by hand with -debug, serves the Terraform that is told
// of it. `make test-debugger` plays a whole session with a debugger.
func parityBreak(t *testing.T) {
	l := newLab(t).realTime()
	bin := builtProvider(t)
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, testos.Executable("terraform-provider-msgraph")), "-debug")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.Process.Signal(os.Interrupt) != nil { // Windows has no such signal
			_ = cmd.Process.Kill()
		}
		_ = cmd.Wait()
	})
	variable := regexp.MustCompile(`TF_REATTACH_PROVIDERS='([^']+)'`)
	var reattach []string
	for scanner := bufio.NewScanner(stdout); reattach == nil && scanner.Scan(); {
		reattach = variable.FindStringSubmatch(scanner.Text())
	}
	if reattach == nil {
		t.Fatal("-debug did not print TF_REATTACH_PROVIDERS")
	}
	w := newWorkspace(t, l, l.minimal(""))
	w.env = append(w.env, "TF_REATTACH_PROVIDERS="+reattach[1]) // the last of a name counts
	w.mustRun("apply", "-auto-approve")
	l.expectKeptAliveOnce(t)
	if agent := l.KeepAlives(callID)[0].Header.Get("User-Agent"); strings.Contains(agent, "1.2.3-test") {
		t.Errorf("the provider in this test sent the keepAlive (%s), not the one under -debug", agent)
	}
}
