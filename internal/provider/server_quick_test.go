package provider

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/graphsim"
)

// bothServers are the provider with quick answers and without, configured alike.
type bothServers struct {
	*lab
	quick     *protocol
	answers   *quickAnswers
	framework *protocol
	kept      attributes // the state of a call that was kept alive just now
}

func newBothServers(t *testing.T) *bothServers {
	t.Helper()
	l := newLab(t)
	quick := newServer(l.provider(), false)
	b := &bothServers{lab: l, quick: l.protocolOf(t, quick), answers: quick.quick, framework: l.protocolOf(t, newFramework(l.provider()))}
	config := attributes{"call_id": callID}
	b.kept = b.framework.decode(b.framework.resource, b.framework.apply(b.framework.none(), config, b.framework.plan(b.framework.none(), config)).state)
	b.read(t, question{}.on(b.kept)) // so that both have heard Graph's time
	return b
}

// question is what Terraform may ask of a resource, and what is there when it does. The state
// is that of the call that was kept alive, over which state is laid.
type question struct {
	state, config, identity attributes
	private                 []byte
	fault                   *graphsim.Fault // what Graph answers instead
}

func (q question) String() string {
	return fmt.Sprintf("state %v, config %v, identity %v, private %q, fault %v", q.state, q.config, q.identity, q.private, q.fault)
}

// on is the question with its state as a whole.
func (q question) on(kept attributes) question {
	whole := maps.Clone(kept)
	maps.Copy(whole, q.state)
	q.state = whole
	if q.config == nil {
		q.config = attributes{"call_id": callID}
	}
	return q
}

func (b *bothServers) identity(identity attributes) *tfprotov6.ResourceIdentityData {
	if identity == nil {
		return nil
	}
	return b.framework.identityData(identity)
}

// read returns what both answer, and whether the quick answers had one.
func (b *bothServers) read(t *testing.T, q question) (quick, framework *tfprotov6.ReadResourceResponse, quickly bool) {
	t.Helper()
	request := &tfprotov6.ReadResourceRequest{
		TypeName: keepaliveType, CurrentState: b.framework.encode(b.framework.resource, q.state),
		CurrentIdentity: b.identity(q.identity), Private: q.private,
	}
	b.ResetRequests()
	quick, err := b.quick.ReadResource(t.Context(), request)
	b.quick.must(err, nil)
	sent := b.sent(http.MethodGet)
	b.ResetRequests()
	framework, err = b.framework.ReadResource(t.Context(), request)
	b.framework.must(err, nil)
	if want := b.sent(http.MethodGet); sent != want {
		t.Errorf("%s: %d requests went to Graph, want %d", q, sent, want)
	}
	_, quickAnswer := b.answers.read(t.Context(), request)
	return quick, framework, quickAnswer != nil
}

// plan returns what both answer, and whether the quick answers had one.
func (b *bothServers) plan(t *testing.T, q question) (quick, framework *tfprotov6.PlanResourceChangeResponse, quickly bool) {
	t.Helper()
	p := b.framework
	request := &tfprotov6.PlanResourceChangeRequest{
		TypeName: keepaliveType, PriorState: p.encode(p.resource, q.state), Config: p.encode(p.resource, q.config),
		PriorIdentity: b.identity(q.identity), PriorPrivate: q.private,
	}
	request.ProposedNewState = request.PriorState // Terraform encodes one value always in one way, which encode does not
	if next := p.value(p.resource, proposed(q.state, q.config)); !next.Equal(p.value(p.resource, q.state)) {
		request.ProposedNewState = p.encode(p.resource, proposed(q.state, q.config))
	}
	quick, err := b.quick.PlanResourceChange(t.Context(), request)
	b.quick.must(err, nil)
	framework, err = b.framework.PlanResourceChange(t.Context(), request)
	b.framework.must(err, nil)
	return quick, framework, b.answers.plan(t.Context(), request) != nil
}

// proposed is the state that Terraform proposes: what is configured, and what is computed as
// it was.
func proposed(state, config attributes) attributes {
	all := maps.Clone(state)
	for _, name := range []string{"call_id", "identity", "triggers", "headers", "timeouts"} {
		all[name] = config[name]
	}
	for _, name := range []string{"renew_after", "wait_for_call", "hang_up_on_destroy"} {
		if value, ok := config[name]; ok {
			all[name] = value
		}
	}
	return all
}

