package entra

import (
	"cmp"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"terraform-provider-msgraph/internal/redact"
)

// explain describes why a credential did not obtain a token, and what to do. If a request was sent, it uses the last
// response: azidentity's own error is either a dump of the whole response, or names an
// internal step of its libraries.
func (x exchange) explain(method string, err error, secrets *redact.Secrets) Failure {
	show := func(cause Cause, text string, advice ...string) Failure {
		if method == methodFixedOIDC {
			advice = append(advice, adviceFixedToken)
		}
		return Failure{
			Method: method, Cause: cause, Advised: strings.Join(advice, "") != "",
			Text: sentences(append([]string{cut(secrets.Start(text, redacted), 1000)}, advice...)...),
			Err:  errors.Join(err, x.assertion, x.err), last: x,
		}
	}
	if wrong, ok := errors.AsType[*SettingError](x.assertion); ok {
		return show(CauseLocal, wrong.Error())
	}
	atOIDC, next := "", ""
	if _, ok := errors.AsType[*oidcError](x.assertion); ok {
		atOIDC = "no OIDC token: "
		if method == methodAzureDevOps {
			next = adviceAzureDevOps
		}
	}
	switch {
	case errors.Is(err, errPanic):
		return show(CauseUnexpected, errPanic.Error())
	case x.request == nil:
		text := plain(method, err)
		return show(CauseLocal, text, adviceFor(text))
	case x.err != nil:
		return show(networkCause(x.err), atOIDC+x.err.Error(), networkAdvice(x.err, method, atOIDC != ""))
	case x.response.StatusCode/100 != 2:
		text := x.refusal(secrets)
		next = cmp.Or(next, adviceFor(text))
		if next == "" && method == methodManagedIdentity {
			next = x.adviceManagedIdentity()
		}
		return show(statusCause(x.response.StatusCode), atOIDC+text, next)
	case !json.Valid(x.body):
		return show(CauseUnexpected, fmt.Sprintf("%s%s %s, which is not JSON as a response with a token is", atOIDC, x.who(), contentOf(x.response)),
			"something between this machine and the service may have responded in its place, such as a proxy, a gateway or a sign-in page")
	case errors.Is(x.assertion, errNoToken):
		return show(CauseUnexpected, fmt.Sprintf("%s%s responded with 200 OK without one", atOIDC, x.request.URL.Host), next)
	}
	text := plain(method, err)
	return show(CauseUnexpected, text, adviceFor(text))
}

// adviceManagedIdentity returns the advice about a managed identity that obtained no token; "" for a transient failure.
func (x exchange) adviceManagedIdentity() string {
	switch status := x.response.StatusCode; {
	case statusCause(status) != CauseRefused:
		return ""
	case status != http.StatusBadRequest:
		return "check that this machine has a managed identity, and that client_id, msi_object_id or msi_resource_id, if set, is its ID"
	case namesIdentity(x.request.URL.Query()):
		return "the identity of client_id, msi_object_id or msi_resource_id is not assigned to this machine: check its ID, and assign it"
	}
	return "this machine has no system-assigned identity: assign one, or name a user-assigned one in client_id, msi_object_id or msi_resource_id"
}

// Cause is what kept a credential from getting a token.
type Cause int

// The causes.
const (
	// CauseRefused is a service that responded, and refused.
	CauseRefused Cause = iota
	// CauseUnreachable is a service from which no response came: a name that is not found, a
	// connection that fails or takes too long, a proxy that does not let it through.
	CauseUnreachable
	// CauseUntrusted is a service whose certificate this machine does not trust.
	CauseUntrusted
	// CauseUnexpected is a response that is none of the service's, such as a web page.
	CauseUnexpected
	// CauseLocal is a failure on this machine, before anything was sent: a file, a setting or a
	// command.
	CauseLocal
	// CauseUnavailable is a service that responded that it cannot issue a token now (429 or 5xx).
	CauseUnavailable
)

func statusCause(status int) Cause {
	if status == http.StatusTooManyRequests || status >= http.StatusInternalServerError {
		return CauseUnavailable
	}
	return CauseRefused
}

func networkCause(err error) Cause {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return CauseUntrusted
	}
	if errors.Is(err, errTooLong) {
		return CauseUnexpected
	}
	return CauseUnreachable
}

