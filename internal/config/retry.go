package config

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// Bounds for the delays of the retry block. A shorter delay is probably a mistyped unit, and would send
// thousands of requests a second. A longer one exceeds the 45 minutes after which Graph
// ends a call.
const (
	minRetryDelay = 10 * time.Millisecond
	maxRetryDelay = time.Hour
)

// retryBlock is the block that says how transient failures are retried.
func retryBlock() schema.SingleNestedBlock {
	duration := func(description string, standard time.Duration) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf("%s At least `\"%s\"`, at most `\"%s\"`. Default: `\"%s\"`.", description,
				tfvalue.FormatDuration(minRetryDelay), tfvalue.FormatDuration(maxRetryDelay), tfvalue.FormatDuration(standard)),
			Validators: []validator.String{tfvalue.DurationAtMost(minRetryDelay, maxRetryDelay)},
		}
	}
	return schema.SingleNestedBlock{
		MarkdownDescription: "How transient failures are retried: the status codes 408, 429, 500, 502, 503 and 504, and requests that get no " +
			"response. This applies to requests to Graph and for tokens. An operation never takes longer than its `timeouts` allow.",
		Attributes: map[string]schema.Attribute{
			"max_retries": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: "The maximum number of retries; `0` disables them. Default: as many as the operation has time for.",
			},
			"delay": duration("The delay before the first retry, as a duration such as `\"500ms\"`. It doubles with each retry, and is "+
				"shortened by a random part of up to one half. `Retry-After` in a response takes precedence.", graph.DefaultRetry.Delay),
			"max_delay": duration("The maximum delay between retries. It does not shorten a delay that `Retry-After` requires.", graph.DefaultRetry.MaxDelay),
		},
		Validators: []validator.Object{retryValidator{"delay must not exceed max_delay"}},
	}
}

// retryModel is the block.
type retryModel struct {
	MaxRetries types.Int64  `tfsdk:"max_retries"`
	Delay      types.String `tfsdk:"delay"`
	MaxDelay   types.String `tfsdk:"max_delay"`
}

// options returns the options of the block, with defaults for the rest. If only one of the delays is
// set, the default of the other is adjusted to it.
func (m retryModel) options() graph.RetryOptions {
	o := graph.DefaultRetry
	if !m.MaxRetries.IsNull() {
		o.MaxRetries = int(min(m.MaxRetries.ValueInt64(), 1<<30))
	}
	if !m.Delay.IsNull() {
		o.Delay = tfvalue.Duration(m.Delay)
		o.MaxDelay = max(o.MaxDelay, o.Delay)
	}
	if !m.MaxDelay.IsNull() {
		o.MaxDelay = tfvalue.Duration(m.MaxDelay)
		o.Delay = min(o.Delay, o.MaxDelay)
	}
	return o
}

// retry reads the block.
func (r *settingReader) retry(ctx context.Context, block types.Object) graph.RetryOptions {
	var m retryModel
	r.block(ctx, path.Root("retry"), block, retryBlock().Attributes, &m)
	return m.options()
}

// retryValidator checks that delay does not exceed max_delay.
type retryValidator struct{ description }

// ValidateObject implements [validator.Object].
func (retryValidator) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	var m retryModel
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		resp.Diagnostics.Append(asStruct(ctx, req.ConfigValue, &m)...)
	}
	if m.Delay.IsNull() || m.Delay.IsUnknown() || m.MaxDelay.IsNull() || m.MaxDelay.IsUnknown() {
		return
	}
	if delay, maxDelay := tfvalue.Duration(m.Delay), tfvalue.Duration(m.MaxDelay); delay > maxDelay {
		resp.Diagnostics.AddAttributeError(req.Path.AtName("max_delay"), "Invalid Max Delay",
			fmt.Sprintf("max_delay (%s) must not be shorter than delay (%s).", tfvalue.FormatDuration(maxDelay), tfvalue.FormatDuration(delay)))
	}
}
