package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
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
