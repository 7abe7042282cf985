package pipelinestep

import (
	"os"
	"strings"
)

// inherited are the variables of the provider's environment that steps inherit: those that programs need to
// run. The others may contain the provider's secrets.
var inherited = []string{
	"PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR",
	"SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "ProgramData",
}

// environ is the step's environment, as [os/exec] takes it; the last value of a name takes precedence.
func (s Step) environ() []string {
	all := make([]string, 0, len(inherited)+len(s.Environment))
	for _, name := range inherited {
		if value, ok := os.LookupEnv(name); ok {
			all = append(all, name+"="+value)
		}
	}
	for name, value := range s.Environment {
		all = append(all, name+"="+value)
	}
	return all
}

// CheckVariable returns whether a variable of that name and value can be set.
func CheckVariable(name, value string) bool {
	return name != "" && !strings.ContainsAny(name, "=\x00") && !strings.Contains(value, "\x00")
}
