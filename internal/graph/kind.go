package graph

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"

	"terraform-provider-msgraph/internal/transport"
)

// Kind sorts failures by what a person can do about them.
type Kind int

// The kinds of failure.
const (
	// KindNetwork: no usable response came.
	KindNetwork Kind = iota
	// KindNotFound: Graph does not know the call; it has ended, or is not known yet.
	KindNotFound
	// KindNotGraph: the response is not Graph's, such as a proxy's web page, or is larger than
	// any of Graph's, or may not be Graph's ([Doubted]).
	KindNotGraph
	// KindUnauthorized: Graph did not accept the token (401).
	KindUnauthorized
	// KindForbidden: the token is good but may not touch this call (403).
	KindForbidden
	// KindThrottled: too many requests (429).
	KindThrottled
	// KindUnavailable: Graph failed and may recover (408 and 5xx).
	KindUnavailable
	// KindRefused: Graph refused the request itself (any other 4xx).
	KindRefused
	// KindCredential: no token could be obtained, so nothing was sent.
	KindCredential
	// KindProxy: the proxy cannot be reached, or refuses the request.
	KindProxy
	// KindCanceled: the run was interrupted.
	KindCanceled
	// KindStep: a pipeline step failed, or ended the operation.
	KindStep
	// KindInvalidID: no call can have this ID ([CheckCallID]), so nothing was sent.
	KindInvalidID
	// KindUnreachable: there was no connection to Graph, or to the token endpoint: no such name, no route,
	// nobody listening. Nothing was sent to Graph.
	KindUnreachable
	// KindCertificate: the certificate of Graph, or of the token endpoint, is not trusted or is another
	// host's. Nothing was sent to Graph.
	KindCertificate
	// KindInvalidHeader: a header cannot be sent, or not with this request ([CheckHeader]), so nothing
	// was sent.
	KindInvalidHeader
	// KindContradicted: Graph did not know the call, and then showed it as alive ([Contradicted]).
	KindContradicted
)

// Kind returns the kind of failure.
func (e *Error) Kind() Kind {
	var credential *credentialError
	var argument argumentError
	var proxy *transport.ProxyError
	var step *stepError
	var header transport.InvalidHeaderError
	switch {
	case errors.Is(e.Err, context.Canceled):
		return KindCanceled
	case errors.As(e.Err, &step):
		return KindStep
	case errors.As(e.Err, &proxy):
		return KindProxy
	case errors.As(e.Err, &credential):
		return kindOfConnection(credential.unreached, KindCredential)
	case errors.As(e.Err, &argument):
		return argument.kind
	case errors.As(e.Err, &header):
		return KindInvalidHeader
	case errors.Is(e.Err, errShownAlive):
		return KindContradicted
	case errors.Is(e.Err, errTooLarge), errors.Is(e.Err, errNoCode):
		return KindNotGraph
	case e.Last == nil:
		return kindOfConnection(e.Err, KindNetwork)
	case e.Last.HTML(), e.Last.StatusCode < 400:
		return KindNotGraph
	}
	switch status := e.Last.StatusCode; {
	case status == http.StatusNotFound && e.Operation != OperationPlace: // there is no call yet
		return KindNotFound
	case status == http.StatusUnauthorized:
		return KindUnauthorized
	case status == http.StatusForbidden:
		return KindForbidden
	case status == http.StatusProxyAuthRequired, status == http.StatusNetworkAuthenticationRequired:
		return KindNotGraph
	case status == http.StatusTooManyRequests:
		return KindThrottled
	case status == http.StatusRequestTimeout, status >= 500:
		return KindUnavailable
	}
	return KindRefused
}

// kindOfConnection sorts a failure to connect; other is the kind of any other failure.
func kindOfConnection(err error, other Kind) Kind {
	var certificate *tls.CertificateVerificationError
	var dial *net.OpError
	switch {
	case errors.As(err, &certificate):
		return KindCertificate
	case errors.As(err, &dial) && dial.Op == "dial":
		return KindUnreachable
	}
	return other
}
