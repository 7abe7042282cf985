package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// addRefusals adds the summaries with which attributes refuse a value that is none of theirs.
func addRefusals[A any](t *testing.T, found map[string]bool, attributes map[string]A) {
	t.Helper()
	for name, attribute := range attributes {
		a, ok := any(attribute).(interface{ StringValidators() []validator.String })
		if !ok {
			continue
		}
		for _, v := range a.StringValidators() {
			var resp validator.StringResponse
			v.ValidateString(t.Context(), validator.StringRequest{Path: path.Root(name), ConfigValue: types.StringValue("\x00")}, &resp)
			for _, d := range resp.Diagnostics {
				found[d.Summary()] = true
			}
		}
	}
}

// The summaries that are made of the name of an attribute stand on the page about troubleshooting, too.
func TestGuides_troubleshootingHasEveryRefusal(t *testing.T) {
	t.Parallel()
	ctx, p, found := t.Context(), &msgraph{}, map[string]bool{}
	var settings provider.SchemaResponse
	p.Schema(ctx, provider.SchemaRequest{}, &settings)
	addRefusals(t, found, settings.Schema.GetAttributes())
	for _, block := range settings.Schema.GetBlocks() {
		addRefusals(t, found, block.GetNestedObject().GetAttributes())
	}
	for _, object := range p.Resources(ctx) {
		var of resource.SchemaResponse
		object().Schema(ctx, resource.SchemaRequest{}, &of)
		addRefusals(t, found, of.Schema.GetAttributes())
		for _, block := range of.Schema.GetBlocks() {
			addRefusals(t, found, block.GetNestedObject().GetAttributes())
		}
	}
	for _, object := range p.DataSources(ctx) {
		var of datasource.SchemaResponse
		object().Schema(ctx, datasource.SchemaRequest{}, &of)
		addRefusals(t, found, of.Schema.GetAttributes())
	}
	for _, object := range p.EphemeralResources(ctx) {
		var of ephemeral.SchemaResponse
		object().Schema(ctx, ephemeral.SchemaRequest{}, &of)
		addRefusals(t, found, of.Schema.GetAttributes())
	}
	for _, object := range p.Actions(ctx) {
		var of action.SchemaResponse
		object().Schema(ctx, action.SchemaRequest{}, &of)
		addRefusals(t, found, of.Schema.GetAttributes())
	}
	if len(found) < 15 {
		t.Errorf("only %d summaries were found", len(found))
	}
	text := strings.Join(strings.Fields(guide(t, "troubleshooting.md")), " ")
	for summary := range found {
		if general := "Invalid Attribute Value"; strings.HasPrefix(summary, general) {
			summary = general
		}
		if !strings.Contains(text, "**"+summary+"**") {
			t.Errorf("the page does not have the summary %q", summary)
		}
	}
}
