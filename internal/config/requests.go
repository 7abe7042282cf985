package config

import (
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
)

// maxConcurrentRequests is the upper bound of max_concurrent_requests. Graph allows an application 50,000 requests
// on the calls of a tenant in 15 seconds, which 250 requests at a time reach if each takes 75 ms: more would only be throttled.
//
// Source: https://learn.microsoft.com/en-us/graph/throttling-limits
const maxConcurrentRequests = 250

func concurrentRequestsSetting() schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional: true, Validators: []validator.Int64{int64validator.Between(1, maxConcurrentRequests)},
		MarkdownDescription: fmt.Sprintf("The maximum number of requests to Graph at a time, for all objects of this provider together. At "+
			"least 1, at most %d. A request that waits for its retry does not count. Default: `%d`.%s",
			maxConcurrentRequests, graph.DefaultMaxConcurrent, fromEnvironment("max_concurrent_requests")),
	}
}

// concurrentRequests reads max_concurrent_requests.
func (r *settingReader) concurrentRequests(value types.Int64) int {
	const attribute = "max_concurrent_requests"
	if r.isSet(attribute, value) {
		return int(value.ValueInt64())
	}
	name, text := r.lookup(attribute)
	if text == "" {
		return graph.DefaultMaxConcurrent
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxConcurrentRequests {
		r.invalidVariable(name, attribute, fmt.Sprintf("must be a whole number from 1 to %d, not %q", maxConcurrentRequests, text))
	}
	return n
}