func networkAdvice(err error, method string, atOIDC bool) string {
	cause := networkCause(err)
	switch {
	case cause == CauseUntrusted:
		return "if a proxy or firewall inspects TLS, set ca_certificate_file to a PEM file with its CA certificate"
	case cause != CauseUnreachable:
		return ""
	case atOIDC:
		return "check the network, the proxy settings and oidc_request_url"
	case method == methodManagedIdentity:
		return "managed identities exist only on Azure resources and Azure Arc machines; elsewhere, set use_msi to false"
	}
	return "check the network, the proxy settings and authority_host"
}

// namesIdentity reports whether a request to an identity endpoint is for a user-assigned identity.
func namesIdentity(query url.Values) bool {
	return slices.ContainsFunc([]string{"client_id", "clientid", "object_id", "principal_id", "msi_res_id", "mi_res_id"}, query.Has)
}

// typeName is the name of an azidentity type with which it begins its texts, and advert is
// what it ends them with: the address of a page about its own API.
var (
	typeName = regexp.MustCompile(`^(?:\w+Credential(?:\.GetToken\(\))?(?: authentication failed\.)?:? +)+`)
	advert   = regexp.MustCompile(`\.?\s+To troubleshoot, visit \S+$`)
)

// plain returns azidentity's error text without its type names and its link to troubleshooting.
func plain(method string, err error) string {
	text := advert.ReplaceAllString(strings.TrimSpace(err.Error()), "")
	text = strings.TrimRight(strings.TrimSpace(typeName.ReplaceAllString(text, "")), ".")
	if command, ok := commands[method]; ok && strings.Contains(text, "not found on path") {
		return fmt.Sprintf("the command %s is not installed, or not in PATH; install it, or turn %s off", command.name, command.setting)
	}
	return text
}

// commands are the programs that get tokens by themselves.
var commands = map[string]struct{ name, setting string }{
	methodAzureCLI:          {"az", "use_cli"},
	methodAzureDeveloperCLI: {"azd", "use_azd"},
	methodAzurePowerShell:   {"pwsh", "use_powershell"},
}

// who names the endpoint that responded, without the query, which may contain a secret.
func (x exchange) who() string {
	u := x.request.URL
	return fmt.Sprintf("%s://%s%s responded with", u.Scheme, u.Host, u.EscapedPath())
}

// refusal says who refused a token, with what status, and why.
func (x exchange) refusal(secrets *redact.Secrets) string {
	responded := strings.TrimSpace(fmt.Sprintf("%s %d %s", x.who(), x.response.StatusCode, http.StatusText(x.response.StatusCode)))
	if len(x.body) == 0 {
		return responded + " and an empty body"
	}
	if reason := reasonIn(x.body); reason != "" {
		return responded + ": " + reason
	}
	begins := secrets.Start(string(x.body), redacted) // before it is cut
	return fmt.Sprintf("%s and %s, which begins %q", responded, contentOf(x.response), cut(begins, 200))
}

// contentOf says what kind of content a response has that is in no known form.
func contentOf(resp *http.Response) string {
	if kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err == nil {
		return "a body of the type " + kind
	}
	return "a body of no known type"
}

// reasonIn returns the reason that a body gives, "" for a body in no known form. Entra ID and
// the machines' identity endpoints have it in error_description, App Service and Azure DevOps in
// message, Azure Resource Manager in the message of error.
func reasonIn(body []byte) string {
	var properties map[string]json.RawMessage
	if json.Unmarshal(body, &properties) != nil {
		return ""
	}
	text := func(name string) string { return stringIn(properties[name]) }
	var inner map[string]json.RawMessage
	_ = json.Unmarshal(properties["error"], &inner)
	reason := cmp.Or(text("error_description"), text("message"), stringIn(inner["message"]), text("error"))
	// Entra repeats its IDs at the end of the description.
	reason, _, _ = strings.Cut(reason, "Trace ID:")
	reason = strings.TrimRight(strings.Join(strings.Fields(reason), " "), ". ")
	var ids []string
	for _, id := range []struct{ name, property string }{
		{"trace ID", "trace_id"}, {"correlation ID", "correlation_id"}, {"timestamp", "timestamp"},
	} {
		if value := text(id.property); value != "" {
			ids = append(ids, id.name+" "+value)
		}
	}
	if reason != "" && len(ids) > 0 {
		reason += " (" + strings.Join(ids, ", ") + ")"
	}
	return reason
}

// redacted is how many bytes of a text from outside are redacted: more than [cut] leaves of it.
const redacted = 8 << 10

// cut returns the first characters of a text, at most limit, and "…" if there are more.
func cut(text string, limit int) string {
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}
