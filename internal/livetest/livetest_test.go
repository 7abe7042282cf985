//go:build live

// Package livetest tries the provider on the real Microsoft Graph: `make testlive` runs it.
// It keeps one call alive that is up already, and leaves it up.
package livetest

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"terraform-provider-msgraph/internal/process"
	"terraform-provider-msgraph/internal/provider"
	"terraform-provider-msgraph/internal/terraformcli"
)

const callIDVariable = "MSGRAPH_TEST_CALL_ID"

// needed are the environment variables without which there is nothing to try.
var needed = []struct{ name, what string }{
	{callIDVariable, "the id of a call that is up, placed by the application below"},
	{"ARM_TENANT_ID", "the tenant that the call belongs to"},
	{"ARM_CLIENT_ID", "the application that placed the call"},
	{"ARM_CLIENT_SECRET", "a client secret of that application"},
}

func TestMain(m *testing.M) {
	var missing []string
	for _, variable := range needed {
		if os.Getenv(variable.name) == "" {
			missing = append(missing, fmt.Sprintf("  %-20s  %s", variable.name, variable.what))
		}
	}
	if len(missing) > 0 {
		fmt.Fprintf(os.Stderr, "The live test needs a real call. These environment variables are missing:\n%s\n", strings.Join(missing, "\n"))
		os.Exit(1)
	}
	os.Exit(terraformcli.Main(m))
}

// TestCallKeepalive looks at the call and keeps it alive, twice.
func TestCallKeepalive(t *testing.T) {
	config := func(trigger string) string {
		return fmt.Sprintf(`
resource "msgraph_call_keepalive" "test" {
  call_id  = %q
  triggers = { test = %q }
}
`, os.Getenv(callIDVariable), trigger)
	}
	const address = "msgraph_call_keepalive.test"
	kept := []statecheck.StateCheck{
		statecheck.ExpectKnownValue(address, tfjsonpath.New("alive"), knownvalue.Bool(true)),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("request_id"), knownvalue.StringFunc(notEmpty)),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("last_keepalive_at"), knownvalue.StringFunc(justNow)),
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"msgraph": func() (tfprotov6.ProviderServer, error) {
				return provider.NewServer("livetest", process.LogsWanted(os.Environ()))(), nil
			},
		},
		Steps: []resource.TestStep{
			{Config: config("first"), ConfigStateChecks: kept},
			{
				Config:           config("first"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
			{
				Config: config("second"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				}},
				ConfigStateChecks: kept,
			},
		},
	})
}

func notEmpty(s string) error {
	if s == "" {
		return fmt.Errorf("it is empty")
	}
	return nil
}

// justNow allows for a machine whose clock is a few minutes off: the time is Graph's.
func justNow(s string) error {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return err
	}
	if age := time.Since(at); age.Abs() > 5*time.Minute {
		return fmt.Errorf("it is %s ago", age)
	}
	return nil
}
