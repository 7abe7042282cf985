package graphsim_test

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"maps"
	"net/url"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"terraform-provider-msgraph/internal/graphsim"
)

const tokenPath = "/" + graphsim.TenantID + "/oauth2/v2.0/token"

// postAssertion asks for a token with an assertion.
func (s *sim) postAssertion(assertion, kind string) reply {
	s.t.Helper()
	return s.postToken(graphsim.TenantID, url.Values{
		"grant_type": {"client_credentials"}, "client_id": {graphsim.ClientID}, "scope": {s.GraphURL() + "/.default"},
		"client_assertion": {assertion}, "client_assertion_type": {kind},
	})
}

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// wantCode checks Entra's AADSTS code; 0 for a token.
func (r reply) wantCode(t *testing.T, code float64) {
	t.Helper()
	o := r.object(t)
	if code == 0 {
		if r.StatusCode != 200 || o["access_token"] == nil {
			t.Errorf("got %d %s, want a token", r.StatusCode, r.body)
		}
		return
	}
	codes, _ := o["error_codes"].([]any)
	if len(codes) != 1 || codes[0] != code || r.StatusCode < 400 {
		t.Errorf("got %d %s, want %v", r.StatusCode, r.body, code)
	}
}

func TestAssertion_ofCertificates(t *testing.T) {
	s := start(t)
	certificate, err := graphsim.NewClientCertificate("calls.contoso.com")
	if err != nil {
		t.Fatal(err)
	}
	other, err := graphsim.NewClientCertificate("calls.contoso.com")
	if err != nil {
		t.Fatal(err)
	}
	registered := graphsim.App{ClientID: graphsim.ClientID, Certificates: []*x509.Certificate{certificate.Certificate}}
	bySubject := graphsim.App{ClientID: graphsim.ClientID, SubjectNames: []graphsim.SubjectName{
		{CommonName: "calls.contoso.com", Authority: certificate.Authority},
	}}
	type assertion struct {
		method jwt.SigningMethod
		header map[string]any
		claims jwt.RegisteredClaims
		by     graphsim.ClientCertificate
	}
	thumbprint := func(c *x509.Certificate) string {
		sum := sha256.Sum256(c.Raw)
		return base64.StdEncoding.EncodeToString(sum[:])
	}
	chain := []string{
		base64.StdEncoding.EncodeToString(certificate.Certificate.Raw), base64.StdEncoding.EncodeToString(certificate.Authority.Raw),
	}
	for name, test := range map[string]struct {
		app    graphsim.App
		change func(*assertion)
		code   float64
	}{
		"as it should be":       {registered, func(*assertion) {}, 0},
		"RS256":                 {registered, func(a *assertion) { a.method = jwt.SigningMethodRS256 }, 0},
		"not registered":        {graphsim.App{ClientID: graphsim.ClientID}, func(*assertion) {}, 700027},
		"signed by another key": {registered, func(a *assertion) { a.by = other }, 700027},
		"no thumbprint":         {registered, func(a *assertion) { delete(a.header, "x5t#S256") }, 700027},
		"thumbprint of another": {registered, func(a *assertion) { a.header["x5t#S256"] = thumbprint(other.Certificate) }, 700027},
		"expired":               {registered, func(a *assertion) { a.claims.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-time.Minute)) }, 700024},
		"not valid yet":         {registered, func(a *assertion) { a.claims.NotBefore = jwt.NewNumericDate(time.Now().Add(time.Hour)) }, 700024},
		"for another endpoint": {registered, func(a *assertion) {
			a.claims.Audience = jwt.ClaimStrings{"https://login.microsoftonline.com" + tokenPath}
		}, 700023},
		"of another subject":         {registered, func(a *assertion) { a.claims.Subject = "x" }, 50027},
		"without an end":             {registered, func(a *assertion) { a.claims.ExpiresAt = nil }, 50027},
		"by subject name":            {bySubject, func(a *assertion) { a.header["x5c"] = chain }, 0},
		"by subject name, not sent":  {bySubject, func(*assertion) {}, 700027},
		"by subject name, no issuer": {graphsim.App{ClientID: graphsim.ClientID, SubjectNames: []graphsim.SubjectName{{CommonName: "calls.contoso.com", Authority: other.Authority}}}, func(a *assertion) { a.header["x5c"] = chain }, 700030},
		"by another subject name":    {graphsim.App{ClientID: graphsim.ClientID, SubjectNames: []graphsim.SubjectName{{CommonName: "x", Authority: certificate.Authority}}}, func(a *assertion) { a.header["x5c"] = chain }, 700030},
		"x5c that is none":           {bySubject, func(a *assertion) { a.header["x5c"] = []string{"%"} }, 700027},
	} {
		t.Run(name, func(t *testing.T) {
			s.RegisterApp(test.app)
			a := assertion{
				method: jwt.SigningMethodPS256, by: certificate,
				header: map[string]any{"x5t#S256": thumbprint(certificate.Certificate)},
				claims: jwt.RegisteredClaims{
					Issuer: graphsim.ClientID, Subject: graphsim.ClientID, Audience: jwt.ClaimStrings{s.AuthorityURL() + tokenPath},
					ExpiresAt: jwt.NewNumericDate(time.Now().Add(time.Minute)),
				},
			}
			test.change(&a)
			token := jwt.NewWithClaims(a.method, a.claims)
			maps.Copy(token.Header, a.header)
			text, err := token.SignedString(a.by.Key)
			if err != nil {
				t.Fatal(err)
			}
			s.postAssertion(text, jwtBearer).wantCode(t, test.code)
		})
	}
}