// decoded makes values of what is encoded in an answer, so that two can be compared.
func (b *bothServers) decoded() cmp.Option {
	p := b.framework
	value := func(as tftypes.Type, encoded *tfprotov6.DynamicValue) string {
		if encoded == nil {
			return "nothing"
		}
		value, err := encoded.Unmarshal(as)
		if err != nil {
			p.t.Fatal(err)
		}
		return value.String()
	}
	return cmp.Options{
		cmp.Transformer("state", func(d *tfprotov6.DynamicValue) string { return value(p.resource, d) }),
		cmp.Transformer("identity", func(d *tfprotov6.ResourceIdentityData) string {
			if d == nil {
				return "nothing"
			}
			return value(p.identity, d.IdentityData)
		}),
		cmp.Transformer("diagnostic", func(d *tfprotov6.Diagnostic) string {
			return fmt.Sprintf("%s %s: %s: %s", d.Severity, d.Attribute, d.Summary, requestIDs.ReplaceAllString(d.Detail, "ID"))
		}),
		cmp.Comparer(func(a, b *tftypes.AttributePath) bool { return a.String() == b.String() }),
		cmp.Transformer("private", func(private []byte) string { // none at all is written in more than one way
			if string(private) == "{}" {
				return ""
			}
			return string(private)
		}),
	}
}

// compare holds what the provider answers to what the framework does.
func (b *bothServers) compare(t *testing.T, q question) (readQuickly, plannedQuickly bool) {
	t.Helper()
	q = q.on(b.kept)
	if q.fault != nil {
		b.Inject(q.fault.To(http.MethodGet, callID).For(-1))
		defer b.ClearFaults()
	}
	read, want, readQuickly := b.read(t, q)
	if diff := cmp.Diff(want, read, b.decoded()); diff != "" {
		t.Errorf("%s\nread: - framework, + quick\n%s", q, diff)
	}
	planned, wantPlan, plannedQuickly := b.plan(t, q)
	if diff := cmp.Diff(wantPlan, planned, b.decoded()); diff != "" {
		t.Errorf("%s\nplan: - framework, + quick\n%s", q, diff)
	}
	return readQuickly, plannedQuickly
}

// requestIDs are the ids of a request and of its answer, which no two have in common.
var requestIDs = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// age is the part of the state that says how long ago the last keepAlive was.
func age(d time.Duration) attributes {
	return attributes{"last_keepalive_at": start.Add(-d).Format(time.RFC3339)}
}

// answer is a fault in which Graph answers with that call.
func answer(call string) *graphsim.Fault {
	return &graphsim.Fault{Status: http.StatusOK, ContentType: "application/json", Body: []byte(call)}
}

