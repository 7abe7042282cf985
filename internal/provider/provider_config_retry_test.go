package provider

import (
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// retrying is the lab's configuration with a retry block in it.
func (l *lab) retrying(attributes string) string {
	return strings.Replace(l.minimal(""), "provider \"msgraph\" {\n", "provider \"msgraph\" {\n  retry {\n    "+attributes+"\n  }\n", 1)
}

func TestProviderRetry_block(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		attributes string
		fault      graphsim.Fault
		code       int
		posts      int
		says       []string
		waits      time.Duration // at most, and half of that at least
	}{
		"none":              {"max_retries = 0", graphsim.Status(503).For(-1), 1, 1, []string{"gave up after 0 retries", "503 Service Unavailable"}, 0},
		"two":               {"max_retries = 2", graphsim.Status(503).For(-1), 1, 3, []string{"after 3 requests", "gave up after 2 retries"}, 0},
		"enough":            {"max_retries = 2", graphsim.Status(503).For(2), 0, 3, nil, 0},
		"as many as it can": {"delay = \"40s\"\nmax_delay = \"40s\"", graphsim.Status(503).For(-1), 1, 0, []string{"operation's timeout"}, 0},
		"an empty block":    {"", graphsim.Status(503).For(3), 0, 4, nil, 0},
		"after a delay":     {"delay = \"40s\"\nmax_delay = \"40s\"", graphsim.Status(503), 0, 2, nil, 40 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.Inject(test.fault.To("POST", "/keepAlive"))
			out, code := newWorkspace(t, l, l.retrying(test.attributes)).run("apply", "-auto-approve")
			if code != test.code {
				t.Errorf("apply exited %d, want %d:\n%s", code, test.code, out)
			}
			expectText(t, out, test.says...)
			got := l.sent("POST")
			if test.posts > 0 && got != test.posts || test.posts == 0 && (got < 3 || got > 6) { // 2 minutes hold 3 to 6 of 20s to 40s
				t.Errorf("got %d requests, want %d", got, test.posts)
			}
			if waited := l.clock.Now().Sub(start); test.waits > 0 && (waited < test.waits/2 || waited > test.waits) {
				t.Errorf("the retry came after %s, want %s to %s", waited, test.waits/2, test.waits)
			}
		})
	}
}

func TestProviderRetry_wrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ attributes, says string }{
		"no delay": {`delay = "0s"`, "The duration must be at least 10ms and at most 1h"},
		"unknown":  {"max_retries = terraform_data.late.output", "The value of retry.max_retries is known only after apply"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			out, code := newWorkspace(t, l, "resource \"terraform_data\" \"late\" { input = \"1\" }\n"+l.retrying(test.attributes)).run("plan")
			if code != 1 || len(l.Requests()) != 0 {
				t.Errorf("plan exited %d after %d requests", code, len(l.Requests()))
			}
			expectText(t, out, test.says)
		})
	}
}
