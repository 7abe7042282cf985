package provider

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/redact"
)

// A provider that crashes in the middle of a request, with the token, the secret, the proxy's
// password and a secret header in hand, leaves no secret behind: neither in what Terraform
// shows of the crash, nor in its log at TRACE, nor in any file.
func TestSecrets_inWhatACrashLeaves(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.10.0", "1.11.0") // for ephemeral variables
	for name, c := range map[string]struct{ code, says string }{
		"a write to a nil map":       {`req.Header = nil; req.Header["X"] = nil`, "assignment to entry in nil map"},
		"a nil pointer":              {`var other *http.Request; req.Header = other.Header`, "nil pointer dereference"},
		"a panic with all of it":     {`panic(req)`, "*http.Request"},
		"out of range of the secret": {`_ = req.Header.Get("Authorization")[len(c.calls)+100000:]`, "out of range"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, proxy := newProxiedLab(t, authenticating)
			l.RegisterApp(graphsim.App{ClientID: graphsim.ClientID, ClientSecret: oddSecret})
			bin := t.TempDir()
			buildCrashing(t, bin, c.code)
			w := newWorkspaceOf(t, bin, secretsConfig, append(l.environ(), "ARM_CLIENT_SECRET="+oddSecret,
				"TF_VAR_proxy_url="+proxy.URL(), "TF_VAR_proxy_user="+proxyUser, "TF_VAR_proxy_password="+proxyPassword, "TF_VAR_key="+oddHeader,
				"TF_LOG=TRACE", "TF_LOG_PATH=trace.log", "GOTRACEBACK=all")...)
			out, code := w.run("apply", "-auto-approve")
			if code == 0 {
				t.Errorf("apply exited %d, want a crash:\n%s", code, out)
			}
			all := w.written()
			all["the output"] = []byte(out)
			if l.asked(graphsim.ServiceEntra) == nil || len(l.bearers()) != 0 {
				t.Error("the crash did not come between the token and its use")
			}
			for where, content := range all {
				expectNoSecret(t, where, string(content), oddSecret, oddHeader, proxyPassword)
				if token := redact.Token.Find(content); token != nil {
					t.Errorf("%s shows the token %q", where, token)
				}
			}
			for where, text := range map[string]string{"the output": out, "the log": string(all["trace.log#0"])} {
				if !strings.Contains(text, c.says) || !strings.Contains(text, "goroutine ") || !strings.Contains(text, ").exchange(") {
					t.Errorf("%s does not have the crash: it is not the one that this test is about:\n%.3000s", where, text)
				}
			}
		})
	}
}

// buildCrashing builds the provider with code in the place where a request has all that it
// is sent with, without writing that to the sources.
func buildCrashing(t *testing.T, bin, code string) {
	t.Helper()
	file, err := filepath.Abs(filepath.Join("..", "graph", "attempt.go"))
	if err != nil {
		t.Fatal(err)
	}
	const place = "\tresp, err := c.options.Transport.Do(req)\n"
	source := readFile(t, file)
	if strings.Count(source, place) != 1 {
		t.Fatalf("%s has no one place where a request goes out: %q", file, place)
	}
	source = strings.Replace(source, place, "\tif strings.HasPrefix(req.Header.Get(\"Authorization\"), \"Bearer \") {\n\t\t"+code+"\n\t}\n"+place, 1)
	source = strings.Replace(source, "\"net/http\"\n", "\"net/http\"\n\t\"strings\"\n", 1)
	stand, overlay := filepath.Join(bin, "attempt.go"), filepath.Join(bin, "overlay.json")
	overwrite(t, stand, source)
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{file: stand}})
	if err != nil {
		t.Fatal(err)
	}
	overwrite(t, overlay, string(text))
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay,
		"-o", filepath.Join(bin, "terraform-provider-msgraph"), "terraform-provider-msgraph")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
}
