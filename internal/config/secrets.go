package config

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"terraform-provider-msgraph/internal/pipelinestep"
)

// Secrets returns the secrets in the settings, and those in files once [Settings.NewCredential] has read
// them. The provider never shows them itself, but services, proxies and libraries may repeat them.
func (s Settings) Secrets() []string {
	all := s.Credential.Secrets()
	for _, steps := range [][]pipelinestep.Step{s.Prepend, s.Append} {
		for _, step := range steps {
			for _, value := range step.Environment {
				all = append(all, value)
			}
		}
	}
	for _, values := range s.Headers {
		all = append(all, values...)
	}
	return all
}

// secretAttributes are those of the provider block that hold secrets.
var secretAttributes = func() map[string]bool {
	secret := map[string]bool{}
	for name, attribute := range Attributes() {
		secret[name] = attribute.IsSensitive()
	}
	return secret
}()

// addSettingError adds an error about an attribute of the provider block itself, as addErrorAt does.
func addSettingError(diags *diag.Diagnostics, attribute, summary, detail string) {
	addErrorAt(diags, path.Root(attribute), secretAttributes[attribute], summary, detail)
}

// addErrorAt adds an error at its path, unless that holds a secret: Terraform shows the source of what an error is at.
func addErrorAt(diags *diag.Diagnostics, at path.Path, secret bool, summary, detail string) {
	if secret {
		diags.AddError(summary, detail)
		return
	}
	diags.AddAttributeError(at, summary, detail)
}
