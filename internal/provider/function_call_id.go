package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"terraform-provider-msgraph/internal/graph"
)

var _ function.Function = callIDFunction{}

// callIDFunction is the function call_id: the id of a call, taken out of whatever carries it.
type callIDFunction struct{}

func newCallIDFunction() function.Function { return callIDFunction{} }

// Metadata implements [function.Function].
func (callIDFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "call_id"
}

// Definition implements [function.Function].
func (callIDFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Takes the id of a call out of a path, URL or notification that carries it",
		MarkdownDescription: "Returns the id of the call that a text names, for instance one that a bot has logged. " +
			"Anything else is an error, and so is a notification about several calls. " +
			"Needs Terraform 1.8 or OpenTofu 1.7." + whichObject + "\n\nThe text is one of:\n\n```text\n" + graph.CallIDForms + "\n```",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "text",
			MarkdownDescription: "The call id, or a path, URL, OData context or notification's JSON that carries it. Space around it is ignored.",
		}},
		Return: function.StringReturn{},
	}
}

// Run implements [function.Function].
func (callIDFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	id, err := graph.ParseCallID(text)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, noCallIDIn(err))
		return
	}
	resp.Error = resp.Result.Set(ctx, id)
}
