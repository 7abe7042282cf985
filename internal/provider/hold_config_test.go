package provider

import (
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What is refused in the ephemeral resource and the action alike: something for each validator. The resource's own test has
// all that they refuse.
var badKeepaliveConfigs = map[string]struct {
	config attributes
	says   []string
}{
	"no call":                  {set("call_id", nil), []string{"Missing Call ID", `AttributeName("call_id")`}},
	"two calls":                {set("identity", attributes{"call_id": "a"}), []string{"Conflicting Call ID"}},
	"identity without call_id": {set("call_id", nil, "identity", attributes{"user_id": "u"}), []string{"Missing Call ID", `AttributeName("identity").AttributeName("call_id")`}},
	"empty id":                 {set("call_id", ""), []string{"Invalid Call ID", "must not be empty"}},
	"slash":                    {set("call_id", "a/b"), []string{"Invalid Call ID", `must not contain "/"`}},
	"renew_after too short":    {set("renew_after", "59s"), []string{"Invalid Renew After", "at least 1m and below 45m"}},
	"renew_after at the limit": {set("renew_after", "45m"), []string{"Invalid Renew After", "below 45m"}},
	"Authorization":            {set("headers", attributes{"authorization": "Bearer x"}), []string{"Invalid Header", "the provider's credential sets it"}},
}

func TestEphemeral_badConfiguration(t *testing.T) {
	t.Parallel()
	for name, c := range badKeepaliveConfigs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newLab(t).rpcUnconfigured(t) // as for terraform validate
			expectOne(t, r.validateEphemeral(c.config), isError, c.says...)
		})
	}
}

// What an action is given to know only in the apply is checked there, before anything is
// sent: Terraform does not ask the validators again.
func TestAction_badConfiguration(t *testing.T) {
	t.Parallel()
	cases := maps.Clone(badKeepaliveConfigs)
	maps.Copy(cases, map[string]struct {
		config attributes
		says   []string
	}{
		"hold_for below 0":      {set("hold_for", "-1s"), []string{"Invalid Hold For", "must be at least 0s and below 168h"}},
		"hold_for in words":     {set("hold_for", "long"), []string{`"long" is not a duration; write numbers with units`}},
		"hold_for without unit": {set("hold_for", "60"), []string{`"60" has no unit; write "60m" for minutes`}},
		"no time at all":        {set("timeouts", attributes{"invoke": "0s"}), []string{"Invalid Timeout", "must be above zero"}},
		"timeouts in words":     {set("timeouts", attributes{"invoke": "soon"}), []string{"soon"}},
	})
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			expectOne(t, l.rpcUnconfigured(t).validateAction(c.config), isError, c.says...)
			messages, diags := l.rpc(t).invoke(t.Context(), c.config)
			expectOne(t, diags, isError, c.says[:1]...)
			if n := len(l.Requests()); n != 0 || len(messages) != 0 {
				t.Errorf("it sent %d requests, and messages: %q", n, messages)
			}
		})
	}
}

// All mistakes that become known in the apply are reported together, in the same order each time.
func TestAction_reportsAllMistakes(t *testing.T) {
	t.Parallel()
	wrong := func(pairs ...any) attributes {
		return set(append(pairs, "headers", attributes{"authorization": "x"}, "hold_for", "-1s", "renew_after", "1s", "timeouts", attributes{"invoke": "0s"})...)
	}
	many := wrong("on_ended", "perhaps", "calls", attributes{})
	delete(many, "call_id")
	l := newLab(t)
	for _, c := range []struct {
		r      *rpc
		config attributes
		at     []string
	}{
		{l.rpc(t), wrong("call_id", "a/b"), []string{"timeouts", "headers", "call_id", "hold_for", "renew_after"}},
		{l.rpcOfMany(t), many, []string{"timeouts", "headers", "hold_for", "on_ended", "renew_after"}},
	} {
		for range 3 {
			_, diags := c.r.invoke(t.Context(), c.config)
			var at []string
			for _, d := range diags {
				at = append(at, string(d.Attribute.Steps()[0].(tftypes.AttributeName)))
			}
			if !slices.Equal(at, c.at) {
				t.Fatalf("the errors are of %s, want %s:\n%s", at, c.at, said(diags))
			}
		}
	}
}

// What is not known yet is not judged yet.
func TestKeepalive_unknownConfiguration(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]attributes{
		"call_id":     set("call_id", tftypes.UnknownValue),
		"id within":   set("call_id", nil, "identity", attributes{"call_id": tftypes.UnknownValue}),
		"renew_after": set("renew_after", tftypes.UnknownValue),
		"headers":     set("headers", tftypes.UnknownValue),
		"a header":    set("headers", attributes{"X-Run": tftypes.UnknownValue}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newLab(t).rpcUnconfigured(t)
			expectNothing(t, r.validateEphemeral(config))
			expectNothing(t, r.validateAction(config))
		})
	}
	r := newLab(t).rpcUnconfigured(t)
	expectNothing(t, r.validateAction(set("hold_for", tftypes.UnknownValue, "timeouts", attributes{"invoke": tftypes.UnknownValue})))
	expectNothing(t, r.validateEphemeral(set("hang_up_on_close", tftypes.UnknownValue)))
}
