package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"terraform-provider-msgraph/internal/cmd/harness"
	"terraform-provider-msgraph/internal/provider"
)

// The installed CLI prints the same. What only a newer CLI prints (actions, identities) is compared where the tests
// run with one.
func TestRun_matchesTheCLI(t *testing.T) {
	t.Parallel()
	ours := dump(t, newServer())
	theirs := fromCLI(t)
	if len(theirs) < 3 {
		t.Fatalf("the CLI printed only %v", slices.Sorted(maps.Keys(theirs)))
	}
	for key, want := range theirs {
		if diff := cmp.Diff(want, ours[key]); diff != "" {
			t.Errorf("%s differs from the CLI's (-CLI +ours):\n%s", key, diff)
		}
	}
}

// The documentation generator silently leaves out the page of a kind that is missing here.
func TestRun_hasEveryKind(t *testing.T) {
	t.Parallel()
	ours := dump(t, newServer())
	for _, kind := range []string{
		"provider", "resource_schemas", "data_source_schemas", "ephemeral_resource_schemas", "action_schemas",
		"functions", "resource_identity_schemas",
	} {
		if objects, ok := ours[kind].(map[string]any); !ok || len(objects) == 0 {
			t.Errorf("%s is empty", kind)
		}
	}
}

func TestRun_convertsEveryForm(t *testing.T) {
	t.Parallel()
	attribute := &tfprotov6.SchemaAttribute{Name: "a", Type: tftypes.Map{ElementType: tftypes.String}, WriteOnly: true}
	server := fake{schemas: &tfprotov6.GetProviderSchemaResponse{
		Provider: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{BlockTypes: []*tfprotov6.SchemaNestedBlock{{
			TypeName: "b", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, MaxItems: 2,
			Block: &tfprotov6.SchemaBlock{Deprecated: true},
		}}}},
		ListResourceSchemas: map[string]*tfprotov6.Schema{"l": {Version: 3, Block: &tfprotov6.SchemaBlock{
			Attributes: []*tfprotov6.SchemaAttribute{{Name: "n", NestedType: &tfprotov6.SchemaObject{
				Attributes: []*tfprotov6.SchemaAttribute{attribute}, Nesting: tfprotov6.SchemaObjectNestingModeSet,
			}}},
		}}},
		Functions: map[string]*tfprotov6.Function{"f": {
			Return:            &tfprotov6.FunctionReturn{Type: tftypes.Bool},
			VariadicParameter: &tfprotov6.FunctionParameter{Name: "v", Type: tftypes.Number, AllowNullValue: true},
		}},
	}}
	want := map[string]any{
		"provider": map[string]any{"version": 0.0, "block": map[string]any{
			"description_kind": "plain",
			"block_types": map[string]any{"b": map[string]any{
				"nesting_mode": "list", "max_items": 2.0,
				"block": map[string]any{"description_kind": "plain", "deprecated": true},
			}},
		}},
		"list_resource_schemas": map[string]any{"l": map[string]any{"version": 3.0, "block": map[string]any{
			"description_kind": "plain",
			"attributes": map[string]any{"n": map[string]any{
				"description_kind": "plain",
				"nested_type": map[string]any{"nesting_mode": "set", "attributes": map[string]any{"a": map[string]any{
					"type": []any{"map", "string"}, "description_kind": "plain", "write_only": true,
				}}},
			}},
		}}},
		"functions": map[string]any{"f": map[string]any{
			"return_type":        "bool",
			"variadic_parameter": map[string]any{"name": "v", "type": "number", "is_nullable": true},
		}},
	}
	if diff := cmp.Diff(want, dump(t, server)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestRun_errors(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, server := range map[string]fake{
		"getting the schemas: broken":          {schemasErr: broken},
		"getting the identity schemas: broken": {schemas: &tfprotov6.GetProviderSchemaResponse{}, identitiesErr: broken},
		"summary: detail": {schemas: &tfprotov6.GetProviderSchemaResponse{Diagnostics: []*tfprotov6.Diagnostic{
			{Severity: tfprotov6.DiagnosticSeverityError, Summary: "summary", Detail: "detail"},
		}}},
	} {
		var out bytes.Buffer
		if err := run(t.Context(), server, &out); err == nil || err.Error() != name || out.Len() > 0 {
			t.Errorf("the error is %v, not %s; written: %q", err, name, &out)
		}
	}
}

// fake responds to the two requests that run sends.
type fake struct {
	tfprotov6.ProviderServer
	schemas                   *tfprotov6.GetProviderSchemaResponse
	schemasErr, identitiesErr error
}

func (f fake) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return f.schemas, f.schemasErr
}

func (f fake) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, f.identitiesErr
}

func newServer() tfprotov6.ProviderServer {
	return providerserver.NewProtocol6(provider.New("test")())()
}

// dump returns what run writes for the provider.
func dump(t *testing.T, server tfprotov6.ProviderServer) map[string]any {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), server, &out); err != nil {
		t.Fatal(err)
	}
	return schemasOf(t, out.Bytes(), providerName)
}

// fromCLI returns what `providers schema -json` prints for the provider.
func fromCLI(t *testing.T) map[string]any {
	t.Helper()
	w, err := harness.NewWorkspace(t.Context(), "schemajson-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	const version = "0.1.0"
	if err := w.Build(t.Context(), w.Plugin(provider.Address, version), ".", "-X main.version="+version); err != nil {
		t.Fatal(err)
	}
	config := `terraform {
  required_providers {
    msgraph = { source = "` + provider.Address + `" }
  }
}`
	if err := os.WriteFile(filepath.Join(w.Dir, "main.tf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var output *bytes.Buffer
	for _, args := range [][]string{{"init"}, {"providers", "schema", "-json"}} {
		var cmd *exec.Cmd
		cmd, output = w.Command(t.Context(), w.Dir, nil, args...)
		if err := cmd.Run(); err != nil {
			t.Fatalf("%q: %v\n%s", args, err, output)
		}
	}
	return schemasOf(t, output.Bytes(), provider.Address)
}

func schemasOf(t *testing.T, text []byte, key string) map[string]any {
	t.Helper()
	var parsed struct {
		Schemas map[string]map[string]any `json:"provider_schemas"`
	}
	if err := json.Unmarshal(text, &parsed); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	if parsed.Schemas[key] == nil {
		t.Fatalf("no %s in\n%s", key, text)
	}
	return parsed.Schemas[key]
}
