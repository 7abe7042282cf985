package config

import (
	"cmp"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/endpoint"
	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/tfvalue"
)

// cloudModel is the part of the provider block that says where Graph and Entra ID are.
type cloudModel struct {
	Environment              types.String `tfsdk:"environment"`
	GraphEndpoint            types.String `tfsdk:"graph_endpoint"`
	AuthorityHost            types.String `tfsdk:"authority_host"`
	DisableInstanceDiscovery types.Bool   `tfsdk:"disable_instance_discovery"`
	APIVersion               types.String `tfsdk:"api_version"`
}

// cloudEnvVars are the part of [envVars] that says where Graph and Entra ID are.
// AZURE_ENVIRONMENT is not one of them: tools disagree on its values, and deployments use it
// for names like "production".
var cloudEnvVars = map[string][]string{
	"environment":                {"ARM_ENVIRONMENT"},
	"graph_endpoint":             {"MSGRAPH_GRAPH_ENDPOINT"},
	"authority_host":             {"MSGRAPH_AUTHORITY_HOST", "AZURE_AUTHORITY_HOST"},
	"disable_instance_discovery": {"MSGRAPH_DISABLE_INSTANCE_DISCOVERY"},
	"api_version":                {"MSGRAPH_API_VERSION"},
}

func cloudAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"environment": textSetting("environment", "The cloud of the calls: `public` (or `global`, the default), `usgovernment` "+
			"(or `usgovernmentl4`, GCC High) or `dod` (or `usgovernmentl5`); case is ignored. It determines the endpoints of Graph and Entra ID "+
			"and the scope of the tokens. `china` is not supported: Graph has no calls API there.",
			tfvalue.Checked("must be the name of a cloud", checkEnvironment)),
		"graph_endpoint": textSetting("graph_endpoint", "The root URL of Microsoft Graph, for a cloud that `environment` does not cover "+
			"(default: that of `environment`, such as `"+graph.DefaultEndpoint+"`). It also determines the scope of the tokens. `http://` is "+
			"allowed for loopback addresses only.",
			tfvalue.Checked("must be the root URL of Graph", endpoint.CheckRoot)),
		"authority_host": textSetting("authority_host", "The root URL of Microsoft Entra ID (default: that of the same cloud as Graph, such as "+
			"`https://login.microsoftonline.com`). `http://` is allowed for loopback addresses only.",
			tfvalue.Checked("must be the root URL of Entra ID", endpoint.CheckRoot)),
		"disable_instance_discovery": flagSetting("disable_instance_discovery", "Skip instance discovery, the request to Microsoft's global "+
			"service that validates `authority_host`. Required for an authority that it does not know, such as that of a private cloud."),
		"api_version": textSetting("api_version", "The version of the Graph API: `v1.0` (the default) or `beta`. In the government clouds, the "+
			"beta version has no `keepAlive`.",
			tfvalue.Checked("must be v1.0 or beta", checkAPIVersion)),
	}
}

func checkEnvironment(name string) error {
	_, err := graph.CloudNamed(name)
	return err
}

func checkAPIVersion(version string) error {
	if version != graph.DefaultAPIVersion && version != graph.BetaAPIVersion {
		return fmt.Errorf("the API versions are %q and %q, not %q", graph.DefaultAPIVersion, graph.BetaAPIVersion, version)
	}
	return nil
}

// readCloud sets in s where Graph and Entra ID are. What is not set of Graph follows environment;
// what is not set of Entra ID follows Graph.
func (c cloudModel) readCloud(r *settingReader, s *Settings) {
	s.GraphEndpoint = r.text("graph_endpoint", c.GraphEndpoint, endpoint.CheckRoot)
	authority := &s.Credential.AuthorityHost
	*authority = r.text("authority_host", c.AuthorityHost, endpoint.CheckRoot)
	s.APIVersion = r.text("api_version", c.APIVersion, checkAPIVersion)
	s.Credential.DisableInstanceDiscovery = r.flag("disable_instance_discovery", c.DisableInstanceDiscovery)
	name := r.text("environment", c.Environment, checkEnvironment)
	if r.diags.HasError() {
		return
	}
	cloud, known := graph.CloudOf(s.GraphEndpoint)
	if name != "" || !known {
		var err error
		if cloud, err = graph.CloudNamed(cmp.Or(name, graph.CloudNames()[0])); err != nil {
			r.diags.AddAttributeError(path.Root("environment"), "Invalid Environment", tfvalue.Capitalize(err))
			return
		}
	}
	s.GraphEndpoint = cmp.Or(s.GraphEndpoint, cloud.Endpoint)
	where := ""
	if *authority == "" {
		*authority = cloud.AuthorityHosts[0]
	} else if c.AuthorityHost.IsNull() {
		variable, _ := r.lookup("authority_host")
		where = fmt.Sprintf(" The value of authority_host comes from the environment variable %s; set the attribute to override it.", variable)
	}
	if err := graph.CheckCloud(s.GraphEndpoint, *authority); err != nil {
		r.diags.AddError("Invalid Cloud", tfvalue.Capitalize(err)+where)
	}
	s.warnOfBeta(r)
}

// warnOfBeta warns of a version of the API that has no keepAlive where Graph is.
func (s *Settings) warnOfBeta(r *settingReader) {
	cloud, known := graph.CloudOf(s.GraphEndpoint)
	if s.APIVersion != graph.BetaAPIVersion || !known || cloud.Beta {
		return
	}
	r.diags.AddAttributeWarning(path.Root("api_version"), "API Version Not Available",
		fmt.Sprintf("Microsoft documents the beta version of the calls API for the global service only, not for %s. "+
			"Requests will probably be rejected. Use api_version = %q.", cloud.Title, graph.DefaultAPIVersion))
}
