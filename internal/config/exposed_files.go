package config

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// warnOfExposedFiles warns of each file with a secret that every user of the machine may read.
func (s Settings) warnOfExposedFiles(diags *diag.Diagnostics) {
	for _, file := range s.Credential.ExposedFiles() {
		diags.AddAttributeWarning(path.Root(file.Setting), "Secret File Readable by All Users", fmt.Sprintf(
			"Every user of this machine can read the file %q (mode %04o), which contains a credential of the application. "+
				"Restrict its permissions:\n\n  chmod 600 %s\n\nIn Kubernetes, set defaultMode: 0400 on the volume that contains the file. "+
				"The path is set by %s in the provider block or, if that is absent, by %s in the environment.",
			file.Path, file.Mode, shellWord(file.Path), file.Setting, strings.Join(envVars[file.Setting], " or ")))
	}
}

// plainWord matches what means nothing to a shell.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9/._+,:@-]*$`)

// shellWord quotes a path for a POSIX shell if necessary.
func shellWord(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
