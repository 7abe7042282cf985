// Command terraform-provider-msgraph is the Terraform provider that keeps Microsoft Teams
// calls alive through Microsoft Graph. Terraform and OpenTofu start it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	azlog "github.com/Azure/azure-sdk-for-go/sdk/azcore/log"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"terraform-provider-msgraph/internal/process"
	"terraform-provider-msgraph/internal/provider"
)

// Both are set by the release build (-ldflags "-X main.version=... -X main.commit=...").
var (
	version = "0.0.0-dev"
	commit  = ""
)

func main() {
	options, err := process.ParseFlags(os.Args[1:], os.Stdout, os.Stderr, provider.Address)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		os.Exit(2)
	case options.Version:
		fmt.Println(process.VersionText(version, commit))
		return
	case !options.Debug && !process.StartedByCLI(os.Getenv):
		process.PrintHelp(os.Stderr, provider.Address)
		os.Exit(1)
	}
	if err := serve(options.Debug); err != nil {
		fmt.Fprintln(os.Stderr, "terraform-provider-msgraph:", err)
		os.Exit(1)
	}
}

// serve runs the provider until Terraform stops it.
func serve(debug bool) error {
	// AZURE_SDK_GO_LOGGING makes the Azure SDK write requests to standard error, and so to Terraform's
	// log, with their secrets. TF_LOG_PROVIDER=DEBUG shows the same requests without them.
	azlog.SetListener(nil)

	logged := debug || process.LogsWanted(os.Environ()) // with -debug, TF_LOG is set for Terraform, not for this process
	if !logged {
		process.SilenceSDKLogs()
	}
	process.TuneGarbageCollector()

	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	} else {
		process.OutliveSignals()
		process.OnOrphaned(func() { os.Exit(1) })
	}
	return tf6server.Serve(provider.Address, provider.NewServer(version, logged), options...)
}
