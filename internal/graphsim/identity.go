package graphsim

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
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

// identities are those of the machine; the first is its own.
type identities struct {
	mu  sync.Mutex
	all []managedIdentity
}

func (i *identities) init() {
	i.all = []managedIdentity{
		{clientID: SystemAssignedClientID},
		{UserAssignedClientID, UserAssignedObjectID, UserAssignedResourceID},
	}
}

// RemoveManagedIdentities takes all identities from the machine.
func (s *Server) RemoveManagedIdentities() {
	s.identities.mu.Lock()
	defer s.identities.mu.Unlock()
	s.identities.all = nil
}

// find returns the identity that a query names, or the machine's own where it names none.
// The two endpoints spell the resource ID differently.
func (i *identities) find(q url.Values, resourceIDParameter string) (managedIdentity, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for n, identity := range i.all {
		switch {
		case q.Has("client_id") || q.Has("object_id") || q.Has(resourceIDParameter):
			if q.Has("client_id") && strings.EqualFold(q.Get("client_id"), identity.clientID) ||
				q.Has("object_id") && strings.EqualFold(q.Get("object_id"), identity.objectID) ||
				q.Has(resourceIDParameter) && strings.EqualFold(q.Get(resourceIDParameter), identity.resourceID) {
				return identity, true
			}
		case n == 0:
			return identity, true
		}
	}
	return managedIdentity{}, false
}

// IdentityURL is the root of the identity endpoints, http://127.0.0.1:PORT. They have no
// TLS, as on a real machine. IMDS is served at the path that it has at
// http://169.254.169.254; a client has to be led there.
func (s *Server) IdentityURL() string { return s.identity.url }

// AppServiceURL is the endpoint of an App Service (IDENTITY_ENDPOINT).
func (s *Server) AppServiceURL() string { return s.identity.url + "/msi/token" }

func (s *Server) identityRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metadata/identity/oauth2/token", s.serveIMDS)
	mux.HandleFunc("GET /msi/token", s.serveAppService)
	return mux
}

// serveIMDS stands for the instance metadata service of a virtual machine.
// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
func (s *Server) serveIMDS(w http.ResponseWriter, r *http.Request) {
	refuse := func(message string) {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "invalid_request", "error_description": message})
	}
	q := r.URL.Query()
	identity, found := s.identities.find(q, "msi_res_id")
	switch {
	case r.Header.Get("Metadata") != "true":
		refuse("Required metadata header not specified")
	case q.Get("api-version") != "2018-02-01":
		refuse("Required query variable 'api-version' is missing")
	case q.Get("resource") != s.GraphURL():
		refuse("AADSTS500011: The resource principal named " + q.Get("resource") + " was not found in the tenant.")
	case !found:
		refuse("Identity not found")
	default:
		text, lifetime := s.identityToken(identity)
		seconds := strconv.Itoa(int(lifetime.Seconds()))
		now := time.Now()
		writeJSON(w, http.StatusOK, map[string]string{
			"access_token": text, "client_id": identity.clientID, "token_type": "Bearer", "resource": q.Get("resource"),
			"expires_in": seconds, "ext_expires_in": seconds,
			"expires_on": strconv.FormatInt(now.Add(lifetime).Unix(), 10), "not_before": strconv.FormatInt(now.Unix(), 10),
		})
	}
}

// serveAppService stands for the endpoint of an App Service.
// https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
func (s *Server) serveAppService(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int, message string) {
		writeJSON(w, status, map[string]any{"statusCode": status, "message": message, "correlationId": newGUID()})
	}
	q := r.URL.Query()
	identity, found := s.identities.find(q, "mi_res_id")
	switch {
	case r.Header.Get("X-Identity-Header") != IdentityHeader:
		refuse(http.StatusUnauthorized, "The secret header is missing or wrong.")
	case q.Get("api-version") != "2019-08-01":
		refuse(http.StatusBadRequest, "The api-version is not supported.")
	case q.Get("resource") != s.GraphURL():
		refuse(http.StatusBadRequest, "AADSTS500011: The resource principal named "+q.Get("resource")+" was not found in the tenant.")
	case !found:
		refuse(http.StatusBadRequest, "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.")
	default:
		text, lifetime := s.identityToken(identity)
		writeJSON(w, http.StatusOK, map[string]string{
			"access_token": text, "client_id": identity.clientID, "token_type": "Bearer", "resource": q.Get("resource"),
			"expires_on": strconv.FormatInt(time.Now().Add(lifetime).Unix(), 10),
		})
	}
}

func (s *Server) identityToken(identity managedIdentity) (string, time.Duration) {
	app := App{TenantID: TenantID, ClientID: identity.clientID, Roles: defaultRoles()}
	return s.directory.issue(app, s.GraphURL(), s.issuer(TenantID))
}
