package provider

import (
	"context"

	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

const timeoutsDescription = "How long each operation may take, retries included. An operation that runs out of time ends in the error of " +
	"its last attempt."

// lastApplied ends the description of the timeout of a resource's read: Terraform gives a refresh nothing but the state.
const lastApplied = " A refresh uses the value from the last apply; to apply a new one first, use `-refresh=false`."

// described returns a timeouts block with a description, which the library's own does not have.
func described[B any](block B) B {
	var withDescription any
	switch s := any(block).(type) {
	case resourceschema.SingleNestedBlock:
		s.MarkdownDescription = timeoutsDescription
		withDescription = s
	case datasourceschema.SingleNestedBlock:
		s.MarkdownDescription = timeoutsDescription
		withDescription = s
	case actionschema.SingleNestedBlock:
		s.MarkdownDescription = timeoutsDescription
		withDescription = s
	}
	if b, ok := withDescription.(B); ok {
		return b
	}
	return block // of a kind that the test would find without a description
}

// takeConfigured plans a block as it is in the configuration, and reports whether Terraform had proposed something else:
// before 1.3.8, it proposes the block in state after it has been removed from the configuration, and then rejects the plan.
func takeConfigured[V attr.Value](ctx context.Context, config tfsdk.Config, block string, planned *V, diags *diag.Diagnostics) (changed bool) {
	var configured V
	found := config.GetAttribute(ctx, path.Root(block), &configured)
	diags.Append(found...)
	if found.HasError() || (*planned).Equal(configured) {
		return false
	}
	*planned = configured
	return true
}
