package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

var _ framework = (*server)(nil)

// framework is what the framework's server offers of what the provider has.
type framework interface {
	tfprotov6.ProviderServer
	tfprotov6.ActionServer
}

// server is the provider as Terraform talks to it: the framework's server, and in front of it
// what makes a thousand calls quick. It lets go of what the framework keeps of each request,
// and answers by itself that a call needs nothing.
//
// A method that is not here is the framework's own.
type server struct {
	framework

	quick *quickAnswers // nil for none
}

// NewServer returns the constructor of the provider's server; version names the build in the
// user agent. With traced, the framework answers every request itself: then its own log has
// a line for every step.
func NewServer(version string, traced bool) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return newServer(newProvider(version), traced) }
}

func newServer(p *msgraph, traced bool) *server {
	s := &server{framework: newFramework(p)}
	if !traced {
		s.quick = newQuickAnswers(p)
	}
	return s
}

func newFramework(p *msgraph) framework {
	return providerserver.NewProtocol6(p)().(framework) //nolint:forcetypeassert // a test asks it for an action
}

// What follows is asked once for each object of a configuration, or more often.

// ValidateResourceConfig implements [tfprotov6.ResourceServer].
func (s *server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	if resp := s.quick.validate(req); resp != nil {
		return resp, nil
	}
	return letGoAfter(ctx, req, s.framework.ValidateResourceConfig)
}

// UpgradeResourceState implements [tfprotov6.ResourceServer].
func (s *server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	if resp := s.quick.upgrade(req); resp != nil {
		return resp, nil
	}
	return letGoAfter(ctx, req, s.framework.UpgradeResourceState)
}

// UpgradeResourceIdentity implements [tfprotov6.ResourceServer].
func (s *server) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return letGoAfter(ctx, req, s.framework.UpgradeResourceIdentity)
}

// ReadResource implements [tfprotov6.ResourceServer].
func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	ctx, resp := s.quick.read(ctx, req)
	if resp != nil {
		return resp, nil
	}
	return letGoAfter(ctx, req, s.framework.ReadResource)
}

// PlanResourceChange implements [tfprotov6.ResourceServer].
func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	if resp := s.quick.plan(ctx, req); resp != nil {
		return resp, nil
	}
	return letGoAfter(ctx, req, s.framework.PlanResourceChange)
}

// ApplyResourceChange implements [tfprotov6.ResourceServer].
func (s *server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return letGoAfter(ctx, req, s.framework.ApplyResourceChange)
}

// ImportResourceState implements [tfprotov6.ResourceServer].
func (s *server) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return letGoAfter(ctx, req, s.framework.ImportResourceState)
}

// MoveResourceState implements [tfprotov6.ResourceServer].
func (s *server) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return letGoAfter(ctx, req, s.framework.MoveResourceState)
}

// ValidateDataResourceConfig implements [tfprotov6.DataSourceServer].
func (s *server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return letGoAfter(ctx, req, s.framework.ValidateDataResourceConfig)
}

// ReadDataSource implements [tfprotov6.DataSourceServer].
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return letGoAfter(ctx, req, s.framework.ReadDataSource)
}

// CallFunction implements [tfprotov6.FunctionServer].
func (s *server) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return letGoAfter(ctx, req, s.framework.CallFunction)
}

// ValidateEphemeralResourceConfig implements [tfprotov6.EphemeralResourceServer].
func (s *server) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return letGoAfter(ctx, req, s.framework.ValidateEphemeralResourceConfig)
}

// OpenEphemeralResource implements [tfprotov6.EphemeralResourceServer].
func (s *server) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return letGoAfter(ctx, req, s.framework.OpenEphemeralResource)
}

// RenewEphemeralResource implements [tfprotov6.EphemeralResourceServer].
func (s *server) RenewEphemeralResource(ctx context.Context, req *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return letGoAfter(ctx, req, s.framework.RenewEphemeralResource)
}

// CloseEphemeralResource implements [tfprotov6.EphemeralResourceServer].
func (s *server) CloseEphemeralResource(ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return letGoAfter(ctx, req, s.framework.CloseEphemeralResource)
}
