package graphsim

import (
	"net/url"
	"strings"
)

// What there is below a call.
const (
	actionKeepAlive    = "keepAlive"
	actionParticipants = "participants"
)

// graphPath is a path of Graph that leads to a call, or to all of them.
type graphPath struct {
	version string // v1.0 or beta
	callID  string // unescaped; empty for the collection
	action  string // empty, or one of the constants above
}

// parseGraphPath takes an escaped path apart. The ID of a call is one segment,
// unescaped once and otherwise taken as it is. Any other path is refused with
// 400, as Graph does it: a call that is not there is the only 404.
func parseGraphPath(escaped string) (graphPath, *graphError) {
	segments := strings.Split(strings.TrimPrefix(escaped, "/"), "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			return graphPath{}, errBadRequest("Malformed segment '" + segment + "'.")
		}
		segments[i] = plain
	}
	if segments[0] != "v1.0" && segments[0] != "beta" {
		return graphPath{}, errBadRequest("Invalid version: " + segments[0])
	}
	wanted := []string{segments[0], "communications", "calls", "", ""}
	for i, segment := range segments {
		isID := i == 3
		isAction := i == 4 && (segment == actionKeepAlive || segment == actionParticipants)
		if i >= len(wanted) || (isID && segment == "") || (!isID && !isAction && segment != wanted[i]) {
			return graphPath{}, notFoundSegment(segment)
		}
	}
	if len(segments) < 3 {
		return graphPath{}, notFoundSegment(segments[len(segments)-1])
	}
	path := graphPath{version: segments[0]}
	if len(segments) > 3 {
		path.callID = segments[3]
	}
	if len(segments) > 4 {
		path.action = segments[4]
	}
	return path, nil
}

func notFoundSegment(segment string) *graphError {
	return errBadRequest("Resource not found for the segment '" + segment + "'.")
}
