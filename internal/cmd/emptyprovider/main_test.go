package main

import (
	"bytes"
	"os"
	"os/signal"
	"strings"
	"testing"
	"time"

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
			"empty": providerserver.NewProtocol6WithError(empty{}),
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

func TestServe_endsAtAnInterrupt(t *testing.T) {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	mine := make(chan os.Signal, 1) // so that an interrupt before the provider serves does not end the test
	signal.Notify(mine, os.Interrupt)
	defer signal.Stop(mine)
	var said bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- serve(t.Context(), providerserver.ServeOpts{Address: address, Debug: true}, &said)
	}()
	for {
		select {
		case code := <-ended:
			if code != 0 || said.Len() != 0 {
				t.Errorf("the exit code is %d, and it said %q", code, &said)
			}
			return
		case <-time.After(50 * time.Millisecond):
			if err := self.Signal(os.Interrupt); err != nil {
				t.Skip("this system has no signals") // Windows
			}
		}
	}
}

func TestServe_says(t *testing.T) {
	var said bytes.Buffer
	if code := serve(t.Context(), providerserver.ServeOpts{}, &said); code != 1 || !strings.HasPrefix(said.String(), "emptyprovider: ") {
		t.Errorf("without an address the exit code is %d, and it said %q", code, &said)
	}
}
