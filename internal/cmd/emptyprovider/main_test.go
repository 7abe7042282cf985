package main

import (
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"terraform-provider-msgraph/internal/terraformcli"
)

func TestMain(m *testing.M) { os.Exit(terraformcli.Main(m)) }

// The benchmark counts on it that an object is created, changed in place, and planned only when its value changes.
func TestThing(t *testing.T) {
	config := func(value string) string { return `resource "empty_thing" "this" { value = "` + value + `" }` }
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"empty": providerserver.NewProtocol6WithError(empty),
		},
		Steps: []resource.TestStep{
			{Config: config("a"), Check: resource.TestCheckResourceAttr("empty_thing.this", "id", "id")},
			{
				Config: config("b"), Check: resource.TestCheckResourceAttr("empty_thing.this", "value", "b"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("empty_thing.this", plancheck.ResourceActionUpdate),
				}},
			},
			{Config: config("b"), PlanOnly: true},
		},
	})
}
