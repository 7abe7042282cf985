package graph

// What the tests call directly.
var (
	CheckCallbackURI = checkCallbackURI
	FindCallID       = findCallID
)
