package graphsim

import (
	"cmp"
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

// with returns e with its message's verbs filled in.
func (e entraError) with(args ...any) *entraError {
	e.message = fmt.Sprintf(e.message, args...)
	return &e
}

// Refusals of any request. The verbs of fmt are for what each is about.
var (
	errMissing = entraError{http.StatusBadRequest, "invalid_request", 900144,
		"The request body must contain the following parameter: '%s'."}
	errMalformed = entraError{http.StatusBadRequest, "invalid_request", 900142, "The request is malformed: %v."}
	errGrantType = entraError{http.StatusBadRequest, "unsupported_grant_type", 70003,
		"The app requested an unsupported grant type '%s'."}
	errScope = entraError{http.StatusBadRequest, "invalid_scope", 70011,
		"The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' " +
			"is not valid. The scope %s is not valid."}
	errUnknownResource = entraError{http.StatusBadRequest, "invalid_resource", 500011,
		"The resource principal named %s was not found in the tenant. This can happen if the application has not been " +
			"installed by the administrator of the tenant or consented to by any user in the tenant."}
	errUnknownTenant = entraError{http.StatusBadRequest, "invalid_request", 90002,
		"Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. " +
			"Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."}
	errUnknownApp = entraError{http.StatusBadRequest, "unauthorized_client", 700016,
		"Application with identifier '%s' was not found in the directory '%s'. This can happen if the application has not " +
			"been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent " +
			"your authentication request to the wrong tenant."}
	errWrongSecret = entraError{http.StatusUnauthorized, "invalid_client", 7000215,
		"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the " +
			"client secret ID, for a secret added to app '%s'."}
	errNoClientCredential = entraError{http.StatusUnauthorized, "invalid_client", 7000216,
		"'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."}
)

// Refusals of assertions.
var (
	errAssertionType = entraError{http.StatusBadRequest, "invalid_request", 7000214,
		"The client assertion type '%s' is not supported."}
	errAssertionMalformed = entraError{http.StatusBadRequest, "invalid_request", 50027, "JWT token is invalid or malformed."}
	errAssertionSignature = entraError{http.StatusUnauthorized, "invalid_client", 700027,
		"Client assertion failed signature validation."}
	errCertificateUnknown = entraError{http.StatusUnauthorized, "invalid_client", 700027,
		"The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The " +
			"key was not found., Thumbprint of key used by client: '%v', Please visit the Azure Portal, Graph Explorer or " +
			"directly use MS Graph to see configured keys for the app.]"}
	errSubjectName = entraError{http.StatusUnauthorized, "invalid_client", 700030,
		"Invalid certificate - subject name in certificate is not authorized. SubjectNames/SubjectAlternativeNames (up to " +
			"10) in token certificate are: %s."}
	errAssertionAudience = entraError{http.StatusUnauthorized, "invalid_client", 700023,
		"Client assertion audience claim '%s' does not match the realm issuer."}
	errAssertionTime = entraError{http.StatusUnauthorized, "invalid_client", 700024,
		"Client assertion is not within its valid time range. Current time: %s, expiry time of assertion %s. Review the " +
			"documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials ."}
)

// errFederation is a federated credential's claim that no credential of the app has.
func errFederation(code int, claim, value string) *entraError {
	return entraError{http.StatusUnauthorized, "invalid_client", code,
		"No matching federated identity record found for presented assertion %s '%s'. Check your federated identity " +
			"credential Subject, Audience and Issuer against the presented assertion. " +
			"https://learn.microsoft.com/entra/workload-id/workload-identity-federation"}.with(claim, value)
}

// errEntraStatus is what Entra returns with a status that has no case of its own.
func errEntraStatus(status int) *entraError {
	switch {
	case status == http.StatusUnauthorized:
		return &entraError{status, "invalid_client", 7000215, "Invalid client secret provided."}
	case status < http.StatusInternalServerError && status != http.StatusTooManyRequests:
		return &entraError{status, "invalid_request", 90014, "The request is missing a required value."}
	}
	return &entraError{status, "temporarily_unavailable", 90033, "A transient error has occurred. Please try again."}
}

// writeEntraError writes an error in Entra's shape, dated by the server's clock.
func (s *Server) writeEntraError(w http.ResponseWriter, r *http.Request, e *entraError) {
	correlation := cmp.Or(r.Header.Get("client-request-id"), newGUID())
	trace, at := newGUID(), s.now().UTC().Format("2006-01-02 15:04:05Z")
	w.Header().Set("X-Ms-Request-Id", trace)
	writeJSON(w, e.status, object{
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
