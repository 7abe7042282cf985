package provider

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// runCallID runs the function as the framework does.
func runCallID(t *testing.T, text attr.Value) (attr.Value, *function.FuncError) {
	t.Helper()
	resp := function.RunResponse{Result: function.NewResultData(types.StringUnknown())}
	newCallIDFunction().Run(t.Context(), function.RunRequest{Arguments: function.NewArgumentsData([]attr.Value{text})}, &resp)
	return resp.Result.Value(), resp.Error
}

func TestCallIDFunction_returnsTheID(t *testing.T) {
	t.Parallel()
	for name, text := range pastedForms {
		if got, err := runCallID(t, types.StringValue(text)); err != nil || !got.Equal(types.StringValue(callID)) {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
}

// refusedTexts hold no call id, each with what is said of it.
var refusedTexts = map[string]string{
	"":                              "must not be empty",
	"the call of today":             "are in no call ID and in no URL",
	"/communications/callRecords/x": `holds no "/"`,
	"https://graph.microsoft.com":   `holds no "/"`,
	"{}":                            "no resource, resourceUrl or resourceData.id that names a call",
	`{"value":[{"resource":"/app/calls/b"},{"resource":"/app/calls/a"}]}`: `names 2 calls: "a", "b"`,
	"[1]\n{":                              "are in no call ID and in no URL",
	"a\x00b":                              "are in no call ID and in no URL",
	"\u202eabc":                           "are in no call ID and in no URL",
	strings.Repeat("{\"a\":", 5000) + "x": "is not valid JSON: invalid character 'x'",
	"/app/calls" + strings.Repeat("/..", 100000): `holds no "/"`,
}

// Anything else is an error of the argument that lists the forms, and shows neither control
// characters nor more of a long text than anyone reads.
func TestCallIDFunction_refusesAnythingElse(t *testing.T) {
	t.Parallel()
	for text, want := range refusedTexts {
		_, err := runCallID(t, types.StringValue(text))
		if err == nil || err.FunctionArgument == nil || *err.FunctionArgument != 0 {
			t.Errorf("%.50q: got %v, want an error of the argument", text, err)
			continue
		}
		for _, part := range []string{want, "A call ID can be read from:", "/communications/calls/{id}", "/app/calls/{id}", "/v1.0/communications/calls/{id}/keepAlive",
			"$metadata#communications/calls('{id}')", "resource, resourceUrl", "resourceData.id", `"value": [...]`} {
			if !strings.Contains(err.Text, part) {
				t.Errorf("%.50q: got %q, want it to say %q", text, err.Text, part)
			}
		}
		if len(err.Text) > 2000 || strings.ContainsFunc(err.Text, func(r rune) bool { return r != '\n' && !strconv.IsPrint(r) }) {
			t.Errorf("%.50q: got %q", text, err.Text)
		}
	}
}

func TestCallIDFunction_definition(t *testing.T) {
	t.Parallel()
	var resp function.DefinitionResponse
	newCallIDFunction().Definition(t.Context(), function.DefinitionRequest{}, &resp)
	var valid function.DefinitionValidateResponse
	resp.Definition.ValidateImplementation(t.Context(), function.DefinitionValidateRequest{FuncName: "call_id"}, &valid)
	if valid.Diagnostics.HasError() {
		t.Error(valid.Diagnostics)
	}
}

// It works without a configured provider, as Terraform calls it when it validates.
func TestCallIDFunction_withoutConfiguration(t *testing.T) {
	t.Parallel()
	text, err := tfprotov6.NewDynamicValue(tftypes.String, tftypes.NewValue(tftypes.String, "/app/calls/"+callID))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := newLab(t).unconfigured(t).CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: "call_id", Arguments: []*tfprotov6.DynamicValue{&text}})
	if err != nil || resp.Error != nil {
		t.Fatal(err, resp.Error)
	}
	result, err := resp.Result.Unmarshal(tftypes.String)
	if err != nil || !result.Equal(tftypes.NewValue(tftypes.String, callID)) {
		t.Errorf("got %s, %v", result, err)
	}
}

func TestCallIDFunction_underTheCLI(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.8.0", "1.7.0")
	l := newLab(t)
	var config strings.Builder
	i := 0
	for _, text := range pastedForms {
		fmt.Fprintf(&config, "output \"form_%d\" {\n value = provider::msgraph::call_id(%s)\n}\n", i, hclString(text))
		i++
	}
	w := newWorkspace(t, l, l.providerBlock()+config.String())
	w.mustRun("apply", "-auto-approve")
	out := w.mustRun("output", "-json")
	if got := strings.Count(out, `"value": "`+callID+`"`); got != i {
		t.Errorf("%d of %d outputs are the id:\n%s", got, i, out)
	}
	l.expectNothingSent(t)

	for _, text := range []string{"the call of today", "{}"} {
		w.write(l.providerBlock() + "output \"id\" {\n value = provider::msgraph::call_id(" + hclString(text) + ")\n}\n")
		w.expectExit(1, []string{"validate"}, "Invalid function argument", refusedTexts[text], "A call ID can be read from", "resourceData.id")
	}

	// Unknown in the plan, and known in the apply.
	w.write(l.config("resource \"terraform_data\" \"late\" {\n input = \"/app/calls/%s\"\n}\n", callID) +
		"resource \"msgraph_call_keepalive\" \"lab\" {\n call_id = provider::msgraph::call_id(terraform_data.late.output)\n}\n")
	w.mustRun("apply", "-auto-approve")
	if got := len(l.KeepAlives(callID)); got != 1 {
		t.Errorf("the call got %d keepAlives, want 1", got)
	}
}

// hclString writes a text as a literal of Terraform's language.
func hclString(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(text))
}
