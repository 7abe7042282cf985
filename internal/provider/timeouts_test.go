package provider

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

// describedObjects are the schemas of all that the provider offers, by their pages in the documentation. That of a function
// has nothing but its description.
func describedObjects(t *testing.T) map[string]*tfprotov6.SchemaBlock {
	t.Helper()
	p := unconfigured(t)
	schemas, err := p.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p.must(err, nil)
	objects := map[string]*tfprotov6.SchemaBlock{}
	for kind, all := range map[string]map[string]*tfprotov6.Schema{
		"resources/": schemas.ResourceSchemas, "data-sources/": schemas.DataSourceSchemas, "ephemeral-resources/": schemas.EphemeralResourceSchemas,
	} {
		for name, s := range all {
			objects[kind+name] = s.Block
		}
	}
	for name, s := range schemas.ActionSchemas {
		objects["actions/"+name] = s.Schema.Block
	}
	for name, f := range schemas.Functions {
		objects["functions/"+name] = &tfprotov6.SchemaBlock{Description: f.Description}
	}
	return objects
}

// Each timeouts block says what it is for: the library leaves that empty.
func TestTimeouts_areDescribed(t *testing.T) {
	t.Parallel()
	found := 0
	for page, object := range describedObjects(t) {
		for _, nested := range object.BlockTypes {
			if nested.TypeName != "timeouts" {
				continue
			}
			found++
			if nested.Block.Description != timeoutsDescription {
				t.Errorf("the timeouts block of %s is described as %q", page, nested.Block.Description)
			}
		}
	}
	if found < 4 {
		t.Errorf("%d objects have a timeouts block, want 4 at least", found)
	}
}

// Several mistakes in one object are reported in the same order each time.
func TestTimeouts_mistakesAreInTheOrderOfNames(t *testing.T) {
	t.Parallel()
	wrong := types.StringValue("-1h")
	for range 10 {
		var diags diag.Diagnostics
		checkTimeouts(map[string]attr.Value{"update": wrong, "create": wrong, "read": wrong, "delete": wrong}, &diags)
		var paths []string
		for _, d := range diags {
			paths = append(paths, d.(diag.DiagnosticWithPath).Path().String())
		}
		if got := strings.Join(paths, " "); got != "timeouts.create timeouts.delete timeouts.read timeouts.update" {
			t.Fatalf("the errors are of %s", got)
		}
	}
}

// A refresh has nothing but the state: the advice of its error is how a new timeout gets there while Graph cannot be read.
func TestTimeouts_applyWithoutRefreshRecordsANewOne(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	config := func(read string) string {
		return l.providerBlock() + strings.Replace(oneCall, "}", "  timeouts {\n    read = \""+read+"\"\n  }\n}", 1)
	}
	w := newWorkspace(t, l, config("10s"))
	w.mustRun("apply", "-auto-approve")
	l.Inject(graphsim.Fault{Service: graphsim.ServiceGraph, Method: http.MethodGet, Status: http.StatusServiceUnavailable, Times: -1})
	w.write(config("15s"))
	w.expectExit(1, planNow, "Graph Is Unavailable", "timeouts.read from the last apply", "run terraform apply -refresh=false")
	w.mustRun("apply", "-auto-approve", "-refresh=false")
	expectText(t, readFile(t, filepath.Join(w.dir, "terraform.tfstate")), `"read": "15s"`)
}
