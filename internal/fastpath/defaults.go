package fastpath

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// defaultsOf returns the defaults of a schema, which must be constants, by attribute. ok is false
// if it cannot know them all: for a schema with a nested computed attribute, or one of a type that
// defaultOf does not have, or with a write-only attribute, which the framework plans as null.
func defaultsOf(ctx context.Context, s schema.Schema) (values map[string]tftypes.Value, ok bool) {
	values = map[string]tftypes.Value{}
	for name, attribute := range s.Attributes {
		value, ok := defaultOf(ctx, path.Root(name), attribute)
		if !ok || attribute.IsWriteOnly() {
			return nil, false
		}
		if value == nil {
			continue
		}
		encoded, err := value.ToTerraformValue(ctx)
		if err != nil {
			return nil, false
		}
		values[name] = encoded
	}
	for _, block := range s.Blocks {
		if !plain(block.GetNestedObject().GetAttributes()) || len(block.GetNestedObject().GetBlocks()) > 0 {
			return nil, false
		}
	}
	return values, true
}

// defaultOf returns the default of an attribute; nil for none.
func defaultOf(ctx context.Context, at path.Path, attribute schema.Attribute) (value attr.Value, ok bool) {
	switch a := attribute.(type) {
	case schema.BoolAttribute:
		if a.Default != nil {
			var resp defaults.BoolResponse
			a.Default.DefaultBool(ctx, defaults.BoolRequest{Path: at}, &resp)
			return resp.PlanValue, !resp.Diagnostics.HasError()
		}
	case schema.MapAttribute:
		return nil, a.Default == nil
	case schema.StringAttribute:
		if a.Default != nil {
			var resp defaults.StringResponse
			a.Default.DefaultString(ctx, defaults.StringRequest{Path: at}, &resp)
			return resp.PlanValue, !resp.Diagnostics.HasError()
		}
	case schema.NestedAttribute:
		return nil, !a.IsComputed() && plain(a.GetNestedObject().GetAttributes())
	default:
		return nil, !a.IsComputed()
	}
	return nil, true
}

// plain reports whether none of the attributes can have a default or is write-only, and none has
// attributes of its own.
func plain[A interface {
	IsComputed() bool
	IsWriteOnly() bool
}, M ~map[string]A](attributes M) bool {
	for _, a := range attributes {
		if _, nested := any(a).(schema.NestedAttribute); nested || a.IsComputed() || a.IsWriteOnly() {
			return false
		}
	}
	return true
}
