// Package config is the provider block and its environment variables: their schema, what they
// mean together, and the diagnostics about them. It knows nothing of calls.
package config

import (
	"context"
	"maps"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/pipelinestep"
	"terraform-provider-msgraph/internal/transport"
)

// Model is the provider block.
type Model struct {
	credentialModel
	cloudModel
	Headers           types.Map    `tfsdk:"headers"`
	CACertificateFile types.String `tfsdk:"ca_certificate_file"`
	Proxy             types.Object `tfsdk:"proxy"`
	Retry             types.Object `tfsdk:"retry"`
	HTTPPipelineSteps types.List   `tfsdk:"http_pipeline_step"`

	MaxConcurrentRequests types.Int64 `tfsdk:"max_concurrent_requests"`
}

// Attributes returns the attributes of the provider block.
func Attributes() map[string]schema.Attribute {
	attributes := credentialAttributes()
	maps.Copy(attributes, cloudAttributes())
	maps.Copy(attributes, map[string]schema.Attribute{
		"headers":                 headersSetting(),
		"max_concurrent_requests": concurrentRequestsSetting(),
		"ca_certificate_file": textSetting("ca_certificate_file", "The path of a PEM file with certificates of authorities to trust "+
			"in addition to those of the system, for example that of a proxy that inspects TLS."),
	})
	return attributes
}

// Blocks returns the blocks in the provider block.
func Blocks() map[string]schema.Block {
	return map[string]schema.Block{"proxy": proxyBlock(), "retry": retryBlock(), "http_pipeline_step": stepsBlock()}
}

// Settings are what the provider block and the environment say.
type Settings struct {
	// Credential is complete except for its Transport.
	Credential entra.Config
	// GraphEndpoint is the root of Graph, and APIVersion the version of its API, which is empty for the default.
	GraphEndpoint, APIVersion string
	Transport                 transport.Options
	Retry                     graph.RetryOptions
	// MaxConcurrentRequests is how many requests to Graph may be under way at a time, at least 1.
	MaxConcurrentRequests int
	// Headers are added to every request to Graph.
	Headers http.Header
	// Prepend and Append are the pipeline steps of each position, in order.
	Prepend, Append []pipelinestep.Step

	// ignored says which environment variables would configure a credential if a flag were set.
	ignored string
}

// Settings returns what the block says, and the environment where the block does not. The
// diagnostics name the attribute or the variable that is at fault.
func (m Model) Settings(ctx context.Context, getenv func(name string) string) (Settings, diag.Diagnostics) {
	r := settingReader{getenv: getenv, inBlock: map[string]bool{}}
	s := Settings{Credential: m.credential(&r), ignored: ignoredVariables(getenv)}
	m.readCloud(&r, &s)
	s.Transport = transport.Options{
		CACertificateFile: r.text("ca_certificate_file", m.CACertificateFile, nil),
		Proxy:             r.proxy(ctx, m.Proxy),
		Getenv:            getenv,
	}
	s.Retry = r.retry(ctx, m.Retry)
	s.Headers = r.headers(ctx, m.Headers)
	s.MaxConcurrentRequests = r.concurrentRequests(m.MaxConcurrentRequests)
	s.Prepend, s.Append = r.steps(ctx, m.HTTPPipelineSteps)
	return s, r.diags
}

// NewCredential makes the credential. Its diagnostics are errors about settings that are
// missing or wrong, or else warnings about files that expose a secret. It loads Credential, so that
// no file is read again: a pipe cannot be.
func (s *Settings) NewCredential() (azcore.TokenCredential, diag.Diagnostics) {
	var diags diag.Diagnostics
	loaded, err := s.Credential.Load()
	var credential azcore.TokenCredential
	if err == nil {
		credential, err = entra.NewCredential(loaded)
	}
	if err != nil {
		s.addCredentialErrors(&diags, err)
		return nil, diags
	}
	s.warnOfExposedFiles(&diags)
	s.Credential = loaded
	return credential, diags
}
