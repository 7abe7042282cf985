package provider

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/redact"
	"terraform-provider-msgraph/internal/testos"
)

// crashes are what goes wrong in the provider, in its code, by how the runtime then puts it.
var crashes = map[string]string{
	"assignment to entry in nil map": `req.Header = nil; req.Header["X"] = nil`,
	"nil pointer dereference":        `var other *http.Request; req.Header = other.Header`,
	"*http.Request":                  `panic(req)`,
	"out of range":                   `_ = req.Header.Get("Authorization")[len(c.calls)+100000:]`,
}

// A provider that crashes in the middle of a request, with the token, the secret, the proxy's
// password and a secret header in hand, leaves no secret behind: neither in what Terraform
// shows of the crash, nor in its log at TRACE, nor in any file.
func TestSecrets_inWhatACrashLeaves(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.10.0", "1.11.0") // for ephemeral variables
	bin := crashingProvider(t)
	for says := range crashes {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			l, proxy := newProxiedLab(t, authenticating)
			l.RegisterApp(graphsim.App{ClientID: graphsim.ClientID, ClientSecret: oddSecret})
			w := newWorkspaceOf(t, bin, secretsConfig, append(secretsEnv(l, proxy), "ARM_TENANT_ID="+graphsim.TenantID,
				"ARM_CLIENT_ID="+graphsim.ClientID, "ARM_CLIENT_SECRET="+oddSecret, "GOTRACEBACK=all", "CRASH="+says)...)
			out, code := w.run("apply", "-auto-approve")
			if code == 0 {
				t.Errorf("apply exited %d, want a crash:\n%s", code, out)
			}
			if l.asked(graphsim.ServiceEntra) == nil || len(l.bearers()) != 0 {
				t.Error("the crash did not come between the token and its use")
			}
			all := w.written()
			// The output may lack it: the CLI may exit before it has read the provider's last words.
			log := string(all["trace.log#0"])
			expectText(t, log, says, "goroutine ", ").exchange(")
			all["the output"] = []byte(out)
			for where, content := range all {
				expectNoSecret(t, where, string(content), oddSecret, oddHeader, proxyPassword)
				if token := redact.Token.Find(content); token != nil {
					t.Errorf("%s shows the token %q", where, token)
				}
			}
		})
	}
}

// crashingProvider builds the provider with the crashes in the place where a request has all that it
// is sent with, without writing that to the sources. The variable CRASH selects the crash.
func crashingProvider(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	file, err := filepath.Abs(filepath.Join("..", "graph", "attempt.go"))
	if err != nil {
		t.Fatal(err)
	}
	const place = "\tresp, err := c.options.Transport.Do(req)\n"
	source := readFile(t, file)
	if strings.Count(source, place) != 1 {
		t.Fatalf("%s has no one place where a request goes out: %q", file, place)
	}
	var code strings.Builder
	for says, goes := range crashes {
		fmt.Fprintf(&code, "\tif os.Getenv(\"CRASH\") == %q && strings.HasPrefix(req.Header.Get(\"Authorization\"), \"Bearer \") {\n\t\t%s\n\t}\n", says, goes)
	}
	source = strings.Replace(source, place, code.String()+place, 1)
	source = strings.Replace(source, "\"net/http\"\n", "\"net/http\"\n\t\"os\"\n\t\"strings\"\n", 1)
	stand, overlay := filepath.Join(bin, "attempt.go"), filepath.Join(bin, "overlay.json")
	overwrite(t, stand, source)
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{file: stand}})
	if err != nil {
		t.Fatal(err)
	}
	overwrite(t, overlay, string(text))
	build := goBuild("-overlay", overlay,
		"-o", filepath.Join(bin, testos.Executable("terraform-provider-msgraph")), "terraform-provider-msgraph")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}
