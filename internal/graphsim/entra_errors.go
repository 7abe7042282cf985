package graphsim

import (
	"fmt"
	"net/http"
)

// entraError is a refusal of Entra's, with its AADSTS code.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
type entraError struct {
	status  int
	oauth   string // the error of RFC 6749
	code    int    // AADSTS
	message string
}

func errMissing(parameter string) *entraError {
	return &entraError{http.StatusBadRequest, "invalid_request", 900144,
		fmt.Sprintf("The request body must contain the following parameter: '%s'.", parameter)}
}

func errMalformed(err error) *entraError {
	return &entraError{http.StatusBadRequest, "invalid_request", 900142, "The request is malformed: " + err.Error() + "."}
}

func errGrantType(grant string) *entraError {
	return &entraError{http.StatusBadRequest, "unsupported_grant_type", 70003,
		fmt.Sprintf("The app requested an unsupported grant type '%s'.", grant)}
}

func errScope(scope string) *entraError {
	return &entraError{http.StatusBadRequest, "invalid_scope", 70011,
		fmt.Sprintf("The provided request must include a 'scope' input parameter. The provided value for the input "+
			"parameter 'scope' is not valid. The scope %s is not valid.", scope)}
}

func errUnknownResource(resource string) *entraError {
	return &entraError{http.StatusBadRequest, "invalid_resource", 500011,
		fmt.Sprintf("The resource principal named %s was not found in the tenant. This can happen if the application has "+
			"not been installed by the administrator of the tenant or consented to by any user in the tenant.", resource)}
}

func errUnknownTenant(tenant string) *entraError {
	return &entraError{http.StatusBadRequest, "invalid_request", 90002,
		fmt.Sprintf("Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the "+
			"correct cloud. Check with your subscription administrator, this may happen if there are no active "+
			"subscriptions for the tenant.", tenant)}
}

func errUnknownApp(clientID, tenant string) *entraError {
	return &entraError{http.StatusBadRequest, "unauthorized_client", 700016,
		fmt.Sprintf("Application with identifier '%s' was not found in the directory '%s'. This can happen if the "+
			"application has not been installed by the administrator of the tenant or consented to by any user in the "+
			"tenant. You may have sent your authentication request to the wrong tenant.", clientID, tenant)}
}

func errWrongSecret(clientID string) *entraError {
	return &entraError{http.StatusUnauthorized, "invalid_client", 7000215,
		fmt.Sprintf("Invalid client secret provided. Ensure the secret being sent in the request is the client secret "+
			"value, not the client secret ID, for a secret added to app '%s'.", clientID)}
}

func errNoClientCredential() *entraError {
	return &entraError{http.StatusUnauthorized, "invalid_client", 7000216,
		"'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."}
}

// writeEntraError writes an error in Entra's shape, dated by the server's clock.
func (s *Server) writeEntraError(w http.ResponseWriter, r *http.Request, e *entraError) {
	correlation := r.Header.Get("client-request-id")
	if correlation == "" {
		correlation = newGUID()
	}
	trace, at := newGUID(), s.now().UTC().Format("2006-01-02 15:04:05Z")
	w.Header().Set("X-Ms-Request-Id", trace)
	writeJSON(w, e.status, map[string]any{
		"error": e.oauth,
		"error_description": fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s",
			e.code, e.message, trace, correlation, at),
		"error_codes":    []int{e.code},
		"timestamp":      at,
		"trace_id":       trace,
		"correlation_id": correlation,
		"error_uri":      fmt.Sprintf("%s/error?code=%d", s.AuthorityURL(), e.code),
	})
}

// errEntraStatus is what Entra returns with a status that has no case of its own.
func errEntraStatus(status int) *entraError {
	if status == http.StatusUnauthorized {
		return &entraError{status, "invalid_client", 7000215, "Invalid client secret provided."}
	}
	if status < http.StatusInternalServerError && status != http.StatusTooManyRequests {
		return &entraError{status, "invalid_request", 90014, "The request is missing a required value."}
	}
	return &entraError{status, "temporarily_unavailable", 90033,
		"A transient error has occurred. Please try again."}
}
