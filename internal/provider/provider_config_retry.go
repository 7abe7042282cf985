package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
)

// retryBlock is the block that says how failures that may pass are tried again.
func retryBlock() schema.SingleNestedBlock {
	duration := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true, MarkdownDescription: description,
			Validators: []validator.String{aboveZero()},
		}
	}
	d := graph.DefaultRetry
	return schema.SingleNestedBlock{
		MarkdownDescription: "How a request that failed for a reason that may pass is tried again: when Graph answers 408, 429, 500, 502, 503 or 504, " +
			"or no answer comes; likewise for the requests for tokens. An operation never takes longer than its `timeouts` allow.",
		Attributes: map[string]schema.Attribute{
			"max_retries": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: "How many tries may follow the first one; `0` for none (default: as many as the operation has time for).",
			},
			"delay": duration(fmt.Sprintf("The wait before the second try, as a duration such as `\"500ms\"` (default: `\"%s\"`). It doubles from "+
				"one to the next, less up to a half of it by chance. A wait that the answer advises (`Retry-After`) takes its place.", formatDuration(d.Delay))),
			"max_delay": duration(fmt.Sprintf("The longest of these waits (default: `\"%s\"`). It does not shorten a wait that the answer advises.", formatDuration(d.MaxDelay))),
		},
		Validators: []validator.Object{retryValidator{}},
	}
}

// retryConfig is the block.
type retryConfig struct {
	maxRetries      types.Int64
	delay, maxDelay types.String
}

func newRetryConfig(block types.Object) retryConfig {
	c := retryConfig{maxRetries: types.Int64Null(), delay: types.StringNull(), maxDelay: types.StringNull()}
	attributes := block.Attributes()
	if v, ok := attributes["max_retries"].(types.Int64); ok {
		c.maxRetries = v
	}
	if v, ok := attributes["delay"].(types.String); ok {
		c.delay = v
	}
	if v, ok := attributes["max_delay"].(types.String); ok {
		c.maxDelay = v
	}
	return c
}

// options are what the block says, and the defaults for the rest. One bound that is set
// moves the other out of its way.
func (c retryConfig) options() graph.RetryOptions {
	o := graph.DefaultRetry
	if !c.maxRetries.IsNull() {
		o.MaxRetries = int(min(c.maxRetries.ValueInt64(), 1<<30))
	}
	if !c.delay.IsNull() {
		o.Delay = durationOf(c.delay)
		o.MaxDelay = max(o.MaxDelay, o.Delay)
	}
	if !c.maxDelay.IsNull() {
		o.MaxDelay = durationOf(c.maxDelay)
		o.Delay = min(o.Delay, o.MaxDelay)
	}
	return o
}

// retry reads the block; all of it must be known.
func (r *settingReader) retry(block types.Object) graph.RetryOptions {
	at := path.Root("retry")
	if block.IsUnknown() {
		r.unknownIn(at)
		return graph.DefaultRetry
	}
	c := newRetryConfig(block)
	for name, unknown := range map[string]bool{
		"max_retries": c.maxRetries.IsUnknown(), "delay": c.delay.IsUnknown(), "max_delay": c.maxDelay.IsUnknown(),
	} {
		if unknown {
			r.unknownIn(at.AtName(name))
		}
	}
	return c.options()
}

// retryValidator checks that the delays go together.
type retryValidator struct{}

// Description implements [validator.Object].
func (retryValidator) Description(context.Context) string {
	return "must have a delay that is not longer than the longest"
}

// MarkdownDescription implements [validator.Object].
func (v retryValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject implements [validator.Object].
func (retryValidator) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	c := newRetryConfig(req.ConfigValue)
	if c.delay.IsNull() || c.delay.IsUnknown() || c.maxDelay.IsNull() || c.maxDelay.IsUnknown() {
		return
	}
	if delay, maxDelay := durationOf(c.delay), durationOf(c.maxDelay); delay > maxDelay {
		resp.Diagnostics.AddAttributeError(req.Path.AtName("max_delay"), "Invalid Max Delay",
			fmt.Sprintf("The longest wait, %s, is shorter than the first one, %s.", formatDuration(maxDelay), formatDuration(delay)))
	}
}
