package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"

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
