package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/keepalive"
)

// callKeepalivesResourceModel is the resource msgraph_call_keepalives in configuration, plan and state.
type callKeepalivesResourceModel struct {
	dueWindow

	Calls       types.Map      `tfsdk:"calls"`
	Triggers    types.Map      `tfsdk:"triggers"`
	Headers     types.Map      `tfsdk:"headers"`
	WaitForCall types.String   `tfsdk:"wait_for_call"`
	OnEnded     types.String   `tfsdk:"on_ended"`
	Timeouts    timeouts.Value `tfsdk:"timeouts"`

	Ended types.Map `tfsdk:"ended"`
}

// endedIsError reports whether a call that has ended is an error. An on_ended that is not known yet may
// turn out to be that.
func (m *callKeepalivesResourceModel) endedIsError() bool {
	return m.OnEnded.ValueString() != onEndedReport
}

// aliveIDs returns the IDs of the calls that are not in ended.
func (m *callKeepalivesResourceModel) aliveIDs() []string {
	known, _ := knownCalls(m.Calls)
	ended := m.Ended.Elements()
	ids := make([]string, 0, len(known))
	for _, c := range known {
		if _, ok := ended[c.name]; !ok {
			ids = append(ids, c.id)
		}
	}
	return ids
}

// expectKeepAlives plans keepAlives over the prior state, the zero value for none: what they will set is
// unknown. ended is not, except as [plannedEnded] says: an apply adds nothing to it, and what depends on it must
// not flicker.
func (m *callKeepalivesResourceModel) expectKeepAlives(state callKeepalivesResourceModel) {
	m.Ended = plannedEnded(state, m.Calls)
	if m.sendsNone() {
		m.setTimes(keepalive.Tracker{})
		return
	}
	m.expectKeepAlive()
}

// sendsNone reports whether it is certain that there is no call to send a keepAlive to.
func (m *callKeepalivesResourceModel) sendsNone() bool {
	if unknownIDs(m.Calls) || m.OnEnded.IsUnknown() {
		return false
	}
	if m.endedIsError() {
		known, _ := knownCalls(m.Calls)
		return len(known) == 0
	}
	return len(m.aliveIDs()) == 0
}

// plannedEnded is the state's ended, less the names that are gone or whose IDs change.
//
// An ID that is not known is taken to change, as when a call that has ended is placed again. If it turns out the same,
// Terraform refuses the plan that it makes anew in the apply, in which the name is back, and the next run succeeds.
// Nothing tells that plan what the first one did not know: see [mayBeApply]. Whatever is planned for
// an ID that is not known, there is an ID with which the plan in the apply has to say otherwise, as it keeps the name of one
// that is the same and drops that of one that changes; and an unknown ended would break for_each whenever a call is placed
// again. When no ID is known at all, there is nothing to take: most IDs stay, and every such apply would
// be refused.
func plannedEnded(state callKeepalivesResourceModel, calls types.Map) types.Map {
	if calls.IsUnknown() && len(state.Ended.Elements()) > 0 {
		return types.MapUnknown(types.StringType)
	}
	planned := map[string]attr.Value{}
	ids, prior := calls.Elements(), state.Calls.Elements()
	for name, reason := range state.Ended.Elements() {
		if id, ok := ids[name]; ok && id.Equal(prior[name]) {
			planned[name] = reason
		}
	}
	return types.MapValueMust(types.StringType, planned)
}

// setTimes sets when the calls that have not ended were kept alive.
func (m *callKeepalivesResourceModel) setTimes(kept keepalive.Tracker) {
	m.LastKeepaliveAt, m.RenewAt, m.ExpiresAt = timetypes.NewRFC3339Null(), timetypes.NewRFC3339Null(), timetypes.NewRFC3339Null()
	if _, last, ok := kept.Oldest(m.aliveIDs()); ok {
		m.keptAt(last)
	}
}

// keptKey is the key in the private state of the [keepalive.Tracker], by ID: names may be swapped. If it cannot be read, all is due.
const keptKey = "kept"
