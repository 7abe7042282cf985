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
	r := recorderIn(req.Context())
	r.record(func(x *exchange) { x.request, x.response, x.err, x.body = req, resp, err, nil })
	if resp != nil {
		resp.Body = &recordedBody{http.MaxBytesReader(nil, resp.Body, maxResponse), req.URL.Host, r}
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

// exchange is the last request of a credential, and how it ended.
type exchange struct {
	request  *http.Request  // nil when nothing was sent
	response *http.Response // nil when none came
	err      error          // why none came, or why its body broke off
	body     []byte         // the beginning of the response's, as far as it was read

	assertion error // why there is no assertion to send
}

// recorder records the last exchange. It is passed in the context, because the libraries pass on nothing else.
type recorder struct {
	mu   sync.Mutex
	last exchange
}

type recorderKey struct{}

// recorderIn returns the recorder in ctx, or one that nobody reads.
func recorderIn(ctx context.Context) *recorder {
	if r, ok := ctx.Value(recorderKey{}).(*recorder); ok {
		return r
	}
	return &recorder{}
}

func (r *recorder) record(change func(*exchange)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.last)
}

// errTooLong is a response that cannot be one with a token.
var errTooLong = fmt.Errorf("longer than %d KiB, which no response with a token is", maxResponse>>10)

// recordedBody is a response's body that records what is read of it. It has a limit, past which it ends in an error.
type recordedBody struct {
	io.ReadCloser
	host     string
	recorder *recorder
}

// Read implements [io.Reader].
func (b *recordedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = permanent.Error(fmt.Errorf("the response of %s is %w", b.host, errTooLong))
	}
	b.recorder.record(func(x *exchange) {
		x.body = append(x.body, p[:min(n, maxNoted-len(x.body))]...)
		if err != nil && !errors.Is(err, io.EOF) {
			x.err = err
		}
	})
	return n, err
}
