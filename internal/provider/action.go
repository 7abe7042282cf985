package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/tfvalue"
)

// reporter sends progress messages to Terraform.
type reporter struct {
	send func(action.InvokeProgressEvent)
}

// report sends one, unless ctx is done first: there may be no one left to receive it, and
// sending would block forever.
func (r reporter) report(ctx context.Context, message string) {
	if ctx.Err() != nil {
		return
	}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		r.send(action.InvokeProgressEvent{Message: message})
	}()
	select {
	case <-sent:
	case <-ctx.Done():
	}
}

// clockTime formats the time of day, in UTC.
func clockTime(t time.Time) string { return t.UTC().Format("15:04:05Z") }

// formatLeft formats how much is left of a hold, with seconds only near the end.
func formatLeft(d time.Duration) string {
	if d >= 10*time.Minute {
		return tfvalue.FormatDuration(d.Round(time.Minute))
	}
	return tfvalue.FormatDuration(d.Round(time.Second))
}

// checkedText is the value of an attribute, and its validator.
type checkedText struct {
	at    path.Path
	value types.String
	validator.String
}

// checkKnown applies the schema's validators to values that are known by now.
func checkKnown(ctx context.Context, header types.Map, texts []checkedText, diags *diag.Diagnostics) {
	var headers validator.MapResponse
	tfvalue.HeadersValidator{}.ValidateMap(ctx, validator.MapRequest{Path: path.Root("headers"), ConfigValue: header}, &headers)
	diags.Append(headers.Diagnostics...)
	for _, text := range texts {
		var resp validator.StringResponse
		text.ValidateString(ctx, validator.StringRequest{Path: text.at, ConfigValue: text.value}, &resp)
		diags.Append(resp.Diagnostics...)
	}
}
