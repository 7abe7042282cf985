package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// whichObject ends the description of an object with the page that tells the objects apart.
const whichObject = " [Which one do I use?](../guides/which-object.md)"

// isCallID returns a validator for the ID of a call.
func isCallID() validator.String {
	return tfvalue.Checked("must be the ID of a call", graph.CheckCallID)
}

// maxTimeout bounds timeouts, so that no sum of times overflows. A day is longer than any
// operation can wait for.
const maxTimeout = 24 * time.Hour

// checkTimeouts refuses timeouts that leave no time at all, or no end; the type of the block
// refuses those that are not durations.
func checkTimeouts(block map[string]attr.Value, diags *diag.Diagnostics) {
	for operation, value := range block {
		text, _ := tfvalue.KnownString(value)
		if d, err := time.ParseDuration(text); err == nil && (d <= 0 || d > maxTimeout) {
			diags.AddAttributeError(path.Root("timeouts").AtName(operation), "Invalid Timeout",
				fmt.Sprintf("A timeout must be above zero and at most %s, not %q.", tfvalue.FormatDuration(maxTimeout), text))
		}
	}
}
