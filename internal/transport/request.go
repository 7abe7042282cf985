package transport

import (
	"errors"
	"fmt"
	"net/http"

	"golang.org/x/net/http/httpguts"

	"terraform-provider-msgraph/internal/quote"
)

// InvalidHeaderError is that a header cannot be sent.
type InvalidHeaderError struct{ error }

// checkRequest returns why no attempt can send the request. The error of net/http could not be told from a failure of
// the network.
func checkRequest(req *http.Request) error {
	if req.URL == nil || req.URL.Host == "" || req.URL.Scheme != "https" && req.URL.Scheme != "http" {
		return errors.New("the URL of the request has no host, or begins with neither https:// nor http://; check the setting that it comes from")
	}
	for name, values := range req.Header {
		if !httpguts.ValidHeaderFieldName(name) {
			return InvalidHeaderError{fmt.Errorf("the request to %s cannot be sent: HTTP does not allow the name of its header %s",
				req.URL.Host, quote.Line(name))}
		}
		for _, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return InvalidHeaderError{fmt.Errorf("the request to %s cannot be sent: its header %s holds a line break or a control character; "+
					"check the setting that the value comes from, such as a token with a line break in it", req.URL.Host, name)}
			}
		}
	}
	return nil
}
