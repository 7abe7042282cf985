package provider

import (
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

const export = "export_response_headers = true"

// Without being asked for, response_headers is null, and known to be so in every plan.
func TestCallKeepaliveExportResponseHeaders_isOffByDefault(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	null := plancheck.ExpectKnownValue(address, tfjsonpath.New("response_headers"), knownvalue.Null())
	step := func(arguments string) resource.TestStep {
		return resource.TestStep{
			Config:            l.minimal(arguments),
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{null}},
			ConfigStateChecks: []statecheck.StateCheck{value("response_headers", knownvalue.Null())},
		}
	}
	due := step("")
	due.PreConfig = func() { l.clock.Advance(10 * time.Minute) }
	l.unitTest(t, step(""), due, step("export_response_headers = false"))
}

func TestCallKeepaliveExportResponseHeaders_fillsThemFromTheNextKeepAliveOn(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	unknown := plancheck.ExpectUnknownValue(address, tfjsonpath.New("response_headers"))
	filled := value("response_headers", knownvalue.MapPartial(map[string]knownvalue.Check{
		"content-type": knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("text/plain")}),
	}))
	sameID := statecheck.CompareValuePairs(address, tfjsonpath.New("request_id"),
		address, tfjsonpath.New("response_headers").AtMapKey("request-id").AtSliceIndex(0), compare.ValuesSame())
	on := resource.TestStep{
		Config:            l.minimal(export),
		ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{unknown}},
		ConfigStateChecks: []statecheck.StateCheck{filled, value("request_id", knownvalue.StringRegexp(regexp.MustCompile("."))), sameID},
	}
	due := on
	due.PreConfig = func() { l.clock.Advance(10 * time.Minute) }
	off := resource.TestStep{Config: l.minimal(""), ConfigStateChecks: []statecheck.StateCheck{value("response_headers", knownvalue.Null())}}
	l.unitTest(t, on, due, off, on)
}

// Whether the headers are wanted may be known only in the apply.
func TestCallKeepaliveExportResponseHeaders_unknownInThePlan(t *testing.T) {
	t.Parallel()
	for _, wanted := range []string{"true", "false"} {
		t.Run(wanted, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			config := func(arguments string) string {
				return "resource \"terraform_data\" \"wanted\" {\n input = " + wanted + "\n}\n" + l.minimal(arguments)
			}
			want := value("response_headers", knownvalue.Null())
			if wanted == "true" {
				want = value("response_headers", knownvalue.NotNull())
			}
			l.unitTest(t, resource.TestStep{
				Config:            config("export_response_headers = terraform_data.wanted.output"),
				ConfigStateChecks: []statecheck.StateCheck{want},
			})
		})
	}
}
