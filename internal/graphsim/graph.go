package graphsim

import (
	"net/http"
	"strings"
)

// serveGraph serves /v1.0 and /beta: POST of a call, GET and DELETE of one, GET of its
// participants, POST of its keepAlive.
func (s *Server) serveGraph(w http.ResponseWriter, r *http.Request) {
	setGraphHeaders(w.Header(), r)
	if refused := s.serveCalls(w, r); refused != nil {
		s.writeGraphError(w, refused)
	}
}

func (s *Server) serveCalls(w http.ResponseWriter, r *http.Request) *graphError {
	app, refused := s.authorize(r)
	if refused != nil {
		return refused
	}
	path, refused := parseGraphPath(rawPath(r))
	switch {
	case refused != nil:
		return refused
	case path.callID == "" && r.Method == http.MethodPost:
		return s.servePlace(w, r, app, path.version)
	case path.callID == "":
		return notFoundSegment("calls") // the list of calls is not documented
	}
	serve, ok := map[string]func(http.ResponseWriter, *http.Request, graphPath) *graphError{
		"GET ":                      s.serveGet,
		"DELETE ":                   s.serveDelete,
		"GET " + actionParticipants: s.serveParticipants,
		"POST " + actionKeepAlive:   s.serveKeepAlive,
	}[r.Method+" "+path.action]
	if !ok {
		return errMethod
	}
	if refused := s.mayUse(app, path.callID); refused != nil {
		return refused
	}
	return serve(w, r, path)
}

// authorize finds the app whose token the request carries.
func (s *Server) authorize(r *http.Request) (App, *graphError) {
	scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || text == "" {
		return App{}, errToken("Access token is empty.")
	}
	token, issued := s.directory.token(text)
	switch {
	case !issued:
		return App{}, errToken("Access token validation failure. Invalid signature.")
	case token.revoked:
		return App{}, errToken("Access token has expired or is not yet valid.")
	case token.user:
		return App{}, errDelegated
	}
	return token.app, nil
}

// mayUse checks what the app may do, and that the call is one of its tenant and, if a client
// has placed it, its own. Who has placed it needs no permission more than for that. What Graph
// says to another app of the same tenant is not documented.
// https://learn.microsoft.com/graph/api/call-keepalive#permissions
func (s *Server) mayUse(app App, callID string) *graphError {
	tenant, owner, ok := s.calls.owner(callID, s.now())
	sameTenant, sameApp := strings.EqualFold(tenant, app.TenantID), strings.EqualFold(owner, app.ClientID)
	switch {
	case app.SeesNoCalls:
		return errCallNotFound
	case ok && sameTenant && sameApp:
		return nil
	case !app.has(RoleCallsInitiate) && !app.has(RoleCallsAccessMedia):
		return errPermission
	case ok && !sameTenant:
		return errTenantMismatch
	case ok && owner != "":
		return errCallNotFound
	}
	return nil
}

func (s *Server) serveGet(w http.ResponseWriter, r *http.Request, path graphPath) *graphError {
	call, ok := s.calls.get(path.callID, s.now())
	if !ok {
		return errCallNotFound
	}
	writeJSON(w, http.StatusOK, callJSON(call, s.GraphURL()+"/"+path.version))
	return nil
}

func (s *Server) serveKeepAlive(w http.ResponseWriter, r *http.Request, path graphPath) *graphError {
	switch {
	case r.ContentLength != 0:
		return errBadRequest("The request body must be empty for the action 'keepAlive'.")
	case r.ProtoMajor == 1 && r.Header.Get("Content-Length") == "":
		return errLengthRequired
	}
	if !s.calls.keepAlive(path.callID, s.now()) {
		return errCallNotFound
	}
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Server) serveDelete(w http.ResponseWriter, r *http.Request, path graphPath) *graphError {
	if !s.calls.hangUp(path.callID, s.now()) {
		return errCallNotFound
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
