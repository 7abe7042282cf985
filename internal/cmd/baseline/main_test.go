package main

import (
	"fmt"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"terraform-provider-msgraph/internal/terraformcli"
)

func TestMain(m *testing.M) { os.Exit(terraformcli.Main(m)) }

// The benchmark relies on objects that are created, changed in place, and planned only when their configuration changes.
func TestResources_planOnlyChanges(t *testing.T) {
	for name, config := range map[string]string{
		"baseline_object":         `value = "%d0m"`,
		"baseline_call_keepalive": "call_id = \"x\"\nrenew_after = \"%d0m\"",
	} {
		t.Run(name, func(t *testing.T) {
			config := func(generation int) string {
				return fmt.Sprintf("resource %q \"this\" {\n"+config+"\n}", name, generation)
			}
			action := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
				return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(name+".this", action)}}
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
					"baseline": providerserver.NewProtocol6WithError(newProvider()),
				},
				Steps: []resource.TestStep{
					{Config: config(1), ConfigPlanChecks: action(plancheck.ResourceActionCreate)},
					{Config: config(2), ConfigPlanChecks: action(plancheck.ResourceActionUpdate)},
					{Config: config(2), PlanOnly: true},
				},
			})
		})
	}
}
