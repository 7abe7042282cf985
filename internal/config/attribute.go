package config

import (
	"context"
	"errors"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"terraform-provider-msgraph/internal/tfvalue"
)

// envVars are the environment variables of each attribute, in order of precedence: the names that
// Azure's Terraform providers share first, then those of the Azure SDKs. They are read where the
// attribute is not set.
var envVars = merge(credentialEnvVars, cloudEnvVars, map[string][]string{
	"ca_certificate_file":     {"MSGRAPH_CA_CERTIFICATE_FILE"},
	"max_concurrent_requests": {"MSGRAPH_MAX_CONCURRENT_REQUESTS"},
})

// EnvVars returns the environment variables that are read where an attribute of the provider
// block is not set, in order of precedence.
func EnvVars(attribute string) []string { return envVars[attribute] }

// merge puts the environment variables of the parts of the provider block together.
func merge(parts ...map[string][]string) map[string][]string {
	all := map[string][]string{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
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

// fromEnvironment ends an attribute's description with its environment variables.
func fromEnvironment(attribute string) string {
	return " Environment: `" + strings.Join(envVars[attribute], "`, `") + "`."
}

// description is the description of a validator that embeds it.
type description string

// Description implements [validator.Describer].
func (d description) Description(context.Context) string { return string(d) }

// MarkdownDescription implements [validator.Describer].
func (d description) MarkdownDescription(context.Context) string { return string(d) }

// notEmpty returns a validator for a provider setting. An empty string is more likely a variable that was
// not set than an intention to use the environment.
func notEmpty() validator.String {
	return tfvalue.Checked("must not be empty", func(s string) error {
		if s == "" {
			return errors.New("the value must not be empty; omit the attribute or set it to null to use the environment")
		}
		return nil
	})
}
