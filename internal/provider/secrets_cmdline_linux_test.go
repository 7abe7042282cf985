package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

// The command lines of a machine's processes are for every user to read. Those of the
// provider and of the tools that it asks for a token, with whatever is in between, hold no
// secret.
func TestSecrets_inCommandLines(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.10.0", "1.11.0") // for ephemeral variables
	const token = "eyJ0eXAiOiJKV1QifQ.eyJhcHBpZCI6IngifQ.dG9rZW4tb2YtdGhlLXRvb2w"
	for tool, c := range map[string]struct{ flag, response string }{
		"az":   {"ARM_USE_CLI", `{"accessToken":"` + token + `","expires_on":4102444800,"expiresOn":"2100-01-01 00:00:00.000000","tokenType":"Bearer"}`},
		"azd":  {"ARM_USE_AZD", `{"token":"` + token + `","expiresOn":"2100-01-01T00:00:00Z"}`},
		"pwsh": {"ARM_USE_POWERSHELL", `{"Token":"` + token + `","ExpiresOn":4102444800}`},
	} {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			l, proxy := newProxiedLab(t, authenticating)
			tools, seen := t.TempDir(), filepath.Join(t.TempDir(), "seen")
			// What it and its ancestors up to Terraform were started with.
			script := "#!/bin/sh\npid=$$\nwhile [ \"$pid\" -gt 1 ]; do\n  tr '\\0' ' ' <\"/proc/$pid/cmdline\" >>\"" + seen + "\"; echo >>\"" + seen + "\"\n" +
				"  case $(cat /proc/$pid/comm) in terraform|tofu) break ;; esac\n" +
				"  pid=$(sed -n 's/^PPid:[[:space:]]*//p' \"/proc/$pid/status\")\ndone\necho '" + c.response + "'\n"
			file := filepath.Join(tools, tool)
			overwrite(t, file, script)
			if err := os.Chmod(file, 0o700); err != nil {
				t.Fatal(err)
			}
			w := newBuiltWorkspace(t, secretsConfig, append(secretsEnv(l, proxy), "ARM_TENANT_ID="+graphsim.TenantID, c.flag+"=true",
				"ARM_CLIENT_CERTIFICATE_PASSWORD="+certificatePassword)...)
			w.env = append(w.env, "PATH="+tools+string(filepath.ListSeparator)+os.Getenv("PATH"))
			out, code := w.run("apply", "-auto-approve")
			if code != 1 || len(l.bearers()) == 0 || l.bearers()[0] != token {
				t.Fatalf("apply exited %d, and Graph was shown %q; want it to refuse the tool's token:\n%s", code, l.bearers(), out)
			}
			secrets := []string{token, proxyPassword, oddHeader, certificatePassword}
			lines := readFile(t, seen)
			expectNoSecret(t, "a command line", lines, secrets...)
			for _, program := range []string{tool, "terraform-provider-msgraph"} {
				if !strings.Contains(lines, program) {
					t.Errorf("no command line is that of %s:\n%s", program, lines)
				}
			}
			all := w.written()
			all["the output"] = []byte(out)
			for where, content := range all {
				expectNoSecret(t, where, string(content), secrets...)
			}
		})
	}
}
