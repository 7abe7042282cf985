// Command terraform-provider-msgraph is the Terraform provider that keeps Microsoft Teams
// calls alive through Microsoft Graph. Terraform and OpenTofu start it by themselves.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	azlog "github.com/Azure/azure-sdk-for-go/sdk/azcore/log"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"terraform-provider-msgraph/internal/provider"
)

// Both are set by the release build (-ldflags "-X main.version=... -X main.commit=...").
var (
	version = "0.0.0-dev"
	commit  = ""
)

func main() {
	options, err := parse(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		os.Exit(2)
	case options.version:
		fmt.Println(versionText())
		return
	}

	// AZURE_SDK_GO_LOGGING would have the Azure SDK write to standard error, and with that to
	// Terraform's log, what nothing has taken the secrets out of. TF_LOG_PROVIDER=DEBUG shows
	// the same requests.
	azlog.SetListener(nil)

	traced := options.debug || logAskedFor(os.Environ()) // with -debug, Terraform has the environment that says so
	if !traced {
		quietLogs()
	}
	if !options.debug { // else Terraform did not start it
		onceOrphaned(func() { os.Exit(1) })
	}
	calmGarbageCollector()

	var serveOptions []tf6server.ServeOpt
	if options.debug {
		serveOptions = append(serveOptions, tf6server.WithManagedDebug())
	}
	if err := tf6server.Serve(provider.Address, provider.NewServer(version, traced), serveOptions...); err != nil {
		fmt.Fprintln(os.Stderr, "terraform-provider-msgraph:", err)
		os.Exit(1)
	}
}

// versionText names the build. A build that was given no commit says the one that the go command noted.
func versionText() string {
	built := commit
	if info, ok := debug.ReadBuildInfo(); ok && built == "" {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				built = setting.Value
			}
		}
	}
	if built == "" {
		built = "unknown"
	}
	return fmt.Sprintf("terraform-provider-msgraph %s (commit %s, %s, %s/%s)",
		version, built, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
