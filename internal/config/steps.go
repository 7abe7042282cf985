package config

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/pipelinestep"
	"terraform-provider-msgraph/internal/tfvalue"
)

// The positions of a pipeline step.
const (
	positionPrepend = "prepend"
	positionAppend  = "append"
)

// Bounds for the timeout of a step: no program starts within the lower one, and the upper one
// exceeds the 45 minutes after which Graph ends a call.
const (
	minStepTimeout = time.Millisecond
	maxStepTimeout = time.Hour
)

// stepsBlock is the block, any number of times, that adds the user's programs to the HTTP pipeline.
func stepsBlock() schema.ListNestedBlock {
	return schema.ListNestedBlock{
		MarkdownDescription: "A program that processes each request to Graph before it is sent, and each response. It may change headers, " +
			"fail the operation, or respond in place of Graph. It reads one JSON document from standard input and writes one to " +
			"standard output: see [the guide](guides/http-pipeline-steps.md). The block may be repeated; steps process a request in the " +
			"order in which they are declared, and its response in reverse order. Steps never see or set `Authorization`, and do not " +
			"process requests for tokens. If a step fails, the operation fails and is not retried.",
		NestedObject: schema.NestedBlockObject{Attributes: stepAttributes()},
		Validators:   []validator.List{stepsValidator{"must have unique names, and programs that can be started"}},
	}
}

func stepAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required: true, Validators: []validator.String{tfvalue.Checked("must be the name of a step", checkStepName)},
			MarkdownDescription: "The name of the step in errors. It must be unique.",
		},
		"position": schema.StringAttribute{
			Required: true, Validators: []validator.String{stringvalidator.OneOf(positionPrepend, positionAppend)},
			MarkdownDescription: "`\"prepend\"` runs the step once per operation, before retries and authentication. `\"append\"` runs it " +
				"once per attempt, immediately before the request is sent.",
		},
		"command": schema.ListAttribute{
			Required: true, ElementType: types.StringType,
			Validators: []validator.List{listvalidator.SizeAtLeast(1)},
			MarkdownDescription: "The program, as a path or a name in `PATH`, followed by its arguments. The command is not run in a shell. Other " +
				"users of the machine may be able to see arguments: pass secrets in `environment`.",
		},
		"environment": schema.MapAttribute{
			Optional: true, Sensitive: true, ElementType: types.StringType,
			MarkdownDescription: "Environment variables of the program. Their values are treated as secrets and kept out of logs and errors. " +
				"Of the provider's own environment, the program gets only what programs need to run, such as `PATH` and `HOME`.",
		},
		"timeout": schema.StringAttribute{
			Optional: true, Validators: []validator.String{tfvalue.DurationAtMost(minStepTimeout, maxStepTimeout)},
			MarkdownDescription: fmt.Sprintf("The maximum time for each run of the program, as a duration such as `\"2s\"`. The timeout of the "+
				"operation applies as well. Default: `\"%s\"`.", tfvalue.FormatDuration(pipelinestep.DefaultTimeout)),
		},
	}
}

var stepName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)

func checkStepName(name string) error {
	if !stepName.MatchString(name) {
		return errors.New("the name of a step consists of up to 64 letters, digits, hyphens, dots and underscores, and begins with a letter or digit")
	}
	return nil
}

// stepModel is one block.
type stepModel struct {
	Name        types.String `tfsdk:"name"`
	Position    types.String `tfsdk:"position"`
	Command     types.List   `tfsdk:"command"`
	Environment types.Map    `tfsdk:"environment"`
	Timeout     types.String `tfsdk:"timeout"`
}

// step is what the block says, once all of it is known.
func (m stepModel) step() pipelinestep.Step {
	s := pipelinestep.Step{Name: m.Name.ValueString(), Timeout: tfvalue.Duration(m.Timeout), Environment: map[string]string{}}
	for _, argument := range m.Command.Elements() {
		text, _ := tfvalue.KnownString(argument)
		s.Command = append(s.Command, text)
	}
	for name, value := range m.Environment.Elements() {
		s.Environment[name], _ = tfvalue.KnownString(value)
	}
	return s
}

// steps reads the blocks, by their positions.
func (r *settingReader) steps(ctx context.Context, blocks types.List) (prepended, appended []pipelinestep.Step) {
	at := path.Root("http_pipeline_step")
	if blocks.IsUnknown() {
		r.addUnknown(at, false)
		return nil, nil
	}
	for i, block := range blocks.Elements() {
		object, ok := block.(types.Object)
		if !ok {
			continue
		}
		var m stepModel
		r.block(ctx, at.AtListIndex(i), object, stepAttributes(), &m)
		if m.Position.ValueString() == positionPrepend {
			prepended = append(prepended, m.step())
		} else {
			appended = append(appended, m.step())
		}
	}
	return prepended, appended
}

// stepsValidator checks that the names of the steps are unique and that their programs can be started.
type stepsValidator struct{ description }

// ValidateList implements [validator.List].
func (stepsValidator) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	seen := map[string]bool{}
	for i, block := range req.ConfigValue.Elements() {
		object, ok := block.(types.Object)
		if !ok || object.IsNull() || object.IsUnknown() {
			continue
		}
		var m stepModel
		resp.Diagnostics.Append(asStruct(ctx, object, &m)...)
		at, name := req.Path.AtListIndex(i), m.Name.ValueString()
		if name != "" && seen[name] {
			resp.Diagnostics.AddAttributeError(at.AtName("name"), "Duplicate Step Name",
				fmt.Sprintf("Another http_pipeline_step is named %q. Errors refer to steps by name; give each step a unique name.", name))
		}
		seen[name] = true
		m.checkCommand(at.AtName("command"), resp)
		m.checkEnvironment(resp)
	}
}

// checkCommand adds an error for a command that cannot be run.
func (m stepModel) checkCommand(at path.Path, resp *validator.ListResponse) {
	for i, argument := range m.Command.Elements() {
		if argument.IsNull() {
			resp.Diagnostics.AddAttributeError(at.AtListIndex(i), "Invalid Command", "An argument must not be null; omit it, or use an empty string.")
		} else if text, known := tfvalue.KnownString(argument); i == 0 && known && text == "" {
			resp.Diagnostics.AddAttributeError(at, "Invalid Command", "The first element of command must be a program, not an empty string.")
		}
	}
}

// checkEnvironment adds an error for each variable that cannot be set. The errors have no attribute path:
// Terraform would show the source of the attribute, with the values.
func (m stepModel) checkEnvironment(resp *validator.ListResponse) {
	environment := m.Environment.Elements()
	for _, variable := range slices.Sorted(maps.Keys(environment)) {
		element := environment[variable]
		if value, _ := tfvalue.KnownString(element); element.IsNull() || !pipelinestep.CheckVariable(variable, value) {
			resp.Diagnostics.AddError("Invalid Environment", fmt.Sprintf(
				"In the environment of the http_pipeline_step %q: %q cannot be set. A name must not be empty or contain an equals sign; "+
					"a value must not be null or contain a NUL character.", m.Name.ValueString(), variable))
		}
	}
}
