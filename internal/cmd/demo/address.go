package main

import (
	"strings"

	"terraform-provider-msgraph/internal/provider"
	"terraform-provider-msgraph/internal/terraformcli"
)

// The public registries. A source without a host is in the first for Terraform, in the other for OpenTofu.
const (
	registry         = "registry.terraform.io/"
	registryOpenTofu = "registry.opentofu.org/"
)

// source is the provider's, as the examples have it and the CLI prints it.
var source = strings.TrimPrefix(provider.Address, registry)

// soughtAt returns the address at which a CLI looks for the provider whose address is given. It is another one
// for OpenTofu once the provider is published in the public registries.
func soughtAt(address string, product terraformcli.Product) string {
	if rest, public := strings.CutPrefix(address, registry); public && product == terraformcli.OpenTofu {
		return registryOpenTofu + rest
	}
	return address
}
