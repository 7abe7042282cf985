package provider

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// An apply takes memory, and so time, in proportion to the calls that have ended: a copy of ended for each call would be
// their square. The test is not parallel, as it measures the memory of the whole process.
func TestCallKeepalives_manyEndedCalls(t *testing.T) { //nolint:paralleltest // see above
	const calls, mostBytes = 4000, 64 << 20
	ids, ended := map[string]attr.Value{}, map[string]attr.Value{}
	for i := range calls {
		name := fmt.Sprintf("n%04d", i)
		ids[name], ended[name] = types.StringValue("id-"+name), types.StringValue("the conversation has ended")
	}
	k := keepAlivesApply{model: &callKeepalivesResourceModel{
		OnEnded: types.StringValue(onEndedReport),
		Calls:   types.MapValueMust(types.StringType, ids),
		Ended:   types.MapValueMust(types.StringType, ended),
	}}
	l := newLab(t)
	r := &callKeepalivesResource{baseResource{data: l.configuredData(t)}}
	var diags diag.Diagnostics
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r.keep(t.Context(), &k, defaultTimeout, &diags)
	runtime.ReadMemStats(&after)
	if len(diags) > 0 || k.total != calls {
		t.Errorf("%d calls, %v", k.total, diags)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > mostBytes {
		t.Errorf("an apply over %d ended calls took %d MiB", calls, took>>20)
	}
	l.expectSent(t, 0)
}
