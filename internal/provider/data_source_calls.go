package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

var (
	_ datasource.DataSourceWithConfigure      = (*callsDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*callsDataSource)(nil)
)

// callsDataSource is the data source msgraph_calls: which of many calls are alive now.
type callsDataSource struct{ baseDataSource }

// callsDataSourceModel is the data source msgraph_calls in configuration and state.
type callsDataSourceModel struct {
	Calls    types.Map      `tfsdk:"calls"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`

	Alive     types.Map `tfsdk:"alive"`
	State     types.Map `tfsdk:"state"`
	EndReason types.Map `tfsdk:"end_reason"`
}

// Schema implements [datasource.DataSource].
func (d *callsDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	byName := func(element attr.Type, description string) schema.Attribute {
		return schema.MapAttribute{Computed: true, ElementType: element, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads many calls side by side, without sending a `keepAlive`. A call that has ended, or that Graph does not know, is " +
			"not an error. One that cannot be read is `null` in every map, with a warning; when no call can be read, that is an error." + whichObject,
		Attributes: map[string]schema.Attribute{
			callsAttribute: schema.MapAttribute{ElementType: types.StringType, Required: true, MarkdownDescription: callsDescription},
			"alive":        byName(types.BoolType, "Whether each call is alive, by its name."),
			"state":        byName(types.StringType, "Graph's `callState` of each call, by its name, such as `established`; null for a call that Graph does not know."),
			"end_reason": byName(types.StringType, "Why each call is not alive, by its name; null for a live call. "+
				"The same text as in the data source [`msgraph_call`](call.md)."),
		},
		Blocks: map[string]schema.Block{
			"timeouts": described(timeouts.BlockWithOpts(ctx, timeouts.Opts{
				ReadDescription: timeoutDescription("reading all calls may take, retries included"),
			})),
		},
	}
}

// ValidateConfig implements [datasource.DataSourceWithValidateConfig]. Terraform also validates right before it reads;
// then, an invalid entry of calls fails only by itself.
func (d *callsDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config callsDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	checkTimeouts(config.Timeouts.Attributes(), &resp.Diagnostics)
	if d.data == nil {
		checkCalls(config.Calls, &resp.Diagnostics)
	}
}

// Read implements [datasource.DataSource].
func (d *callsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model callsDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	timeout, diags := model.Timeouts.Read(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := d.data.clock.WithTimeout(ctx, timeout)
	defer cancel()
	calls, failures := knownCalls(model.Calls)
	outcomes := forEachCall(ctx, d.data, calls, func(ctx context.Context, c namedCall, o graph.OperationOption) (callStatus, error) {
		return d.read(ctx, c.id, o)
	})
	failures = append(failures, failuresOf(outcomes)...)
	const closing = "Calls that could not be read are null in alive, state and end_reason."
	if reportUnread(failures, len(model.Calls.Elements()), closing, "", &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	model.set(outcomes)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// callStatus is what was read of one call.
type callStatus struct {
	alive            bool
	state, endReason types.String
}

// read reads one call.
func (d *callsDataSource) read(ctx context.Context, id string, o graph.OperationOption) (callStatus, error) {
	call, err := d.data.getCall(ctx, id, o)
	end, err := endOfCall(call, err, false)
	return callStatus{!end.ended(), tfvalue.TextOrNull(call.State), tfvalue.TextOrNull(end.reason)}, err
}

// set records what was read; what was not read is null.
func (m *callsDataSourceModel) set(outcomes []callOutcome[callStatus]) {
	alive, state, endReason := map[string]attr.Value{}, map[string]attr.Value{}, map[string]attr.Value{}
	for name := range m.Calls.Elements() {
		alive[name], state[name], endReason[name] = types.BoolNull(), types.StringNull(), types.StringNull()
	}
	for _, o := range outcomes {
		if name := o.call.name; o.err == nil {
			alive[name], state[name], endReason[name] = types.BoolValue(o.value.alive), o.value.state, o.value.endReason
		}
	}
	m.Alive = types.MapValueMust(types.BoolType, alive)
	m.State, m.EndReason = types.MapValueMust(types.StringType, state), types.MapValueMust(types.StringType, endReason)
}
