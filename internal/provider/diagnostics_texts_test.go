package provider

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/testos"
)

// An interrupt between two attempts: Graph has responded, and Go's own words say nothing to a user. All attempts took less than
// a second.
func TestDiagnostics_ofAnInterruptBetweenAttempts(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]attributes{
		keepaliveType:               set(),
		"msgraph_call_keepalives":   {"calls": attributes{"a": callID}},
		callType:                    placingConfig(nil),
		keepaliveType + ", waiting": set("wait_for_call", "1m"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.block = attributes{"retry": attributes{"max_retries": 3, "delay": "100ms", "max_delay": "100ms"}}
			l.Inject(graphsim.Throttled("").To(http.MethodPost, "").For(-1))
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			l.beforeSleep(2, interrupt)
			typeName, _, _ := strings.Cut(name, ",")
			p := l.protocol(t).of(typeName)
			_, diags := p.tryApply(ctx, p.none(), config, p.plan(p.none(), config))
			expectOne(t, diags, isError, "Interrupted", "requests. Response to POST", "429 Too Many Requests", "The run was interrupted.")
			if text := said(diags); contextText.MatchString(text) || strings.Contains(text, "before Graph responded") {
				t.Errorf("it says:\n%s", text)
			}
		})
	}
}

// The last response is what a call that is not established in time is reported with, also where the last read got none.
func TestDiagnostics_ofACallThatIsNotShownInTime(t *testing.T) {
	t.Parallel()
	for name, hangs := range map[string]bool{"404 to the end": false, "the last read hangs": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.becomes(graphsim.Outcome{KnownAfter: time.Hour})
			if hangs {
				fault := graphsim.Stalled().To(http.MethodGet, "/calls/").For(-1)
				fault.Skip = 1
				l.Inject(fault)
			}
			p := l.protocol(t).of(callType)
			config := placingConfig(attributes{"timeouts": attributes{"create": "8s"}})
			planned := p.plan(p.none(), config)
			l.outlast(t, []time.Duration{8 * time.Second}, l.stalled, func() {
				_, diags := p.tryApply(t.Context(), p.none(), config, planned)
				expectOne(t, diags, isError, "Call Not Established", "was not established within 8s: Graph has not shown it yet.",
					"The last response was 404 Not Found, code 8522", "(request-id ", "tainted")
				if text := said(diags); contextText.MatchString(text) || strings.Contains(text, "no response") {
					t.Errorf("it says:\n%s", text)
				}
			})
		})
	}
}

// Who has set wait_for_call is told how long that was, and not to set it.
func TestDiagnostics_afterWaitForCall(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]attributes{
		keepaliveType:             {"call_id": "57dab8b1-0000-4000-8000-000000000001"},
		"msgraph_call_keepalives": {"calls": attributes{"a": "57dab8b1-0000-4000-8000-000000000001"}},
	} {
		for wait, says := range map[string]string{"0s": `set wait_for_call (for example "1m")`, "8s": "The provider waited 8s for the call (wait_for_call)."} {
			t.Run(name+" "+wait, func(t *testing.T) {
				t.Parallel()
				config := maps.Clone(config)
				config["wait_for_call"] = wait
				p := newLab(t).protocol(t).of(name)
				_, diags := p.tryApply(t.Context(), p.none(), config, p.tryPlan(p.none(), config))
				expectOne(t, diags, isError, "Call Not Found", says)
				if other := "set wait_for_call"; strings.Contains(said(diags), other) != strings.Contains(says, other) {
					t.Errorf("it says:\n%s", said(diags))
				}
			})
		}
	}
}

