package provider

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// callFunction calls a function as Terraform does when it validates: the provider is not configured.
func callFunction(t *testing.T, name, argument string) (any, *tfprotov6.FunctionError) {
	t.Helper()
	p := unconfigured(t)
	schemas, err := p.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.must(err, nil)
	encoded, err := tfprotov6.NewDynamicValue(tftypes.String, tftypes.NewValue(tftypes.String, argument))
	p.must(err, nil)
	resp, err := p.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: name, Arguments: []*tfprotov6.DynamicValue{&encoded}})
	p.must(err, nil)
	if resp.Error != nil {
		return nil, resp.Error
	}
	value, err := resp.Result.Unmarshal(schemas.Functions[name].Return.Type)
	p.must(err, nil)
	return plain(value), nil
}

func TestFunctions_areDefined(t *testing.T) {
	t.Parallel()
	for _, newFunction := range (&msgraph{}).Functions(t.Context()) {
		var name function.MetadataResponse
		newFunction().Metadata(t.Context(), function.MetadataRequest{}, &name)
		var resp function.DefinitionResponse
		newFunction().Definition(t.Context(), function.DefinitionRequest{}, &resp)
		var valid function.DefinitionValidateResponse
		resp.Definition.ValidateImplementation(t.Context(), function.DefinitionValidateRequest{FuncName: name.Name}, &valid)
		if valid.Diagnostics.HasError() {
			t.Errorf("%s: %v", name.Name, valid.Diagnostics)
		}
	}
}

func TestCallIDFunction_returnsTheID(t *testing.T) {
	t.Parallel()
	for name, text := range pastedForms {
		if got, err := callFunction(t, "call_id", text); err != nil || got != callID {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

// refusedTexts hold no call id, each with what is said of it.
var refusedTexts = map[string]string{
	"":                              "must not be empty",
	"the call of today":             "are valid neither in a call ID nor in a URL",
	"/communications/callRecords/x": `must not contain "/"`,
	"https://graph.microsoft.com":   `must not contain "/"`,
	"{}":                            "no resource, resourceUrl or resourceData.id that names a call",
	`{"value":[{"resource":"/app/calls/b"},{"resource":"/app/calls/a"}]}`: `names 2 calls: "a", "b"`,
	"[1]\n{":                              "are valid neither in a call ID nor in a URL",
	"a\x00b":                              "are valid neither in a call ID nor in a URL",
	"\u202eabc":                           "are valid neither in a call ID nor in a URL",
	strings.Repeat("{\"a\":", 5000) + "x": "is not valid JSON: invalid character 'x'",
	"/app/calls" + strings.Repeat("/..", 100000): `must not contain "/"`,
}

// Anything else is an error of the argument that lists the forms, and shows neither control
// characters nor more of a long text than anyone reads.
func TestCallIDFunction_refusesAnythingElse(t *testing.T) {
	t.Parallel()
	for text, want := range refusedTexts {
		_, err := callFunction(t, "call_id", text)
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
