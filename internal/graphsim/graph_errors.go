package graphsim

import (
	"cmp"
	"net/http"
)

// graphError is a refusal of Graph's.
type graphError struct {
	status  int
	code    string
	message string
}

func errBadRequest(message string) *graphError {
	return &graphError{http.StatusBadRequest, "BadRequest", message}
}

func errToken(message string) *graphError {
	return &graphError{http.StatusUnauthorized, "InvalidAuthenticationToken", message}
}

var (
	errPermission = &graphError{http.StatusForbidden, "7504", "Insufficient enterprise tenant permissions, cannot access this API."}
	// errDelegated is what Graph has said of a call with a delegated token; its code is not documented.
	errDelegated      = &graphError{http.StatusForbidden, "Forbidden", "Unsupported AAD Identity."}
	errTenantMismatch = &graphError{http.StatusForbidden, "7505", "Request authorization tenant mismatch."}
	errCallNotFound   = &graphError{http.StatusNotFound, "8522", "Call not found."}
	errMethod         = &graphError{http.StatusMethodNotAllowed, "BadRequest", "Specified HTTP method is not allowed for the request target."}
	errLengthRequired = &graphError{http.StatusLengthRequired, "BadRequest", "A Content-Length header is required on the request."}
)

// errForStatus is what Graph returns with a status that has no case of its own.
func errForStatus(status int) *graphError {
	switch status {
	case http.StatusBadRequest:
		return errBadRequest("The request is malformed or incorrect.")
	case http.StatusUnauthorized:
		return errToken("Access token has expired or is not yet valid.")
	case http.StatusForbidden:
		return &graphError{status, "Forbidden", "Access is denied."}
	case http.StatusNotFound:
		return errCallNotFound
	case http.StatusMethodNotAllowed:
		return errMethod
	case http.StatusTooManyRequests:
		return &graphError{status, "TooManyRequests", "Please retry again later."}
	case http.StatusInternalServerError:
		return &graphError{status, "UnknownError", ""}
	default:
		return &graphError{status, "ServiceError", http.StatusText(status) + "."}
	}
}

// setGraphHeaders sets what every response of Graph carries. Graph echoes the
// client-request-id it was sent, and repeats its own ID when there was none.
func setGraphHeaders(h http.Header, r *http.Request) {
	id := newGUID()
	h.Set("Request-Id", id)
	h.Set("Client-Request-Id", cmp.Or(r.Header.Get("Client-Request-Id"), id))
	h.Set("X-Ms-Ags-Diagnostic", `{"ServerInfo":{"DataCenter":"West Europe","Slice":"E","Ring":"5","ScaleUnit":"004","RoleInstance":"AM2PEPF00000000"}}`)
	h.Set("Strict-Transport-Security", "max-age=31536000")
	h.Set("Cache-Control", "private")
}

// writeGraphError writes an error in Graph's shape. The date inside has
// no zone, as Graph sends it, and is in UTC.
func (s *Server) writeGraphError(w http.ResponseWriter, e *graphError) {
	switch e.status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="", authorization_uri="`+s.AuthorityURL()+
			`/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`)
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", "GET, DELETE, POST")
	}
	writeJSON(w, e.status, map[string]any{"error": map[string]any{
		"code":    e.code,
		"message": e.message,
		"innerError": map[string]any{
			"date":              s.now().UTC().Format("2006-01-02T15:04:05"),
			"request-id":        w.Header().Get("Request-Id"),
			"client-request-id": w.Header().Get("Client-Request-Id"),
		},
	}})
}
