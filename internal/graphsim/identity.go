package graphsim

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The managed identities that every server has from the start: the machine's own, and one
// that was assigned to it.
const (
	SystemAssignedClientID = "5b0c9d0e-9a57-4d3b-8a1e-0f6c2f1d7e01"
	UserAssignedClientID   = "5b0c9d0e-9a57-4d3b-8a1e-0f6c2f1d7e02"
	UserAssignedObjectID   = "c3a1f6de-7b8e-4f5c-9f0d-1e2d3c4b5a02"
	UserAssignedResourceID = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/test-lab/providers/Microsoft.ManagedIdentity/userAssignedIdentities/calls"
)

// IdentityHeader is what the App Service endpoint wants to see (IDENTITY_HEADER).
const IdentityHeader = "graphsim-identity-header-0123456789"

// managedIdentity is one of a machine's identities.
type managedIdentity struct{ clientID, objectID, resourceID string }

// managedIdentities are those of the machine; the first is its own.
var managedIdentities = []managedIdentity{
	{clientID: SystemAssignedClientID},
	{UserAssignedClientID, UserAssignedObjectID, UserAssignedResourceID},
}

// RemoveManagedIdentities takes all identities from the machine.
func (s *Server) RemoveManagedIdentities() { s.noIdentities.Store(true) }

// findIdentity returns the identity that a query names, or the machine's own where it names none.
// The two endpoints spell the resource ID differently.
func (s *Server) findIdentity(q url.Values, resourceIDParameter string) (managedIdentity, bool) {
	parameters := []string{"client_id", "object_id", resourceIDParameter}
	for n, identity := range managedIdentities {
		named := n == 0 && !slices.ContainsFunc(parameters, q.Has)
		for i, id := range []string{identity.clientID, identity.objectID, identity.resourceID} {
			named = named || q.Has(parameters[i]) && strings.EqualFold(q.Get(parameters[i]), id)
		}
		if named {
			return identity, !s.noIdentities.Load()
		}
	}
	return managedIdentity{}, false
}

// IdentityURL is the root of the identity endpoints, http://127.0.0.1:PORT. They have no
// TLS, as on a real machine. IMDS is served at the path that it has at
// http://169.254.169.254; a client has to be led there.
func (s *Server) IdentityURL() string { return s.services[ServiceIdentity].url }

// AppServiceURL is the endpoint of an App Service (IDENTITY_ENDPOINT).
func (s *Server) AppServiceURL() string { return s.services[ServiceIdentity].url + "/msi/token" }

func (s *Server) identityRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metadata/identity/oauth2/token", s.serveIMDS)
	mux.HandleFunc("GET /msi/token", s.serveAppService)
	return mux
}

// serveIMDS simulates the instance metadata service of a virtual machine.
// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
func (s *Server) serveIMDS(w http.ResponseWriter, r *http.Request) {
	refuse := func(message string) {
		writeJSON(w, http.StatusBadRequest, object{"error": "invalid_request", "error_description": message})
	}
	q := r.URL.Query()
	identity, found := s.findIdentity(q, "msi_res_id")
	switch {
	case r.Header.Get("Metadata") != "true":
		refuse("Required metadata header not specified")
	case q.Get("api-version") != "2018-02-01":
		refuse("Required query variable 'api-version' is missing")
	case q.Get("resource") != s.GraphURL():
		refuse(noSuchResource(q))
	case !found:
		refuse("Identity not found")
	default:
		response, lifetime := s.identityToken(identity)
		response["expires_in"] = strconv.Itoa(int(lifetime.Seconds()))
		response["ext_expires_in"] = response["expires_in"]
		response["not_before"] = strconv.FormatInt(time.Now().Unix(), 10)
		writeJSON(w, http.StatusOK, response)
	}
}

// serveAppService simulates the endpoint of an App Service.
// https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
func (s *Server) serveAppService(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, message string) {
		writeJSON(w, status, object{"statusCode": status, "message": message, "correlationId": newGUID()})
	}
	q := r.URL.Query()
	identity, found := s.findIdentity(q, "mi_res_id")
	switch {
	case r.Header.Get("X-Identity-Header") != IdentityHeader:
		refuse(http.StatusUnauthorized, "The secret header is missing or wrong.")
	case q.Get("api-version") != "2019-08-01":
		refuse(http.StatusBadRequest, "The api-version is not supported.")
	case q.Get("resource") != s.GraphURL():
		refuse(http.StatusBadRequest, noSuchResource(q))
	case !found:
		refuse(http.StatusBadRequest, "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.")
	default:
		response, _ := s.identityToken(identity)
		writeJSON(w, http.StatusOK, response)
	}
}

func noSuchResource(q url.Values) string {
	return "AADSTS500011: The resource principal named " + q.Get("resource") + " was not found in the tenant."
}

// identityToken issues a token, and returns the properties of the response that both endpoints send.
func (s *Server) identityToken(identity managedIdentity) (response object, lifetime time.Duration) {
	text, lifetime := s.issue(App{ClientID: identity.clientID}.complete(), false)
	return object{
		"access_token": text, "client_id": identity.clientID, "token_type": "Bearer", "resource": s.GraphURL(),
		"expires_on": strconv.FormatInt(time.Now().Add(lifetime).Unix(), 10),
	}, lifetime
}
