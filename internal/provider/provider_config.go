package provider

import (
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/entra"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/textfile"
)

// providerConfig is the provider block.
type providerConfig struct {
	credentialConfig
	cloudConfig
	Headers           types.Map    `tfsdk:"headers"`
	CACertificateFile types.String `tfsdk:"ca_certificate_file"`
	Proxy             types.Object `tfsdk:"proxy"`
	Retry             types.Object `tfsdk:"retry"`
	HTTPPipelineSteps types.List   `tfsdk:"http_pipeline_step"`
}

// environment lists the variables that stand in for an attribute that is not set, in the
// order in which they are looked at: the names that Azure's Terraform providers share
// first, then those of the Azure SDKs.
var environment = allVariables(credentialVariables, cloudVariables, map[string][]string{
	"ca_certificate_file": {"MSGRAPH_CA_CERTIFICATE_FILE"},
})

// allVariables puts the variables of the parts of the provider block together.
func allVariables(parts ...map[string][]string) map[string][]string {
	all := map[string][]string{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}

func configAttributes() map[string]schema.Attribute {
	attributes := credentialAttributes()
	maps.Copy(attributes, cloudAttributes())
	maps.Copy(attributes, map[string]schema.Attribute{
		"headers": headersSetting(),
		"ca_certificate_file": textSetting("ca_certificate_file", "The path of a PEM file with certificates of authorities to trust "+
			"besides the system's own, for instance that of a proxy that inspects TLS."),
	})
	return attributes
}

func configBlocks() map[string]schema.Block {
	return map[string]schema.Block{"proxy": proxyBlock(), "retry": retryBlock(), "http_pipeline_step": stepsBlock()}
}

// textSetting is an attribute whose value must not be empty.
func textSetting(name, description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: description + fromEnvironment(name),
		Validators:          append([]validator.String{notEmpty()}, validators...),
	}
}

// secretSetting is a textSetting that Terraform never shows.
func secretSetting(name, description string) schema.StringAttribute {
	secret := textSetting(name, description)
	secret.Sensitive = true
	return secret
}

// flagSetting is an attribute that is off unless it is set.
func flagSetting(name, description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional:            true,
		MarkdownDescription: description + " Default: `false`." + fromEnvironment(name),
	}
}

// fromEnvironment ends an attribute's description with the variables that stand in for it.
func fromEnvironment(attribute string) string {
	return " Environment: `" + strings.Join(environment[attribute], "`, `") + "`."
}

// settings are the provider block and the environment, put together.
type settings struct {
	credential entra.Config
	cloud      cloudSettings
	transport  graph.TransportOptions
	retry      graph.RetryOptions
	headers    http.Header
	steps      pipelineSteps
	// unasked are the variables that are set, and would say how to sign in if the flag that
	// each is mapped to were.
	unasked map[string]string
}

// settings puts the provider block and the environment together. Its diagnostics name the
// attribute or the variable that is at fault.
func (c providerConfig) settings(getenv func(string) string) (settings, diag.Diagnostics) {
	r := settingReader{getenv: getenv}
	s := settings{
		credential: c.credentialConfig.settings(&r),
		cloud:      c.cloudConfig.settings(&r),
		transport: graph.TransportOptions{
			CACertificateFile: r.text("ca_certificate_file", c.CACertificateFile, nil),
			Proxy:             r.proxy(c.Proxy),
			Getenv:            getenv,
		},
		retry:   r.retry(c.Retry),
		headers: r.headers(c.Headers),
		steps:   r.steps(c.HTTPPipelineSteps),
		unasked: unaskedVariables(getenv),
	}
	return s, r.diags
}

// settingReader reads settings from attributes or else from the environment, and collects
// what is wrong with them.
type settingReader struct {
	getenv func(string) string
	diags  diag.Diagnostics
}

// text reads a string. Attributes were checked by their validators already; check is for
// the variables.
func (r *settingReader) text(attribute string, value types.String, check func(string) error) string {
	switch {
	case value.IsUnknown():
		r.unknown(attribute)
		return ""
	case !value.IsNull():
		return value.ValueString()
	}
	name, text := r.lookup(attribute)
	if text != "" && check != nil {
		if err := check(text); err != nil {
			r.diags.AddError("Invalid Environment Variable",
				fmt.Sprintf("The environment variable %s, which stands for %s, is not usable: %s.", name, attribute, err))
		}
	}
	return text
}

// flag reads a boolean; from the environment 1, t, true, 0, f and false in any case.
func (r *settingReader) flag(attribute string, value types.Bool) bool {
	switch {
	case value.IsUnknown():
		r.unknown(attribute)
		return false
	case !value.IsNull():
		return value.ValueBool()
	}
	name, text := r.lookup(attribute)
	switch strings.ToLower(text) {
	case "1", "t", "true":
		return true
	case "", "0", "f", "false":
		return false
	}
	r.diags.AddError("Invalid Environment Variable",
		fmt.Sprintf("The environment variable %s, which stands for %s, must be true or false (or 1, t, 0, f), not %q.", name, attribute, text))
	return false
}

// lookup returns the first of the attribute's variables that is set and not empty.
func (r *settingReader) lookup(attribute string) (name, value string) {
	for _, name := range environment[attribute] {
		if value := textfile.Line(r.getenv(name)); value != "" {
			return name, value
		}
	}
	return "", ""
}

func (r *settingReader) unknown(attribute string) {
	addSettingError(&r.diags, attribute, summaryUnknown, unknownDetail(attribute))
}

// unknownIn is unknown for an attribute of a block.
func (r *settingReader) unknownIn(at path.Path) {
	r.diags.AddAttributeError(at, summaryUnknown, unknownDetail(at.String()))
}

const summaryUnknown = "Unknown Provider Setting"

func unknownDetail(setting string) string {
	return fmt.Sprintf("The value of %s depends on something that is known only after an apply, and the provider does not "+
		"guess: reading it as not set could sign in as somebody else. Apply what it depends on first "+
		"(for example with -target), or give a value that is known.", setting)
}

func (r *settingReader) unasked(attribute string, flags []string) {
	addSettingError(&r.diags, attribute, "Provider Setting Without Effect",
		fmt.Sprintf("Nothing asks for %s: set %s to true as well, or to false if %s is not to be used.",
			attribute, strings.Join(flags, " or "), attribute))
}
