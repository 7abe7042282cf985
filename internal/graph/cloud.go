package graph

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Cloud is one of the deployments of Microsoft Graph and Microsoft Entra ID. Tokens of one
// are not valid in another.
type Cloud struct {
	// Title is its name in errors.
	Title string
	// Names are the values of environment for it; the provider shows the first one. Azure's
	// Terraform providers use both.
	Names []string
	// Endpoint is Graph's root, from which the scope of the tokens follows.
	Endpoint string
	// AuthorityHosts are the roots of Entra ID; tokens are requested from the first one.
	AuthorityHosts []string
	// Beta is whether keepAlive is in the beta version of the API, too.
	Beta bool

	refused string // why the provider cannot work there
}

// clouds has every cloud with the calls API, and one without.
//
// Sources: https://learn.microsoft.com/en-us/graph/deployments for the endpoints and
// authorities, https://learn.microsoft.com/en-us/graph/api/call-keepalive and its beta
// version for where the API is. The older authorities are those that azidentity's
// documentation and MSAL list.
var clouds = []Cloud{
	{
		Title: "the global service", Names: []string{"public", "global"},
		Endpoint:       DefaultEndpoint,
		AuthorityHosts: []string{"https://login.microsoftonline.com", "https://login.windows.net", "https://login.microsoft.com", "https://sts.windows.net"},
		Beta:           true,
	},
	{
		Title: "US Government L4 (GCC High)", Names: []string{"usgovernment", "usgovernmentl4"},
		Endpoint:       "https://graph.microsoft.us",
		AuthorityHosts: usGovernmentAuthorities,
	},
	{
		Title: "US Government L5 (DoD)", Names: []string{"dod", "usgovernmentl5"},
		Endpoint:       "https://dod-graph.microsoft.us",
		AuthorityHosts: usGovernmentAuthorities,
	},
	{
		Title: "China (operated by 21Vianet)", Names: []string{"china"},
		Endpoint:       "https://microsoftgraph.chinacloudapi.cn",
		AuthorityHosts: []string{"https://login.chinacloudapi.cn", "https://login.partner.microsoftonline.cn"},
		refused: "Graph has no cloud communications API in China (operated by 21Vianet), so there are no calls to keep alive " +
			"(https://learn.microsoft.com/graph/api/call-keepalive)",
	},
}

// Both government clouds sign in at the same authority; their tokens differ by scope.
var usGovernmentAuthorities = []string{"https://login.microsoftonline.us", "https://login.usgovcloudapi.net"}

// CloudNamed returns the cloud with that name, in any case. The errors list the known clouds, or
// say why the provider cannot work in one.
func CloudNamed(name string) (Cloud, error) {
	for _, c := range clouds {
		if slices.Contains(c.Names, strings.ToLower(name)) {
			if c.refused != "" {
				return Cloud{}, errors.New(c.refused)
			}
			return c, nil
		}
	}
	return Cloud{}, fmt.Errorf("unknown environment %q; use one of %s. For any other cloud, set graph_endpoint and authority_host",
		name, strings.Join(CloudNames(), ", "))
}

// CloudNames returns the names of all clouds that the provider can work in.
func CloudNames() []string {
	var names []string
	for _, c := range clouds {
		if c.refused == "" {
			names = append(names, c.Names...)
		}
	}
	return names
}

// CloudOf returns the cloud whose Graph is at that endpoint, and false for none that is known.
func CloudOf(endpoint string) (Cloud, bool) {
	for _, c := range clouds {
		if sameRoot(c.Endpoint, endpoint) {
			return c, true
		}
	}
	return Cloud{}, false
}

// CheckCloud returns an error if the provider cannot work with the Graph at endpoint, or if that
// and the authority are known to belong to different clouds.
func CheckCloud(endpoint, authorityHost string) error {
	c, ok := CloudOf(endpoint)
	if !ok {
		return nil
	}
	if c.refused != "" {
		return errors.New(c.refused)
	}
	for _, other := range clouds {
		if !other.hasAuthority(authorityHost) || c.hasAuthority(authorityHost) {
			continue
		}
		return fmt.Errorf("%s is Graph in %s, and %s is Entra ID of %s: tokens of one cloud are not valid in another. "+
			"Set environment to the cloud of the calls (for this Graph, %q), and do not set authority_host",
			endpoint, c.Title, authorityHost, other.Title, c.Names[0])
	}
	return nil
}

func (c Cloud) hasAuthority(host string) bool {
	return slices.ContainsFunc(c.AuthorityHosts, func(h string) bool { return sameRoot(h, host) })
}

// sameRoot reports whether two roots of services are the same.
func sameRoot(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "/"), strings.TrimSuffix(b, "/"))
}
