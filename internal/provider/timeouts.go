package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"terraform-provider-msgraph/internal/tfvalue"
)

const (
	// defaultTimeout is the default of every timeout except that of placing a call.
	defaultTimeout = 2 * time.Minute
	// maxTimeout bounds timeouts, so that no sum of times overflows. No operation needs a day.
	maxTimeout = 24 * time.Hour
)

const timeoutsDescription = "How long each operation may take, retries included. An operation that runs out of time ends in the error of " +
	"its last attempt."

// lastApplied ends the description of the timeout of a resource's read: Terraform gives a refresh nothing but the state.
const lastApplied = " A refresh uses the value from the last apply; to apply a new one first, use `-refresh=false`."

// timeoutDescription describes a timeout with the default of [defaultTimeout].
func timeoutDescription(what string) string { return timeoutOf(defaultTimeout, what) }

// timeoutOf is [timeoutDescription] for another default.
func timeoutOf(standard time.Duration, what string) string {
	return fmt.Sprintf("How long %s, as a duration such as `\"90s\"` (default: `\"%s\"`).", what, tfvalue.FormatDuration(standard))
}

// checkTimeouts adds an error for each timeout that is not above zero, or is too long; the type of the block adds
// those for values that are not durations.
func checkTimeouts(block map[string]attr.Value, diags *diag.Diagnostics) {
	for _, operation := range slices.Sorted(maps.Keys(block)) {
		text, _ := tfvalue.KnownString(block[operation])
		if d, err := time.ParseDuration(text); err == nil && (d <= 0 || d > maxTimeout) {
			diags.AddAttributeError(path.Root("timeouts").AtName(operation), "Invalid Timeout",
				fmt.Sprintf("A timeout must be above zero and at most %s, not %q.", tfvalue.FormatDuration(maxTimeout), text))
		}
	}
}

// described adds a description to a timeouts block, for which the library has no option.
func described[B any](block B) B {
	var withDescription any
	switch s := any(block).(type) {
	case resourceschema.SingleNestedBlock:
		s.MarkdownDescription = timeoutsDescription
		withDescription = s
	case datasourceschema.SingleNestedBlock:
		s.MarkdownDescription = timeoutsDescription
		withDescription = s
	case actionschema.SingleNestedBlock:
		s.MarkdownDescription = timeoutsDescription
		withDescription = s
	}
	if b, ok := withDescription.(B); ok {
		return b
	}
	return block // a test finds the kinds without a description
}

// takeConfigured plans a block as it is in the configuration, and reports whether Terraform had proposed something else:
// before 1.3.8, it proposes the block in state after it has been removed from the configuration, and then rejects the plan.
func takeConfigured[V attr.Value](ctx context.Context, config tfsdk.Config, block string, planned *V, diags *diag.Diagnostics) (changed bool) {
	var configured V
	found := config.GetAttribute(ctx, path.Root(block), &configured)
	diags.Append(found...)
	if found.HasError() || (*planned).Equal(configured) {
		return false
	}
	*planned = configured
	return true
}
