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
	var withDescription any
	switch s := any(block).(type) {
	case resourceschema.SingleNestedBlock:
		s.MarkdownDescription = timeoutsDescription
		withDescription = s
	case datasourceschema.SingleNestedBlock:
		s.MarkdownDescription = timeoutsDescription
		withDescription = s
	case actionschema.SingleNestedBlock:
		s.MarkdownDescription = timeoutsDescription
		withDescription = s
	}
	if b, ok := withDescription.(B); ok {
		return b
	}
	return block // of a kind that the test would find without a description
}