// The quick answers are those of the framework, and are given where they are meant to be.
func TestQuickAnswers(t *testing.T) {
	t.Parallel()
	byIdentity := attributes{"identity": attributes{"call_id": callID, "user_id": "u"}, "call_id": nil}
	for name, c := range map[string]struct {
		question
		read, plan bool // whether each is answered quickly
	}{
		"alive and not due":            {question{}, true, true},
		"almost due":                   {question{state: age(9*time.Minute + 59*time.Second)}, true, true},
		"due":                          {question{state: age(10 * time.Minute)}, true, false},
		"kept in the future":           {question{state: age(-2 * time.Minute)}, true, false},
		"never kept":                   {question{state: attributes{"last_keepalive_at": nil}}, true, false},
		"by the identity block":        {question{state: byIdentity, config: byIdentity}, true, true},
		"from identity to call_id":     {question{state: byIdentity}, true, false},
		"another call":                 {question{config: attributes{"call_id": "other"}}, true, false},
		"a call that is not known":     {question{config: attributes{"call_id": tftypes.UnknownValue}}, true, false},
		"triggers as before":           {question{state: attributes{"triggers": attributes{"a": "b"}}, config: attributes{"call_id": callID, "triggers": attributes{"a": "b"}}}, true, true},
		"triggers changed":             {question{config: attributes{"call_id": callID, "triggers": attributes{"a": "b"}}}, true, false},
		"headers taken out":            {question{state: attributes{"headers": attributes{"a": "b"}}}, true, false},
		"renew_after as before":        {question{state: attributes{"renew_after": "20m"}, config: attributes{"call_id": callID, "renew_after": "20m"}}, true, true},
		"renew_after taken out":        {question{state: attributes{"renew_after": "20m"}}, true, false},
		"renew_after of 0":             {question{state: attributes{"renew_after": "0s"}, config: attributes{"call_id": callID, "renew_after": "0s"}}, true, false},
		"wait_for_call taken out":      {question{state: attributes{"wait_for_call": "1m"}}, true, false},
		"hang_up_on_destroy taken out": {question{state: attributes{"hang_up_on_destroy": true}}, true, false},
		"hang_up_on_destroy as before": {question{state: attributes{"hang_up_on_destroy": true}, config: attributes{"call_id": callID, "hang_up_on_destroy": true}}, true, true},
		"timeouts":                     {question{state: attributes{"timeouts": attributes{"read": "1m"}}, config: attributes{"call_id": callID, "timeouts": attributes{"read": "1m"}}}, true, true},
		"timeouts without read":        {question{state: attributes{"timeouts": attributes{"create": "1m"}}, config: attributes{"call_id": callID, "timeouts": attributes{"create": "1m"}}}, true, true},
		"timeouts changed":             {question{state: attributes{"timeouts": attributes{"read": "1m"}}}, true, false},
		"timeouts of no sense":         {question{state: attributes{"timeouts": attributes{"read": "x"}}, config: attributes{"call_id": callID, "timeouts": attributes{"read": "x"}}}, false, true},
		"alive is not known":           {question{state: attributes{"alive": nil}}, false, false},
		"imported, not read yet":       {question{private: []byte(`{"imported":"dHJ1ZQ=="}`)}, false, false},
		"identity":                     {question{identity: attributes{"call_id": callID}}, true, true},
		"identity with a tenant":       {question{identity: attributes{"call_id": callID, "tenant_id": "t"}}, true, true},
		"identity without a call":      {question{identity: attributes{"tenant_id": "t"}}, false, true},
		"not known to Graph":           {question{fault: new(graphsim.Status(404))}, false, true},
		"not known, not read yet":      {question{fault: new(graphsim.Status(404)), private: []byte(`{"imported":"dHJ1ZQ=="}`)}, false, false},
		"terminated":                   {question{fault: answer(`{"id":"x","state":"Terminated"}`)}, false, true},
		"refused":                      {question{fault: new(graphsim.Status(403))}, false, true},
		"a page from elsewhere":        {question{fault: new(graphsim.HTMLNotFound())}, false, true},
		"an odd state":                 {question{fault: answer(`{"id":"x","state":"somethingNew"}`)}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBothServers(t)
			if read, plan := b.compare(t, c.question); read != c.read || plan != c.plan {
				t.Errorf("a quick answer to read: %t, want %t; to plan: %t, want %t", read, c.read, plan, c.plan)
			}
		})
	}
}

// Any mix of what the cases above are made of gets one answer.
func TestQuickAnswers_mixed(t *testing.T) {
	t.Parallel()
	b := newBothServers(t)
	random := rand.New(rand.NewPCG(1, 2)) // the same in each run
	values := map[string][]any{
		"call_id": {callID, callID, callID, nil, "other"}, "identity": {nil, nil, attributes{"call_id": callID}},
		"renew_after": {"10m", "10m", "20m"}, "wait_for_call": {"0s", "0s", "1m"}, "hang_up_on_destroy": {false, false, true},
		"triggers": {nil, nil, attributes{"a": "1"}}, "headers": {nil, nil, nil, attributes{"a": "1"}}, "timeouts": {nil, nil, nil, attributes{"read": "1m"}},
	}
	pick := func(from []any) any { return from[random.IntN(len(from))] }
	quick := 0
	for range 300 {
		q := question{state: age(time.Duration(random.IntN(12)) * time.Minute), config: attributes{}}
		for _, name := range slices.Sorted(maps.Keys(values)) {
			q.state[name] = pick(values[name])
			q.config[name] = q.state[name]
			switch random.IntN(20) {
			case 0:
				q.config[name] = pick(values[name])
			case 1:
				q.config[name] = nil
			}
		}
		if _, planned := b.compare(t, q); planned {
			quick++
		}
	}
	if quick < 20 || quick > 280 {
		t.Errorf("%d of 300 plans were answered quickly: the mix shows little", quick)
	}
}

