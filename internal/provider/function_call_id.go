package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"terraform-provider-msgraph/internal/graph"
)

var _ function.Function = callIDFunction{}

// callIDFunction is the function call_id: it extracts the ID of a call from a text.
type callIDFunction struct{}

// Metadata implements [function.Function].
func (callIDFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "call_id"
}

// Definition implements [function.Function].
func (callIDFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Extracts the ID of a call from a path, a URL or a notification",
		MarkdownDescription: "Returns the ID of the call that a text refers to, for example one that a bot has logged. " +
			"Any other text is an error, and so is a notification about several calls. " +
			"Requires Terraform 1.8 or OpenTofu 1.7." + whichObject + "\n\nThe text is one of:\n\n```text\n" + graph.CallIDForms + "\n```",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "text",
			MarkdownDescription: "The ID of the call, or a path, URL, OData context or JSON notification that contains it. Surrounding whitespace is ignored.",
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
