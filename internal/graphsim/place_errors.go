package graphsim

import "net/http"

// placementErrors are the errors of a POST by their code. The status of 7507 and 9999 is not
// documented. The message of 7503 is JSON in the real service, too.
// https://github.com/microsoftgraph/microsoft-graph-comms-samples/issues/432
var placementErrors = map[string]*graphError{
	"7503": {http.StatusForbidden, "UnknownError", `{"errorCode":"7503","message":"Application is not registered in our store.","instanceAnnotations":[]}`},
	"7504": errPermission,
	"7505": errTenantMismatch,
	"7507": {http.StatusForbidden, "7507", "Call source identity invalid."},
	"8523": {http.StatusBadRequest, "8523", "Missing mediaConfig information."},
	"9999": {http.StatusInternalServerError, "9999", "Unkown internal Server Error"}, //nolint:misspell // Graph's spelling
}
