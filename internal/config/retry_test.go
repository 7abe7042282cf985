package config

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
)

func TestProviderRetry_options(t *testing.T) {
	t.Parallel()
	duration := func(s string) types.String {
		if s == "" {
			return types.StringNull()
		}
		return types.StringValue(s)
	}
	d := graph.DefaultRetry
	for _, test := range []struct {
		max             types.Int64
		delay, maxDelay string
		want            graph.RetryOptions
	}{
		{types.Int64Null(), "", "", d},
		{types.Int64Value(0), "", "", graph.RetryOptions{MaxRetries: 0, Delay: d.Delay, MaxDelay: d.MaxDelay}},
		{types.Int64Value(3), "2s", "5s", graph.RetryOptions{MaxRetries: 3, Delay: 2 * time.Second, MaxDelay: 5 * time.Second}},
		{types.Int64Value(1 << 40), "", "", graph.RetryOptions{MaxRetries: 1 << 30, Delay: d.Delay, MaxDelay: d.MaxDelay}},
		{types.Int64Null(), "2m", "", graph.RetryOptions{MaxRetries: -1, Delay: 2 * time.Minute, MaxDelay: 2 * time.Minute}},
		{types.Int64Null(), "", "100ms", graph.RetryOptions{MaxRetries: -1, Delay: 100 * time.Millisecond, MaxDelay: 100 * time.Millisecond}},
	} {
		test.want.AttemptTimeout = d.AttemptTimeout
		if got := (retryModel{test.max, duration(test.delay), duration(test.maxDelay)}).options(); got != test.want {
			t.Errorf("got %+v of %v, %q, %q, want %+v", got, test.max, test.delay, test.maxDelay, test.want)
		}
	}
}