func TestAssertion_ofOtherProviders(t *testing.T) {
	s := start(t)
	for name, test := range map[string]struct {
		token graphsim.FederatedToken
		code  float64
	}{
		"Kubernetes":       {graphsim.FederatedToken{}, 0},
		"GitHub":           {graphsim.FederatedToken{Issuer: graphsim.IssuerGitHub}, 0},
		"Azure DevOps":     {graphsim.FederatedToken{Issuer: graphsim.IssuerAzureDevOps}, 0},
		"another issuer":   {graphsim.FederatedToken{Issuer: "gitlab", Subject: "x"}, 700211},
		"another subject":  {graphsim.FederatedToken{Subject: "x"}, 700213},
		"subject of other": {graphsim.FederatedToken{Issuer: graphsim.IssuerGitHub, Subject: graphsim.SubjectKubernetes}, 700213},
		"another audience": {graphsim.FederatedToken{Audience: "x"}, 700212},
		"expired":          {graphsim.FederatedToken{Lifetime: -time.Second}, 700024},
	} {
		t.Run(name, func(t *testing.T) {
			s.postAssertion(s.Federate(test.token), jwtBearer).wantCode(t, test.code)
		})
	}
	t.Run("of another type", func(t *testing.T) {
		s.postAssertion(s.Federate(graphsim.FederatedToken{}), "urn:x").wantCode(t, 7000214)
	})
	t.Run("no JWT", func(t *testing.T) { s.postAssertion("x", jwtBearer).wantCode(t, 50027) })
	t.Run("signed by somebody else", func(t *testing.T) {
		other := start(t)
		claims := jwt.RegisteredClaims{}
		if _, _, err := jwt.NewParser().ParseUnverified(s.Federate(graphsim.FederatedToken{}), &claims); err != nil {
			t.Fatal(err)
		}
		certificate, err := graphsim.NewClientCertificate("x")
		if err != nil {
			t.Fatal(err)
		}
		text, err := jwt.NewWithClaims(jwt.SigningMethodRS256, claims).SignedString(certificate.Key)
		if err != nil {
			t.Fatal(err)
		}
		s.postAssertion(text, jwtBearer).wantCode(t, 700027)
		s.postAssertion(other.Federate(graphsim.FederatedToken{}), jwtBearer).wantCode(t, 700211)
	})
	t.Run("app that trusts none", func(t *testing.T) {
		s.RegisterApp(graphsim.App{ClientID: graphsim.ClientID, Federated: []graphsim.FederatedCredential{}})
		s.postAssertion(s.Federate(graphsim.FederatedToken{}), jwtBearer).wantCode(t, 700211)
	})
}
