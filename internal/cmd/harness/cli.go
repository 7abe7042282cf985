package harness

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
)

// Plugin is where the CLI finds a provider in a directory of plugins.
func Plugin(dir, address, version string) string {
	return filepath.Join(dir, filepath.FromSlash(address), version, runtime.GOOS+"_"+runtime.GOARCH,
		"terraform-provider-"+path.Base(address)+"_v"+version+ExecutableSuffix())
}

// CLIConfig is a CLI configuration, for Terraform and OpenTofu, that installs providers only from a directory of plugins.
func CLIConfig(pluginDir string) []byte {
	return fmt.Appendf(nil, "provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", pluginDir)
}

// Settings are the environment variables that point the provider at the stand-in.
func (s *StandIn) Settings(caFile string) []string {
	return []string{
		"ARM_TENANT_ID=" + s.TenantID,
		"ARM_CLIENT_ID=" + s.ClientID,
		"ARM_CLIENT_SECRET=" + s.ClientSecret,
		"MSGRAPH_GRAPH_ENDPOINT=" + s.GraphEndpoint,
		"MSGRAPH_AUTHORITY_HOST=" + s.AuthorityHost,
		"MSGRAPH_DISABLE_INSTANCE_DISCOVERY=true",
		"MSGRAPH_CA_CERTIFICATE_FILE=" + caFile,
	}
}

// inherited are the variables that a program may need to run at all. The user's others, such as TF_, ARM_, AZURE_ and GOGC,
// would change what the CLI and the provider do.
var inherited = []string{"PATH", "TMPDIR", "TMP", "TEMP", "LANG", "LC_ALL", "SystemRoot", "SystemDrive", "windir"}

// Environment is the whole environment of a CLI apart from the provider's settings. It hides the user's variables and
// home directory.
func Environment(home, configFile string) []string {
	env := []string{
		"HOME=" + home, "USERPROFILE=" + home, "APPDATA=" + filepath.Join(home, "AppData"),
		"TF_CLI_CONFIG_FILE=" + configFile,
		"TF_CLI_ARGS=-no-color", "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1",
	}
	for _, name := range inherited {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}
