package main

import (
	"strings"

	"terraform-provider-msgraph/internal/provider"
	"terraform-provider-msgraph/internal/terraformcli"
)

// The public registries. A source without a host is in the first for Terraform and in the second for OpenTofu.
const (
	registry         = "registry.terraform.io/"
	registryOpenTofu = "registry.opentofu.org/"
)

// source is the provider's source address as the examples write it and the CLI prints it.
var source = strings.TrimPrefix(provider.Address, registry)

// addressFor returns the address at which a CLI looks for a provider. OpenTofu has another one for the providers in the
// public registry.
func addressFor(address string, product terraformcli.Product) string {
	if rest, public := strings.CutPrefix(address, registry); public && product == terraformcli.OpenTofu {
		return registryOpenTofu + rest
	}
	return address
}
