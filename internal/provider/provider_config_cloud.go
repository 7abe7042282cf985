package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"terraform-provider-msgraph/internal/graph"
)

// cloudConfig is the part of the provider block that says where Graph and Entra ID are.
type cloudConfig struct {
	Environment              types.String `tfsdk:"environment"`
	GraphEndpoint            types.String `tfsdk:"graph_endpoint"`
	AuthorityHost            types.String `tfsdk:"authority_host"`
	DisableInstanceDiscovery types.Bool   `tfsdk:"disable_instance_discovery"`
	APIVersion               types.String `tfsdk:"api_version"`
}

// cloudVariables are the part of [environment] that says where Graph and Entra ID are.
// AZURE_ENVIRONMENT is none of them: tools read it as one of several other sets of names,
// and deployments use it for things like "production".
var cloudVariables = map[string][]string{
	"environment":                {"ARM_ENVIRONMENT"},
	"graph_endpoint":             {"MSGRAPH_GRAPH_ENDPOINT"},
	"authority_host":             {"MSGRAPH_AUTHORITY_HOST", "AZURE_AUTHORITY_HOST"},
	"disable_instance_discovery": {"MSGRAPH_DISABLE_INSTANCE_DISCOVERY"},
	"api_version":                {"MSGRAPH_API_VERSION"},
}

func cloudAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"environment": textSetting("environment", "The cloud that the calls are in: `public` (or `global`, the default), `usgovernment` "+
			"(or `usgovernmentl4`, GCC High) or `dod` (or `usgovernmentl5`), in any case. It decides the addresses of Graph and Entra ID and the "+
			"scope of the tokens. There is no `china`: Graph has no calls API there.",
			checked("must be the name of a cloud", checkEnvironment)),
		"graph_endpoint": textSetting("graph_endpoint", "The root of Microsoft Graph, for a cloud that `environment` does not know "+
			"(default: that of `environment`, such as `"+graph.DefaultEndpoint+"`). The scope of the tokens follows it. `http://` is accepted "+
			"for a loopback address only.",
			checked("must be the root URL of Graph", graph.CheckEndpoint)),
		"authority_host": textSetting("authority_host", "The root of Microsoft Entra ID (default: that of the cloud that Graph is in, such as "+
			"`https://login.microsoftonline.com`). `http://` is accepted for a loopback address only.",
			checked("must be the root URL of Entra ID", graph.CheckEndpoint)),
		"disable_instance_discovery": flagSetting("disable_instance_discovery", "Do not ask Microsoft's global service whether "+
			"`authority_host` is one of Entra ID's. Needed for one that it does not know, such as a private cloud's."),
		"api_version": textSetting("api_version", "The version of Graph's API: `v1.0` (the default) or `beta`. The beta version has no "+
			"`keepAlive` in the government clouds.",
			checked("must be v1.0 or beta", checkAPIVersion)),
	}
}

func checkEnvironment(name string) error {
	_, err := graph.CloudNamed(name)
	return err
}

func checkAPIVersion(version string) error {
	if version != graph.DefaultAPIVersion && version != graph.BetaAPIVersion {
		return fmt.Errorf("the API has the versions %q and %q, not %q", graph.DefaultAPIVersion, graph.BetaAPIVersion, version)
	}
	return nil
}

// cloudSettings say where Graph and Entra ID are.
type cloudSettings struct {
	endpoint, authorityHost, apiVersion string
	disableInstanceDiscovery            bool
}

// settings puts the part of the provider block and that of the environment together. What
// is not said of Graph follows the environment; what is not said of Entra ID follows Graph.
func (c cloudConfig) settings(r *settingReader) cloudSettings {
	s := cloudSettings{
		endpoint:                 r.text("graph_endpoint", c.GraphEndpoint, graph.CheckEndpoint),
		authorityHost:            r.text("authority_host", c.AuthorityHost, graph.CheckEndpoint),
		apiVersion:               r.text("api_version", c.APIVersion, checkAPIVersion),
		disableInstanceDiscovery: r.flag("disable_instance_discovery", c.DisableInstanceDiscovery),
	}
	name := r.text("environment", c.Environment, checkEnvironment)
	if r.diags.HasError() {
		return s
	}
	cloud, known := graph.CloudOf(s.endpoint)
	if name != "" || !known {
		if name == "" {
			name = graph.CloudNames()[0]
		}
		var err error
		if cloud, err = graph.CloudNamed(name); err != nil {
			r.diags.AddAttributeError(path.Root("environment"), "Invalid Environment", capitalize(err))
			return s
		}
	}
	if s.endpoint == "" {
		s.endpoint = cloud.Endpoint
	}
	where := ""
	if s.authorityHost == "" {
		s.authorityHost = cloud.AuthorityHosts[0]
	} else if c.AuthorityHost.IsNull() {
		variable, _ := r.lookup("authority_host")
		where = fmt.Sprintf(" Here authority_host comes from the environment variable %s; the attribute would take its place.", variable)
	}
	if err := graph.CheckCloud(s.endpoint, s.authorityHost); err != nil {
		r.diags.AddError("Invalid Cloud", capitalize(err)+where)
	}
	s.warnOfBeta(r)
	return s
}

// warnOfBeta warns of a version of the API that has no keepAlive where Graph is.
func (s cloudSettings) warnOfBeta(r *settingReader) {
	cloud, known := graph.CloudOf(s.endpoint)
	if s.apiVersion != graph.BetaAPIVersion || !known || cloud.Beta {
		return
	}
	r.diags.AddAttributeWarning(path.Root("api_version"), "API Version Not Available",
		fmt.Sprintf("Microsoft documents the beta version of the calls API for the global service alone, and not for %s: "+
			"requests will probably be refused. Use api_version = %q.", cloud.Title, graph.DefaultAPIVersion))
}
