package provider

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"terraform-provider-msgraph/internal/graph"
)

// checkedString is a validator that asks a check of the domain's about a known string.
type checkedString struct {
	description string
	check       func(string) error
}

// checked returns a validator whose error is check's, in a sentence.
func checked(description string, check func(string) error) validator.String {
	return checkedString{description, check}
}

// Description implements [validator.String].
func (v checkedString) Description(context.Context) string { return v.description }

// MarkdownDescription implements [validator.String].
func (v checkedString) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements [validator.String].
func (v checkedString) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+attributeTitle(req.Path), capitalize(err))
	}
}

// isCallID returns a validator for the id of a call.
func isCallID() validator.String {
	return checked("must be the id of a call", graph.CheckCallID)
}

// notEmpty returns a validator for a provider setting. An empty one is more often a
// variable that was forgotten than a wish to fall back to the environment.
func notEmpty() validator.String {
	return checked("must not be empty", func(s string) error {
		if s == "" {
			return errors.New("an empty value is refused, because it would quietly stand for another one; leave the attribute out, or set it to null, to use the environment")
		}
		return nil
	})
}

// durationBetween returns a validator for a duration of at least low and below high.
func durationBetween(low, high time.Duration) validator.String {
	rule := fmt.Sprintf("must be at least %s and below %s", formatDuration(low), formatDuration(high))
	return checkedDuration(rule, func(d time.Duration) bool { return d >= low && d < high })
}

// notNegative returns a validator for a duration of zero or more.
func notNegative() validator.String {
	return checkedDuration("must not be negative", func(d time.Duration) bool { return d >= 0 })
}

// aboveZero returns a validator for a duration of more than zero.
func aboveZero() validator.String {
	return checkedDuration("must be above zero", func(d time.Duration) bool { return d > 0 })
}

// checkedDuration returns a validator for a duration for which allowed is true, as rule says.
func checkedDuration(rule string, allowed func(time.Duration) bool) validator.String {
	return checked("a duration that "+rule, func(s string) error {
		d, err := time.ParseDuration(s)
		switch {
		case err == nil && !allowed(d):
			return fmt.Errorf("the duration %s, not %q", rule, s)
		case err == nil:
			return nil
		}
		if _, err := time.ParseDuration(s + "s"); err == nil {
			return fmt.Errorf(`%q has no unit; write "%sm" for minutes, or "%ss" for seconds`, s, s, s)
		}
		return fmt.Errorf(`%q is not a duration; write numbers with units, such as "90s", "10m" or "1h30m"`, s)
	})
}

// headersValidator checks the names and values of request headers.
type headersValidator struct{}

// Description implements [validator.Map].
func (headersValidator) Description(context.Context) string {
	return "must hold headers that HTTP allows and that the request does not set itself"
}

// MarkdownDescription implements [validator.Map].
func (v headersValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateMap implements [validator.Map].
func (headersValidator) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	elements := req.ConfigValue.Elements()
	names := make([]string, 0, len(elements))
	for name := range elements {
		names = append(names, name)
	}
	sort.Strings(names)
	seen := map[string]string{}
	for _, name := range names {
		at := req.Path.AtMapKey(name)
		if twin, ok := seen[strings.ToLower(name)]; ok {
			resp.Diagnostics.AddAttributeError(at, "Invalid Header",
				fmt.Sprintf("%q and %q are the same header: names differ in more than case. Keep one of them.", twin, name))
		}
		seen[strings.ToLower(name)] = name
		value, known := knownString(elements[name])
		if !known {
			value = ""
		}
		if err := graph.CheckHeader(name, value); err != nil {
			resp.Diagnostics.AddAttributeError(at, "Invalid Header", fmt.Sprintf("Header %q: %s.", name, err))
		}
	}
}

// maxTimeout bounds timeouts, so that no sum of times overflows. A day is longer than any
// operation can wait for.
const maxTimeout = 24 * time.Hour

// checkTimeouts refuses timeouts that leave no time at all, or no end; the type of the block
// refuses those that are not durations.
func checkTimeouts(block map[string]attr.Value, diags *diag.Diagnostics) {
	for operation, value := range block {
		text, _ := knownString(value)
		if d, err := time.ParseDuration(text); err == nil && (d <= 0 || d > maxTimeout) {
			diags.AddAttributeError(path.Root("timeouts").AtName(operation), "Invalid Timeout",
				fmt.Sprintf("A timeout must be above zero and at most %s, not %q.", formatDuration(maxTimeout), text))
		}
	}
}
