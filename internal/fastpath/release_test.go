package fastpath_test

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type contextKey struct{}

// Of what Terraform sends for each object in every run, no context stays in memory. That the framework itself
// keeps them is tried as well: once it does not, all of this can go.
func TestServer_releasesContexts(t *testing.T) {
	h := newHarness(t, schema.Schema{Attributes: map[string]schema.Attribute{"it": schema.StringAttribute{Optional: true}}})
	for name, send := range map[string]func(context.Context, tfprotov6.ProviderServer) error{
		"ValidateResourceConfig": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{})
			return err
		},
		"UpgradeResourceState": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{})
			return err
		},
		"UpgradeResourceIdentity": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.UpgradeResourceIdentity(ctx, &tfprotov6.UpgradeResourceIdentityRequest{})
			return err
		},
		"ReadResource": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{})
			return err
		},
		"PlanResourceChange": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{})
			return err
		},
		"ApplyResourceChange": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{})
			return err
		},
		"ValidateDataResourceConfig": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{})
			return err
		},
		"ReadDataSource": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{})
			return err
		},
		"CallFunction": func(ctx context.Context, s tfprotov6.ProviderServer) error {
			_, err := s.CallFunction(ctx, &tfprotov6.CallFunctionRequest{})
			return err
		},
	} {
		keeps := func(s tfprotov6.ProviderServer) bool {
			held := new([1000]string)
			value := weak.Make(held)
			if err := send(context.WithValue(t.Context(), contextKey{}, held), s); err != nil {
				t.Fatal(err)
			}
			runtime.GC() // held is not used any more
			return value.Value() != nil
		}
		if keeps(h.fast) {
			t.Errorf("%s: the context stays in memory", name)
		}
		if !keeps(h.framework) {
			t.Errorf("%s: the framework does not keep the context", name)
		}
	}
	runtime.KeepAlive(h)
}
