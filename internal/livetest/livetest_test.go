//go:build live

// Package livetest tries the provider on the real Microsoft Graph: `make testlive` runs it.
// It keeps one call alive that is up already, and leaves it up. With a meeting it places a call into that, and hangs it up.
package livetest

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	tfconfig "github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"terraform-provider-msgraph/internal/process"
	"terraform-provider-msgraph/internal/provider"
	"terraform-provider-msgraph/internal/terraformcli"
)

const (
	callIDVariable   = "MSGRAPH_TEST_CALL_ID"
	joinURLVariable  = "MSGRAPH_TEST_JOIN_URL"
	callbackVariable = "MSGRAPH_TEST_CALLBACK_URI"
)

// needed are the environment variables without which there is nothing to try.
var needed = []struct{ name, what string }{
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
	if os.Getenv(callIDVariable) == "" && os.Getenv(joinURLVariable) == "" {
		missing = append(missing,
			fmt.Sprintf("  %-20s  the ID of a call that is up, placed by the application", callIDVariable),
			fmt.Sprintf("  %-20s  or the link to a meeting that someone is in; with %s, where Graph posts the notifications", joinURLVariable, callbackVariable))
	}
	if len(missing) > 0 {
		fmt.Fprintf(os.Stderr, "The live test needs a real call. These environment variables are missing:\n%s\n", strings.Join(missing, "\n"))
		os.Exit(1)
	}
	os.Exit(terraformcli.Main(m))
}

// TestLive_callKeepalive looks at the call and keeps it alive, twice.
func TestLive_callKeepalive(t *testing.T) {
	if os.Getenv(callIDVariable) == "" {
		t.Skip(callIDVariable + " is not set")
	}
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
		ProtoV6ProviderFactories: factories,
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

// factories make the provider, on the environment.
var factories = map[string]func() (tfprotov6.ProviderServer, error){
	"msgraph": func() (tfprotov6.ProviderServer, error) {
		return provider.NewServer("livetest", process.LogsWanted(os.Environ()))(), nil
	},
}

// TestCall_isPlacedKeptAliveAndHungUp places a call into the meeting, keeps it alive, and hangs it up.
func TestCall_isPlacedKeptAliveAndHungUp(t *testing.T) {
	joinURL, callback := os.Getenv(joinURLVariable), os.Getenv(callbackVariable)
	if joinURL == "" {
		t.Skip(joinURLVariable + " is not set")
	}
	if callback == "" {
		t.Fatal(callbackVariable + " is not set: the https URL to which Graph posts the notifications of the call")
	}
	config := func(trigger string) string {
		return fmt.Sprintf(`
variable "join_url" {
  sensitive = true
}
resource "msgraph_call" "test" {
  callback_uri = %q
  join_url     = var.join_url
  triggers     = { test = %q }
}
`, callback, trigger)
	}
	const address = "msgraph_call.test"
	link := map[string]tfconfig.Variable{"join_url": tfconfig.StringVariable(joinURL)}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: config("first"), ConfigVariables: link,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(address, tfjsonpath.New("alive"), knownvalue.Bool(true)),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("placed_at"), knownvalue.StringFunc(justNow)),
				},
			},
			{
				Config: config("second"), ConfigVariables: link,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				}},
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
