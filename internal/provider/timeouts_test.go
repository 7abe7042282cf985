package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Each timeouts block says what it is for: the library leaves that empty.
func TestTimeouts_areDescribed(t *testing.T) {
	t.Parallel()
	schemas, err := unconfigured(t).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]*tfprotov6.SchemaBlock{}
	for name, s := range schemas.ResourceSchemas {
		blocks["resource "+name] = s.Block
	}
	for name, s := range schemas.DataSourceSchemas {
		blocks["data source "+name] = s.Block
	}
	for name, s := range schemas.ActionSchemas {
		blocks["action "+name] = s.Schema.Block
	}
	found := 0
	for name, block := range blocks {
		for _, nested := range block.BlockTypes {
			if nested.TypeName != "timeouts" {
				continue
			}
			found++
			if nested.Block.Description != timeoutsDescription {
				t.Errorf("the timeouts block of %s is described as %q", name, nested.Block.Description)
			}
		}
	}
	if found < 4 {
		t.Errorf("%d objects have a timeouts block, want 4 at least", found)
	}
}
