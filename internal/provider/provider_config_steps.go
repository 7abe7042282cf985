package provider

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/pipelinestep"
)

// The positions of a pipeline step.
const (
	positionPrepend = "prepend"
	positionAppend  = "append"
)

// stepsBlock is the block, any number of times, that puts programs of the user's into the pipeline.
func stepsBlock() schema.ListNestedBlock {
	return schema.ListNestedBlock{
		MarkdownDescription: "A program that sees each request to Graph before it goes, and each answer after; it may change headers, " +
			"fail the operation or respond in Graph's place. It gets one JSON document on its standard input and answers with one on its " +
			"standard output: see [the guide](guides/http-pipeline-steps.md). Any number of blocks; they see a request in the order in which they are " +
			"written, and its answer in the reverse order. A step never sees or sets `Authorization`, and requests for tokens reach none. " +
			"The failure of a step is the operation's, which is not tried again.",
		NestedObject: schema.NestedBlockObject{
			Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{
					Required: true, Validators: []validator.String{checked("must be the name of a step", checkStepName)},
					MarkdownDescription: "What errors call the step; no two have the same name.",
				},
				"position": schema.StringAttribute{
					Required: true, Validators: []validator.String{stringvalidator.OneOf(positionPrepend, positionAppend)},
					MarkdownDescription: "`\"prepend\"`: once for each operation, before retries and credentials. `\"append\"`: once for each " +
						"attempt, next to the wire.",
				},
				"command": schema.ListAttribute{
					Required: true, ElementType: types.StringType,
					Validators: []validator.List{listvalidator.SizeAtLeast(1)},
					MarkdownDescription: "The program, by its path or its name in `PATH`, and its arguments. There is no shell between. Other users " +
						"of the machine may see arguments: what is secret belongs into `environment`.",
				},
				"environment": schema.MapAttribute{
					Optional: true, Sensitive: true, ElementType: types.StringType,
					MarkdownDescription: "Environment variables of the program. Their values are treated as secrets, and kept out of logs and errors. " +
						"Of the provider's own environment it gets what programs need to run at all, such as `PATH` and `HOME`, and no more.",
				},
				"timeout": schema.StringAttribute{
					Optional: true, Validators: []validator.String{aboveZero()},
					MarkdownDescription: fmt.Sprintf("How long the program may take each time, as a duration such as `\"2s\"` (default: `\"%s\"`). "+
						"The operation's own time bounds it as well.", formatDuration(pipelinestep.DefaultTimeout)),
				},
			},
		},
		Validators: []validator.List{stepsValidator{}},
	}
}

var stepName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)

func checkStepName(name string) error {
	if !stepName.MatchString(name) {
		return errors.New("a step's name is made of up to 64 letters, digits, hyphens, dots and underscores, and begins with a letter or digit")
	}
	return nil
}

// pipelineSteps are the steps by their positions, in order.
type pipelineSteps struct{ prepend, append []pipelinestep.Step }

// secrets are what the steps alone are to know.
func (s pipelineSteps) secrets() (all []string) {
	for _, steps := range [][]pipelinestep.Step{s.prepend, s.append} {
		for _, step := range steps {
			for _, value := range step.Environment {
				all = append(all, value)
			}
		}
	}
	return all
}

// steps reads the blocks; all of them must be known.
func (r *settingReader) steps(blocks types.List) (s pipelineSteps) {
	at := path.Root("http_pipeline_step")
	if blocks.IsUnknown() {
		r.unknownIn(at)
		return s
	}
	for i, block := range blocks.Elements() {
		object, ok := block.(types.Object)
		if !ok {
			continue
		}
		if object.IsUnknown() {
			r.unknownIn(at.AtListIndex(i))
			continue
		}
		step, position := r.step(at.AtListIndex(i), object)
		if position == positionPrepend {
			s.prepend = append(s.prepend, step)
		} else {
			s.append = append(s.append, step)
		}
	}
	return s
}

// step reads one block.
func (r *settingReader) step(at path.Path, block types.Object) (step pipelinestep.Step, position string) {
	attributes := block.Attributes()
	text := func(name string) types.String {
		value, _ := attributes[name].(types.String)
		if value.IsUnknown() {
			r.unknownIn(at.AtName(name))
		}
		return value
	}
	step.Name, position = text("name").ValueString(), text("position").ValueString()
	step.Timeout = durationOf(text("timeout"))
	command, _ := attributes["command"].(types.List)
	unknown := command.IsUnknown()
	for _, element := range command.Elements() {
		argument, ok := knownString(element)
		unknown = unknown || !ok
		step.Command = append(step.Command, argument)
	}
	if unknown {
		r.unknownIn(at.AtName("command"))
	}
	step.Environment = r.stepEnvironment(step.Name, attributes["environment"])
	return step, position
}

// stepEnvironment reads the variables of a step. What is wrong with them is said of no attribute:
// Terraform shows the source of the one that an error is about.
func (r *settingReader) stepEnvironment(step string, value any) map[string]string {
	environment, _ := value.(types.Map)
	unknown, all := environment.IsUnknown(), map[string]string{}
	for name, element := range environment.Elements() {
		unknown = unknown || element.IsUnknown()
		all[name], _ = knownString(element)
	}
	if unknown {
		r.diags.AddError(summaryUnknown, unknownDetail(fmt.Sprintf("environment of the http_pipeline_step %q", step)))
	}
	return all
}

// stepsValidator checks that the steps can be told apart, and started.
type stepsValidator struct{}

// Description implements [validator.List].
func (stepsValidator) Description(context.Context) string {
	return "must have names of their own, and programs"
}

// MarkdownDescription implements [validator.List].
func (v stepsValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateList implements [validator.List].
func (stepsValidator) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	seen := map[string]bool{}
	for i, block := range req.ConfigValue.Elements() {
		object, ok := block.(types.Object)
		if !ok || object.IsNull() || object.IsUnknown() {
			continue
		}
		at, attributes := req.Path.AtListIndex(i), object.Attributes()
		name, known := knownString(attributes["name"])
		if known && seen[name] {
			resp.Diagnostics.AddAttributeError(at.AtName("name"), "Two Steps of One Name",
				fmt.Sprintf("There is an http_pipeline_step %q already. Errors name a step; give each a name of its own.", name))
		}
		seen[name] = known
		if command, ok := attributes["command"].(types.List); ok && len(command.Elements()) > 0 {
			if program, ok := knownString(command.Elements()[0]); (ok && program == "") || command.Elements()[0].IsNull() {
				resp.Diagnostics.AddAttributeError(at.AtName("command"), "Invalid Command", "The command of a step begins with a program, not with an empty text.")
			}
		}
		variables, _ := attributes["environment"].(types.Map)
		for variable, element := range variables.Elements() {
			if value, _ := knownString(element); element.IsNull() || !pipelinestep.CheckVariable(variable, value) {
				resp.Diagnostics.AddError("Invalid Environment", fmt.Sprintf(
					"In the environment of the http_pipeline_step %q: %q cannot be set. A name is not empty and has no equals sign; a value is no null and has no NUL.",
					name, variable))
			}
		}
	}
}
