package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/config"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/testos"
)

// The command lines of a machine's processes are for every user to read. Those of the
// provider and of the tools that it asks for a token, with whatever is in between, hold no
// secret.
func TestSecrets_inCommandLines(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.10.0", "1.11.0") // for ephemeral variables
	const token = "eyJ0eXAiOiJKV1QifQ.eyJhcHBpZCI6IngifQ.dG9rZW4tb2YtdGhlLXRvb2w"
	expires := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	for attribute, c := range commands(t) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l, proxy := newProxiedLab(t, authenticating)
			seen := filepath.Join(t.TempDir(), "seen")
			// What it and its ancestors up to Terraform were started with.
			script := "#!/bin/sh\npid=$$\nwhile [ \"$pid\" -gt 1 ]; do\n  tr '\\0' ' ' <\"/proc/$pid/cmdline\" >>\"" + seen + "\"; echo >>\"" + seen + "\"\n" +
				"  case $(cat /proc/$pid/comm) in terraform|tofu) break ;; esac\n" +
				"  pid=$(sed -n 's/^PPid:[[:space:]]*//p' \"/proc/$pid/status\")\ndone\necho '" + c.response(token, expires) + "'\n"
			testos.WriteProgram(t, filepath.Join(c.dir, c.name), script)
			w := newBuiltWorkspace(t, secretsConfig, append(secretsEnv(l, proxy), "ARM_TENANT_ID="+graphsim.TenantID, config.EnvVars(attribute)[0]+"=true",
				"ARM_CLIENT_CERTIFICATE_PASSWORD="+certificatePassword)...)
			w.env = append(w.env, "PATH="+c.dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
			out, code := w.run("apply", "-auto-approve")
			if code != 1 || len(l.bearers()) == 0 || l.bearers()[0] != token {
				t.Fatalf("apply exited %d, and Graph was shown %q; want it to refuse the tool's token:\n%s", code, l.bearers(), out)
			}
			secrets := []string{token, proxyPassword, oddHeader, certificatePassword}
			lines := readFile(t, seen)
			expectNoSecret(t, "a command line", lines, secrets...)
			for _, program := range []string{c.name, "terraform-provider-msgraph"} {
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
