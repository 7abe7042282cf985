// Package config is the provider block and the environment: their schema, their meaning, and
// what to say when they are wrong. It knows nothing of calls.
package config

import (
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
}

// Attributes returns the attributes of the provider block.
func Attributes() map[string]schema.Attribute {
	attributes := credentialAttributes()
	maps.Copy(attributes, cloudAttributes())
	maps.Copy(attributes, map[string]schema.Attribute{
		"headers": headersSetting(),
		"ca_certificate_file": textSetting("ca_certificate_file", "The path of a PEM file with certificates of authorities to trust "+
			"besides the system's own, for instance that of a proxy that inspects TLS."),
	})
	return attributes
}

// Blocks returns the blocks in the provider block.
func Blocks() map[string]schema.Block {
	return map[string]schema.Block{"proxy": proxyBlock(), "retry": retryBlock(), "http_pipeline_step": stepsBlock()}
}

// Settings are the provider block and the environment, put together.
type Settings struct {
	// Credential is complete but for its Transport.
	Credential entra.Config
	// GraphEndpoint is the root of Graph, and APIVersion the version of its API; empty for the default.
	GraphEndpoint, APIVersion string
	Transport                 transport.Options
	Retry                     graph.RetryOptions
	// Headers are added to every request to Graph.
	Headers http.Header
	// Prepend and Append are the pipeline steps of each position, in order.
	Prepend, Append []pipelinestep.Step

	// ignored are the environment variables that would configure a credential if the flag
	// that each is mapped to were set.
	ignored map[string]string
}

// Settings puts the provider block and the environment, of which getenv returns a variable,
// together. The diagnostics name the attribute or the variable that is at fault.
func (m Model) Settings(getenv func(name string) string) (Settings, diag.Diagnostics) {
	r := settingReader{getenv: getenv}
	credential, cloud := m.credentialModel.settings(&r), m.cloudModel.settings(&r)
	credential.AuthorityHost, credential.DisableInstanceDiscovery = cloud.authorityHost, cloud.disableInstanceDiscovery
	s := Settings{
		Credential:    credential,
		GraphEndpoint: cloud.endpoint,
		APIVersion:    cloud.apiVersion,
		Transport: transport.Options{
			CACertificateFile: r.text("ca_certificate_file", m.CACertificateFile, nil),
			Proxy:             r.proxy(m.Proxy),
			Getenv:            getenv,
		},
		Retry:   r.retry(m.Retry),
		Headers: r.headers(m.Headers),
		ignored: ignoredVariables(getenv),
	}
	s.Prepend, s.Append = r.steps(m.HTTPPipelineSteps)
	return s, r.diags
}

// NewCredential makes the credential. Its diagnostics are errors about settings that are
// missing or wrong, or else warnings about files that expose a secret.
func (s Settings) NewCredential() (azcore.TokenCredential, diag.Diagnostics) {
	var diags diag.Diagnostics
	credential, err := entra.NewCredential(s.Credential)
	if err != nil {
		s.addCredentialErrors(&diags, err)
		return nil, diags
	}
	s.warnOfExposedFiles(&diags)
	return credential, diags
}
