package graph

import (
	"math"
	"net/http"
	"regexp"
	"strconv"
	"testing"
	"time"
)

var plainSeconds = regexp.MustCompile(`^\d{1,7}(\.\d{1,6})?$`)

// Whatever advice comes, the wait is never below zero; plain seconds, whole or not, are
// kept as they are, and no number makes more than a year.
func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{
		"", "0", "-1", "1", "2.128", "120", "1e3", "1e400", "-1e400", "NaN", "Inf", "-Inf", "0x1p-2", "1_0", " 1", "1 ", "1,5", "1;2", "٣", "9223372036854775807",
		"Tue, 03 Feb 2026 04:05:06 GMT", "Tuesday, 03-Feb-26 04:05:06 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "2026-02-03T04:05:06Z", "\x00",
	} {
		f.Add(value, "Tue, 03 Feb 2026 04:05:00 GMT")
		f.Add(value, "")
	}
	now := time.Date(2026, 2, 3, 4, 5, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value, date string) {
		got := retryAfter(http.Header{"Retry-After": {value}, "Date": {date}}, now)
		seconds, err := strconv.ParseFloat(value, 64)
		switch {
		case got < 0:
			t.Errorf("%q: a wait of %s", value, got)
		case err == nil && got > 365*24*time.Hour:
			t.Errorf("%q: a wait of %s, above a year", value, got)
		case plainSeconds.MatchString(value) && math.Abs(got.Seconds()-seconds) > 1e-6:
			t.Errorf("%q: a wait of %s", value, got)
		}
	})
}
