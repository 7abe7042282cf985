package config

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// warnOfExposedFiles warns of each file of a secret that every user of the machine may read.
func (s Settings) warnOfExposedFiles(diags *diag.Diagnostics) {
	for _, file := range s.Credential.ExposedFiles() {
		diags.AddAttributeWarning(path.Root(file.Setting), "Secret Readable By Others", fmt.Sprintf(
			"Every user of this machine may read the file %q (its mode is %04o), and what is in it signs in as the application. "+
				"Take that from the others:\n\n  chmod 600 %s\n\nIn Kubernetes, set defaultMode: 0400 on the volume that the file is in. "+
				"The path comes from %s in the provider block, or else from %s in the environment.",
			file.Path, file.Mode, shellWord(file.Path), file.Setting, strings.Join(envVars[file.Setting], " or ")))
	}
}

// shellWord quotes a path for a shell, where it has to be.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r < 0x7f && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+,:@", r))
	}
	if strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}
