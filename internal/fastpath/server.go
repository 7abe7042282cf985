// Package fastpath handles the most frequent requests of Terraform without the framework: to validate
// a configuration, and to plan a resource that has not changed. The framework takes milliseconds for
// each, since it walks the schema several times.
//
// The responses are those that the framework would return, and all other requests go to it. A resource
// type takes part by registering [Hooks].
package fastpath

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Framework is the framework's server, as [providerserver.NewProtocol6] returns it.
//
// [providerserver.NewProtocol6]: https://pkg.go.dev/github.com/hashicorp/terraform-plugin-framework/providerserver#NewProtocol6
type Framework interface {
	tfprotov6.ProviderServer
	tfprotov6.ActionServer
}

// Server is the framework's server with the hooks in front of it. It also releases the contexts
// of the requests whose number grows with the configuration: those that Terraform sends in every
// run for each resource or data source, and for each call of a function. There are few imports, moves,
// ephemeral resources and actions, and so their contexts take little memory.
type Server struct {
	Framework

	types map[string]*resourceType
}

// New returns the server of a provider. Without hooks, the framework handles every request.
func New(framework Framework, hooks ...Hooks) *Server {
	s := &Server{Framework: framework, types: map[string]*resourceType{}}
	for _, h := range hooks {
		s.types[h.TypeName] = newResourceType(h)
	}
	return s
}

// ValidateResourceConfig implements [tfprotov6.ResourceServer].
func (s *Server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	if t, ok := s.types[req.TypeName]; ok && t.valid(req) {
		return &tfprotov6.ValidateResourceConfigResponse{}, nil
	}
	return releaseContext(ctx, req, s.Framework.ValidateResourceConfig)
}

// PlanResourceChange implements [tfprotov6.ResourceServer].
func (s *Server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	if t, ok := s.types[req.TypeName]; ok && t.noOp(ctx, req) {
		return t.noOpPlan(req), nil
	}
	return releaseContext(ctx, req, s.Framework.PlanResourceChange)
}

// UpgradeResourceState implements [tfprotov6.ResourceServer].
func (s *Server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return releaseContext(ctx, req, s.Framework.UpgradeResourceState)
}

// UpgradeResourceIdentity implements [tfprotov6.ResourceServer].
func (s *Server) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return releaseContext(ctx, req, s.Framework.UpgradeResourceIdentity)
}

// ReadResource implements [tfprotov6.ResourceServer].
func (s *Server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return releaseContext(ctx, req, s.Framework.ReadResource)
}

// ApplyResourceChange implements [tfprotov6.ResourceServer].
func (s *Server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return releaseContext(ctx, req, s.Framework.ApplyResourceChange)
}

// ValidateDataResourceConfig implements [tfprotov6.DataSourceServer].
func (s *Server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return releaseContext(ctx, req, s.Framework.ValidateDataResourceConfig)
}

// ReadDataSource implements [tfprotov6.DataSourceServer].
func (s *Server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return releaseContext(ctx, req, s.Framework.ReadDataSource)
}

// CallFunction implements [tfprotov6.FunctionServer].
func (s *Server) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return releaseContext(ctx, req, s.Framework.CallFunction)
}