// Where the timeout of a read comes from is said of a read only.
func TestDiagnostics_ofAnUnavailableGraph(t *testing.T) {
	t.Parallel()
	const ofRead = "This read used timeouts.read from the last apply."
	for typeName, config := range map[string]attributes{
		keepaliveType:             set(),
		"msgraph_call_keepalives": {"calls": attributes{"a": callID}},
		callType:                  placingConfig(nil),
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.block = attributes{"retry": attributes{"max_retries": 0}}
			p := l.protocol(t).of(typeName)
			r := p.apply(p.none(), config, p.plan(p.none(), config))
			l.Inject(graphsim.Status(http.StatusServiceUnavailable).To("", "").For(-1))
			_, diags := p.refresh(r)
			expectOne(t, diags, isError, "Graph Is Unavailable", ofRead)
			l.clock.Advance(time.Hour)
			_, diags = p.tryApply(t.Context(), r, config, p.plan(r, config))
			expectOne(t, diags, isError, "Graph Is Unavailable")
			if strings.Contains(said(diags), "This read") {
				t.Errorf("an update says:\n%s", said(diags))
			}
		})
	}
}

// A cause that has its own advice is not followed by a general one, which repeats or contradicts it.
func TestDiagnostics_adviseOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*lab)
		says   string
	}{
		"network": {func(l *lab) {
			l.dial = func(context.Context, string, string) (net.Conn, error) {
				return nil, errors.New("network is unreachable")
			}
		}, "Check the network, the proxy settings and authority_host."},
		"TLS": {func(l *lab) { delete(l.withEnv(l.environ()...).env, "MSGRAPH_CA_CERTIFICATE_FILE") },
			"set ca_certificate_file to a PEM file with its CA certificate."},
		"secret": {func(l *lab) { l.withEnv(l.environ()...).env["ARM_CLIENT_SECRET"] = "wr0ng~secret" }, "The value of client_secret (ARM_CLIENT_SECRET) is wrong: use"},
		"tenant": {func(l *lab) {
			l.withEnv(l.environ()...).env["ARM_TENANT_ID"] = "2f1a1100-b174-40a0-aba7-0b405e01ed92"
		}, "check tenant_id, environment and authority_host."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			c.change(l)
			_, diags := l.readCalls(t, attributes{"calls": attributes{"a": callID}})
			expectOne(t, diags, isError, c.says, "sent to Graph.")
			for _, once := range []string{"Check the network", "ca_certificate_file", "authority_host"} {
				if strings.Count(said(diags), once) > 1 || strings.Contains(said(diags), "graph_endpoint") || strings.Contains(said(diags), "provider's credential") {
					t.Errorf("it says:\n%s", said(diags))
				}
			}
		})
	}
}

// What a failed pipeline step leaves open depends on whether the request was sent.
func TestDiagnostics_ofAPipelineStep(t *testing.T) {
	t.Parallel()
	testos.NeedsUnix(t)
	const nothing, maybe = "Nothing was sent to Graph.", "Graph may already have acted"
	for phase, says := range map[string]string{"request": nothing, "response": maybe} {
		t.Run(phase, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.block = attributes{"http_pipeline_step": []any{attributes{"name": "x", "position": "append", "command": []any{
				"sh", "-c", `grep -q '"phase":"` + phase + `"' && exit 3; printf '{"version":1}'`,
			}}}}
			p := l.protocol(t)
			_, diags := p.tryApply(t.Context(), p.none(), set(), p.tryPlan(p.none(), set()))
			expectOne(t, diags, isError, "Pipeline Step Failed", "exit status 3", says)
			if strings.Contains(said(diags), nothing) == strings.Contains(said(diags), maybe) {
				t.Errorf("it says:\n%s", said(diags))
			}
		})
	}
}

// Of several calls, some may have failed before the request, and some after it.
func TestDiagnostics_ofAPipelineStepOfManyCalls(t *testing.T) {
	t.Parallel()
	testos.NeedsUnix(t)
	l := newLab(t)
	l.block = attributes{"http_pipeline_step": []any{attributes{"name": "x", "position": "append", "command": []any{
		"sh", "-c", `document=$(cat); case $document in *'"request"'*id-a*|*'"response"'*id-b*) exit 3 ;; esac; printf '{"version":1}'`,
	}}}}
	m := l.keeps(t, "abc").apply()
	expectOne(t, m.diags, isError, "Pipeline Step Failed", "a, b", "The other call was kept alive: c.", "A failed step is not retried.")
	if text := said(m.diags); strings.Contains(text, "Nothing was sent") {
		t.Errorf("b was kept alive, and it says:\n%s", text)
	}
	l.expectKept(t, "bc")
}
