package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

func (p *protocol) validate(config attributes) []*tfprotov6.Diagnostic {
	p.t.Helper()
	resp, err := p.ValidateResourceConfig(p.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: keepaliveType, Config: p.encode(p.resource, config),
	})
	p.must(err, nil)
	return resp.Diagnostics
}

// No duration is long enough to overflow a sum of times.
func TestDurations_areBounded(t *testing.T) {
	t.Parallel()
	const most = "2562047h"
	l := newLab(t)
	p, r := l.protocol(t), l.rpc(t)
	for name, diags := range map[string]string{
		"wait_for_call":  said(p.validate(set("wait_for_call", most))),
		"create timeout": said(p.validate(set("timeouts", attributes{"create": most}))),
		"hold_for":       said(r.validateAction(set("hold_for", most))),
		"invoke timeout": said(r.validateAction(set("timeouts", attributes{"invoke": most}))),
	} {
		expectText(t, diags, "ERROR: Invalid", "2562047h")
		if t.Failed() {
			t.Fatalf("%s: %s", name, diags)
		}
	}
	for name, diags := range map[string]string{
		"wait_for_call": said(p.validate(set("wait_for_call", "44m"))),
		"timeout":       said(p.validate(set("timeouts", attributes{"delete": "24h"}))),
		"hold_for":      said(r.validateAction(set("hold_for", "100h"))),
	} {
		if diags != "" {
			t.Errorf("%s: %s", name, diags)
		}
	}
}
