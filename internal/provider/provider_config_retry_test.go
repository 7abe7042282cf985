package provider

import (
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

func TestProviderRetry_block(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		retry attributes
		fault graphsim.Fault
		posts int
		says  []string      // of an error
		waits time.Duration // at most, and half of that at least
	}{
		"none":          {attributes{"max_retries": 0}, graphsim.Status(503).For(-1), 1, []string{"did not retry, as max_retries is 0", "503 Service Unavailable"}, 0},
		"two":           {attributes{"max_retries": 2}, graphsim.Status(503).For(-1), 3, []string{"after 3 requests", "gave up after 2 retries"}, 0},
		"after a delay": {attributes{"delay": "40s", "max_delay": "40s"}, graphsim.Status(503), 2, nil, 40 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.block = attributes{"retry": test.retry}
			l.Inject(test.fault.To("POST", "/keepAlive"))
			_, diags := l.protocol(t).create(set())
			expectOneOrNothing(t, diags, isError, test.says...)
			l.expectSent(t, test.posts)
			if waited := l.clock.Now().Sub(start); test.waits > 0 && (waited < test.waits/2 || waited > test.waits) {
				t.Errorf("the retry came after %s, want %s to %s", waited, test.waits/2, test.waits)
			}
		})
	}
}
