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
func TestCall(t *testing.T) {
	config := func(renewAfter string) string {
		return `resource "twin_call_keepalive" "this" {
  call_id     = "x"
  renew_after = "` + renewAfter + `"
}`
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"twin": providerserver.NewProtocol6WithError(twin),
		},
		Steps: []resource.TestStep{
			{Config: config("10m"), Check: resource.TestCheckResourceAttr("twin_call_keepalive.this", "id", "x")},
			{
				Config: config("20m"), Check: resource.TestCheckResourceAttr("twin_call_keepalive.this", "renew_after", "20m"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("twin_call_keepalive.this", plancheck.ResourceActionUpdate),
				}},
			},
			{Config: config("20m"), PlanOnly: true},
		},
	})
}
