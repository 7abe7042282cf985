package provider

import (
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

const timeoutsDescription = "How long each operation may take, retries included. An operation that runs out of time ends in the error of " +
	"its last attempt."

// described returns a timeouts block with a description, which the library's own does not have.
func described[B any](block B) B {
	var b any = block
	switch s := b.(type) {
	case resourceschema.SingleNestedBlock:
		s.MarkdownDescription = timeoutsDescription
		b = s
	case datasourceschema.SingleNestedBlock:
		s.MarkdownDescription = timeoutsDescription
		b = s
	case actionschema.SingleNestedBlock:
		s.MarkdownDescription = timeoutsDescription
		b = s
	}
	return b.(B)
}
