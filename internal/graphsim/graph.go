package graphsim

import (
	"net/http"
	"slices"
	"strings"
)

// serveGraph answers for /v1.0 and /beta: GET and DELETE on a call, POST on its
// keepAlive.
func (s *Server) serveGraph(w http.ResponseWriter, r *http.Request) {
	setGraphHeaders(w.Header(), r)
	app, refused := s.authorize(r)
	if refused != nil {
		s.writeGraphError(w, refused)
		return
	}
	path, refused := parseGraphPath(rawPath(r))
	if refused != nil {
		s.writeGraphError(w, refused)
		return
	}
	var serve func(http.ResponseWriter, *http.Request, graphPath) *graphError
	switch {
	case path.action == actionKeepAlive && r.Method == http.MethodPost:
		serve = s.serveKeepAlive
	case path.action == "" && r.Method == http.MethodGet:
		serve = s.serveGet
	case path.action == "" && r.Method == http.MethodDelete:
		serve = s.serveDelete
	default:
		refused = errMethod()
	}
	if refused == nil {
		refused = s.mayUse(app, path.callID)
	}
	if refused == nil {
		refused = serve(w, r, path)
	}
	if refused != nil {
		s.writeGraphError(w, refused)
	}
}

// authorize finds the app whose token the request carries.
func (s *Server) authorize(r *http.Request) (App, *graphError) {
	scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || text == "" {
		return App{}, errToken("Access token is empty.")
	}
	token, valid, known := s.directory.token(text)
	switch {
	case !known:
		return App{}, errToken("Access token validation failure. Invalid signature.")
	case !valid:
		return App{}, errToken("Access token has expired or is not yet valid.")
	case token.user:
		return App{}, errDelegated()
	}
	return token.app, nil
}

// mayUse checks what the app may do, and that the call is one of its tenant.
func (s *Server) mayUse(app App, callID string) *graphError {
	if !slices.Contains(app.Roles, RoleCallsInitiate) && !slices.Contains(app.Roles, RoleCallsAccessMedia) {
		return errPermission()
	}
	tenant, ok := s.calls.tenant(callID, s.now())
	if ok && !strings.EqualFold(tenant, app.TenantID) {
		return errTenantMismatch()
	}
	return nil
}

func (s *Server) serveGet(w http.ResponseWriter, r *http.Request, path graphPath) *graphError {
	call, ok := s.calls.get(path.callID, s.now())
	if !ok {
		return errCallNotFound()
	}
	writeJSON(w, http.StatusOK, callJSON(call, s.GraphURL()+"/"+path.version))
	return nil
}

func (s *Server) serveKeepAlive(w http.ResponseWriter, r *http.Request, path graphPath) *graphError {
	switch {
	case r.ContentLength != 0:
		return errBadRequest("The request body must be empty for the action 'keepAlive'.")
	case r.ProtoMajor == 1 && r.Header.Get("Content-Length") == "":
		return errLengthRequired()
	}
	status, ok := s.calls.keepAlive(path.callID, s.now())
	if !ok {
		return errCallNotFound()
	}
	if status != http.StatusNoContent {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", "0")
	}
	w.WriteHeader(status)
	return nil
}

func (s *Server) serveDelete(w http.ResponseWriter, r *http.Request, path graphPath) *graphError {
	status, ok := s.calls.hangUp(path.callID, s.now())
	if !ok {
		return errCallNotFound()
	}
	w.WriteHeader(status)
	return nil
}
