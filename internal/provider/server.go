package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/fastpath"
)

// NewServer returns the constructor of the provider's server; version names the build in the user agent. With
// logged, the framework handles every request, so that its log has a line for each step; without, nothing is logged.
func NewServer(version string, logged bool) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		p := newProvider(version)
		p.silent = !logged
		return newServer(p, logged)
	}
}

func newServer(p *msgraph, logged bool) tfprotov6.ProviderServer {
	var hooks []fastpath.Hooks
	if !logged {
		hooks = []fastpath.Hooks{p.callKeepaliveHooks()}
	}
	return fastpath.New(newFramework(p), hooks...)
}

func newFramework(p *msgraph) fastpath.Framework {
	return providerserver.NewProtocol6(p)().(fastpath.Framework) //nolint:forcetypeassert // a test invokes an action
}
