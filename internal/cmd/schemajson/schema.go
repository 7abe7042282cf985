package main

import (
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

func newProvider(s *tfprotov6.GetProviderSchemaResponse, ids *tfprotov6.GetResourceIdentitySchemasResponse) *tfjson.ProviderSchema {
	return &tfjson.ProviderSchema{
		ConfigSchema:             newSchema(s.Provider),
		ResourceSchemas:          convert(s.ResourceSchemas, newSchema),
		DataSourceSchemas:        convert(s.DataSourceSchemas, newSchema),
		EphemeralResourceSchemas: convert(s.EphemeralResourceSchemas, newSchema),
		ListResourceSchemas:      convert(s.ListResourceSchemas, newSchema),
		ActionSchemas: convert(s.ActionSchemas, func(a *tfprotov6.ActionSchema) *tfjson.ActionSchema {
			return &tfjson.ActionSchema{Block: newBlock(a.Schema.Block)}
		}),
		Functions:               convert(s.Functions, newFunction),
		ResourceIdentitySchemas: convert(ids.IdentitySchemas, newIdentity),
	}
}

func convert[From, To any](from map[string]From, each func(From) To) map[string]To {
	to := make(map[string]To, len(from))
	for name, value := range from {
		to[name] = each(value)
	}
	return to
}

func newSchema(s *tfprotov6.Schema) *tfjson.Schema {
	return &tfjson.Schema{Version: unsigned(s.Version), Block: newBlock(s.Block)}
}

func newBlock(b *tfprotov6.SchemaBlock) *tfjson.SchemaBlock {
	block := &tfjson.SchemaBlock{
		Attributes:      newAttributes(b.Attributes),
		NestedBlocks:    make(map[string]*tfjson.SchemaBlockType, len(b.BlockTypes)),
		Description:     b.Description,
		DescriptionKind: kind(b.DescriptionKind),
		Deprecated:      b.Deprecated,
	}
	for _, nested := range b.BlockTypes {
		block.NestedBlocks[nested.TypeName] = &tfjson.SchemaBlockType{
			NestingMode: tfjson.SchemaNestingMode(strings.ToLower(nested.Nesting.String())),
			Block:       newBlock(nested.Block),
			MinItems:    unsigned(nested.MinItems),
			MaxItems:    unsigned(nested.MaxItems),
		}
	}
	return block
}

func newAttributes(from []*tfprotov6.SchemaAttribute) map[string]*tfjson.SchemaAttribute {
	attributes := make(map[string]*tfjson.SchemaAttribute, len(from))
	for _, a := range from {
		attribute := &tfjson.SchemaAttribute{
			Description:     a.Description,
			DescriptionKind: kind(a.DescriptionKind),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
		if a.NestedType != nil {
			attribute.AttributeNestedType = &tfjson.SchemaNestedAttributeType{
				Attributes:  newAttributes(a.NestedType.Attributes),
				NestingMode: tfjson.SchemaNestingMode(strings.ToLower(a.NestedType.Nesting.String())),
			}
		} else {
			attribute.AttributeType = ctyType(a.Type)
		}
		attributes[a.Name] = attribute
	}
	return attributes
}

func newFunction(f *tfprotov6.Function) *tfjson.FunctionSignature {
	signature := &tfjson.FunctionSignature{
		Description:        f.Description,
		Summary:            f.Summary,
		DeprecationMessage: f.DeprecationMessage,
		ReturnType:         ctyType(f.Return.Type),
	}
	for _, p := range f.Parameters {
		signature.Parameters = append(signature.Parameters, newParameter(p))
	}
	if f.VariadicParameter != nil {
		signature.VariadicParameter = newParameter(f.VariadicParameter)
	}
	return signature
}

func newParameter(p *tfprotov6.FunctionParameter) *tfjson.FunctionParameter {
	return &tfjson.FunctionParameter{Name: p.Name, Description: p.Description, IsNullable: p.AllowNullValue, Type: ctyType(p.Type)}
}

func newIdentity(s *tfprotov6.ResourceIdentitySchema) *tfjson.IdentitySchema {
	identity := &tfjson.IdentitySchema{
		Version:    unsigned(s.Version),
		Attributes: make(map[string]*tfjson.IdentityAttribute, len(s.IdentityAttributes)),
	}
	for _, a := range s.IdentityAttributes {
		identity.Attributes[a.Name] = &tfjson.IdentityAttribute{
			IdentityType:      ctyType(a.Type),
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return identity
}

// ctyType converts a type by way of its JSON form, which both libraries share.
func ctyType(from tftypes.Type) (to cty.Type) {
	text, err := from.MarshalJSON() //nolint:staticcheck // Deprecated for callers that build a type; the protocol itself encodes with it.
	if err == nil {
		err = to.UnmarshalJSON(text)
	}
	if err != nil {
		panic(err) // every type that the framework makes has such a form
	}
	return to
}

// unsigned converts a version or a number of items.
func unsigned(n int64) uint64 { return uint64(n) } //nolint:gosec // the framework makes no negative ones

// kind names the format of a description.
func kind(k tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	if k == tfprotov6.StringKindMarkdown {
		return tfjson.SchemaDescriptionKindMarkdown
	}
	return tfjson.SchemaDescriptionKindPlain
}
