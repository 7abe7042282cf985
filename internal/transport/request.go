package transport

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"golang.org/x/net/http/httpguts"

	"terraform-provider-msgraph/internal/permanent"
	"terraform-provider-msgraph/internal/quote"
)

// checkRequest returns why no attempt can send the request. The error of net/http could not be told from a failure of
// the network.
func checkRequest(req *http.Request) error {
	if req.URL == nil || req.URL.Host == "" || req.URL.Scheme != "https" && req.URL.Scheme != "http" {
		return errors.New("the URL of the request has no host, or begins with neither https:// nor http://; check the setting that it comes from")
	}
	for name, values := range req.Header {
		if !httpguts.ValidHeaderFieldName(name) {
			return fmt.Errorf("the request to %s cannot be sent: HTTP does not allow the name of its header %s", req.URL.Host, quote.Line(name))
		}
		for _, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return fmt.Errorf("the request to %s cannot be sent: its header %s holds a line break or a control character; check the setting that "+
					"the value comes from, such as a token with a line break in it", req.URL.Host, name)
			}
		}
	}
	return nil
}

// bodyLimit is how many bytes of a body are passed on: more than a call or a token takes. Readers may
// set a lower limit; azidentity sets none.
const bodyLimit = 8 << 20

// limitedBody is a body that ends in an error after more than left bytes.
type limitedBody struct {
	io.ReadCloser
	host string
	left int64 // negative after the error
}

// Read implements [io.Reader].
func (b *limitedBody) Read(p []byte) (n int, err error) {
	if b.left >= 0 {
		// One byte more tells a larger body from one that ends at the limit.
		n, err = b.ReadCloser.Read(p[:min(int64(len(p)), b.left+1)])
		if int64(n) <= b.left {
			b.left -= int64(n)
			return n, err
		}
		n = int(b.left)
		b.left = -1
	}
	return n, permanent.Error(fmt.Errorf("the response of %s is larger than %d MiB", b.host, bodyLimit>>20))
}
