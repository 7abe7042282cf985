package process

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
)

// VersionText returns what -version prints. An empty commit stands for the one that the go command
// recorded in the executable.
func VersionText(version, commit string) string {
	info, _ := debug.ReadBuildInfo()
	return versionText(version, commit, info)
}

func versionText(version, commit string, info *debug.BuildInfo) string {
	modified := ""
	if info != nil {
		for _, setting := range info.Settings {
			switch {
			case setting.Key == "vcs.revision" && commit == "":
				commit = setting.Value
			case setting.Key == "vcs.modified" && setting.Value == "true":
				modified = ", modified"
			}
		}
	}
	return fmt.Sprintf("terraform-provider-msgraph %s (commit %s%s, %s, %s/%s)",
		version, cmp.Or(commit, "unknown"), modified, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
