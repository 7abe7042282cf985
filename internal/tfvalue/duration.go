package tfvalue

import (
	"fmt"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/clock"
)

// Duration returns the duration in d, which its validator has checked; zero for null.
func Duration(d types.String) time.Duration {
	duration, _ := time.ParseDuration(d.ValueString())
	return duration
}

// FormatDuration is [clock.FormatDuration].
func FormatDuration(d time.Duration) string { return clock.FormatDuration(d) }

// DurationBelow returns a validator for a duration of at least low and below high.
func DurationBelow(low, high time.Duration) validator.String {
	rule := fmt.Sprintf("must be at least %s and below %s", FormatDuration(low), FormatDuration(high))
	return checkedDuration(rule, func(d time.Duration) bool { return d >= low && d < high })
}

// DurationAtMost returns a validator for a duration of at least low and at most high.
func DurationAtMost(low, high time.Duration) validator.String {
	rule := fmt.Sprintf("must be at least %s and at most %s", FormatDuration(low), FormatDuration(high))
	return checkedDuration(rule, func(d time.Duration) bool { return d >= low && d <= high })
}

var digits = regexp.MustCompile("[0-9]+")

// checkedDuration returns a validator for a duration for which allowed is true, as rule says.
func checkedDuration(rule string, allowed func(time.Duration) bool) validator.String {
	return Checked("a duration that "+rule, func(s string) error {
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
		if _, err := time.ParseDuration(digits.ReplaceAllString(s, "1")); err == nil {
			return fmt.Errorf("%q is too long for a duration", s)
		}
		return fmt.Errorf(`%q is not a duration; write numbers with units, such as "90s", "10m" or "1h30m"`, s)
	})
}