func TestQuickAnswers_validate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config  attributes
		quickly bool
	}{
		"an id":             {attributes{"call_id": callID}, true},
		"nothing":           {attributes{}, false},
		"an empty id":       {attributes{"call_id": ""}, false},
		"a path":            {attributes{"call_id": "a/b"}, false},
		"an unknown id":     {attributes{"call_id": tftypes.UnknownValue}, false},
		"both":              {attributes{"call_id": callID, "identity": attributes{"call_id": callID}}, false},
		"identity":          {attributes{"identity": attributes{"call_id": callID}}, false},
		"a bad renew_after": {attributes{"call_id": callID, "renew_after": "45m"}, false},
		"a bad header":      {attributes{"call_id": callID, "headers": attributes{"Host": "x"}}, false},
		"bad timeouts":      {attributes{"call_id": callID, "timeouts": attributes{"read": "x"}}, false},
		"an unknown flag":   {attributes{"call_id": callID, "hang_up_on_destroy": tftypes.UnknownValue}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBothServers(t)
			request := &tfprotov6.ValidateResourceConfigRequest{TypeName: keepaliveType, Config: b.quick.encode(b.quick.resource, c.config)}
			got, err := b.quick.ValidateResourceConfig(t.Context(), request)
			b.quick.must(err, nil)
			want, err := b.framework.ValidateResourceConfig(t.Context(), request)
			b.framework.must(err, nil)
			if diff := cmp.Diff(want, got, b.decoded()); diff != "" {
				t.Errorf("- framework, + quick\n%s", diff)
			}
			if quickly := b.answers.validate(request) != nil; quickly != c.quickly {
				t.Errorf("a quick answer: %t, want %t", quickly, c.quickly)
			}
		})
	}
}

func TestQuickAnswers_upgrade(t *testing.T) {
	t.Parallel()
	for name, old := range oldStates(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBothServers(t)
			request := &tfprotov6.UpgradeResourceStateRequest{
				TypeName: keepaliveType, Version: old.resource.SchemaVersion, RawState: &tfprotov6.RawState{JSON: old.resource.Attributes},
			}
			got, err := b.quick.UpgradeResourceState(t.Context(), request)
			b.quick.must(err, nil)
			want, err := b.framework.UpgradeResourceState(t.Context(), request)
			b.framework.must(err, nil)
			if diff := cmp.Diff(want, got, b.decoded()); diff != "" {
				t.Errorf("- framework, + quick\n%s", diff)
			}
		})
	}
}

func TestQuickAnswers_noUpgrade(t *testing.T) {
	t.Parallel()
	answers := newServer(newLab(t).provider(), false).quick
	for name, request := range map[string]*tfprotov6.UpgradeResourceStateRequest{
		"another version": {TypeName: keepaliveType, Version: 1, RawState: &tfprotov6.RawState{JSON: []byte(`{}`)}},
		"another type":    {TypeName: "msgraph_other", RawState: &tfprotov6.RawState{JSON: []byte(`{}`)}},
		"no state":        {TypeName: keepaliveType},
		"an ancient form": {TypeName: keepaliveType, RawState: &tfprotov6.RawState{Flatmap: map[string]string{"id": "x"}}},
	} {
		if answers.upgrade(request) != nil {
			t.Errorf("%s: there is a quick answer", name)
		}
	}
}

// With a log asked for, there are no quick answers: each step has its line.
func TestQuickAnswers_notWhenTraced(t *testing.T) {
	t.Parallel()
	if newServer(newLab(t).provider(), true).quick != nil {
		t.Error("there are quick answers although a log is asked for")
	}
}
