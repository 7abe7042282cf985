package entra

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"terraform-provider-msgraph/internal/permanent"
	"terraform-provider-msgraph/internal/redact"
)

const (
	// maxResponse is how many bytes of a response are read. A token has some kilobytes; the
	// libraries read a response whole, however long it is.
	maxResponse = 1 << 20
	// maxNoted is how many bytes of a failed response are kept to say why it failed.
	maxNoted = 64 << 10
)

// observed sends the requests of a credential, to Entra ID, to an OIDC provider or to the
// machine's identity endpoint. It limits the size of responses, redacts the secrets in request headers, and
// records the outcome of the last request, which the libraries' errors do not reliably contain.
type observed struct {
	next    policy.Transporter
	secrets *redact.Secrets
}

// Do implements [policy.Transporter].
func (t observed) Do(req *http.Request) (*http.Response, error) {
	t.learn(req.Header)
	resp, err := t.next.Do(req)
	x := &exchange{request: req, err: err}
	if resp != nil {
		x.response = resp
		resp.Body = &boundedBody{ReadCloser: resp.Body, host: req.URL.Host, left: maxResponse, x: x}
	}
	if last, ok := req.Context().Value(lastExchangeKey{}).(*lastExchange); ok {
		last.set(x)
	}
	return resp, err
}

// secretHeaders are those by which CI systems and identity endpoints identify the caller: App Service
// and Azure Functions, Azure Machine Learning and Service Fabric have one each, whose value is in
// IDENTITY_HEADER or MSI_SECRET; Azure Arc takes the content of a file in Authorization.
var secretHeaders = []string{"Authorization", "X-Identity-Header", "Secret"}

func (t observed) learn(header http.Header) {
	for _, name := range secretHeaders {
		for _, value := range header.Values(name) {
			if _, rest, found := strings.Cut(value, " "); found && name == "Authorization" {
				value = rest
			}
			t.secrets.Add(value)
		}
	}
}

// exchange is a request and how it ended.
type exchange struct {
	request  *http.Request
	response *http.Response // nil when none came
	err      error          // why none came, or why its body broke off

	mu   sync.Mutex
	body []byte // the beginning of the response's, as far as it was read
}

func (x *exchange) note(p []byte, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.body = append(x.body, p[:min(len(p), maxNoted-len(x.body))]...)
	if err != nil && !errors.Is(err, io.EOF) {
		x.err = err
	}
}

// lastExchange is the last request of a credential, and the error if the credential could not get an
// assertion. It is passed in the context, because the libraries pass on nothing else.
type lastExchange struct {
	mu        sync.Mutex
	x         *exchange
	assertion error
}

type lastExchangeKey struct{}

func withLastExchange(ctx context.Context) (context.Context, *lastExchange) {
	last := &lastExchange{}
	return context.WithValue(ctx, lastExchangeKey{}, last), last
}

func (l *lastExchange) set(x *exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.x = x
}

// get returns the last exchange, nil when nothing was sent, and the error of the assertion.
func (l *lastExchange) get() (x *exchange, assertion error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.x, l.assertion
}

// noteAssertion notes in ctx why there is no assertion.
func noteAssertion(ctx context.Context, err error) {
	if l, ok := ctx.Value(lastExchangeKey{}).(*lastExchange); ok {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.assertion = err
	}
}

// errTooLong is a response that cannot be one with a token.
var errTooLong = fmt.Errorf("longer than %d KiB, which no response with a token is", maxResponse>>10)

// boundedBody is a response's body that ends in an error when it is too long.
type boundedBody struct {
	io.ReadCloser
	host string
	left int
	x    *exchange
}

// Read implements [io.Reader].
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left == 0 {
		if n, err := b.ReadCloser.Read(make([]byte, 1)); n == 0 {
			return 0, err
		}
		err := permanent.Error(fmt.Errorf("the response of %s is %w", b.host, errTooLong))
		b.x.note(nil, err)
		return 0, err
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	b.x.note(p[:n], err)
	return n, err
}
