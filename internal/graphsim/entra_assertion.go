package graphsim

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// assertionType is the only client_assertion_type there is (RFC 7523, section 2.2).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// checkAssertion checks a client_assertion: one that the app has signed with its
// certificate, or a token of another identity provider that the app trusts.
// https://learn.microsoft.com/entra/identity-platform/certificate-credentials
func (s *Server) checkAssertion(app App, tokenURL string, form url.Values) *entraError {
	if kind := form.Get("client_assertion_type"); kind != assertionType {
		return errAssertionType.with(kind)
	}
	text := form.Get("client_assertion")
	var claims jwt.RegisteredClaims
	token, _, err := jwt.NewParser().ParseUnverified(text, &claims)
	if err != nil {
		return errAssertionMalformed.with()
	}
	if strings.EqualFold(claims.Issuer, app.ClientID) {
		return checkCertificateAssertion(app, tokenURL, text, token)
	}
	return s.checkFederatedAssertion(app, text, claims)
}

// checkCertificateAssertion wants the signature of a certificate of the app's, and the
// claims that say that it was made for this request.
func checkCertificateAssertion(app App, tokenURL, text string, token *jwt.Token) *entraError {
	certificate, refused := signingCertificate(app, token)
	if refused != nil {
		return refused
	}
	_, err := jwt.NewParser(
		jwt.WithValidMethods([]string{"PS256", "RS256"}), jwt.WithExpirationRequired(),
		jwt.WithAudience(tokenURL), jwt.WithIssuer(app.ClientID), jwt.WithSubject(app.ClientID),
	).ParseWithClaims(text, &jwt.RegisteredClaims{}, func(*jwt.Token) (any, error) { return certificate.PublicKey, nil })
	return assertionRefusal(err, token)
}

// signingCertificate finds the certificate that the header of an assertion names: one that
// is registered, by its thumbprint, or one that was sent along and that carries a trusted
// subject name and a trusted authority's signature.
func signingCertificate(app App, token *jwt.Token) (*x509.Certificate, *entraError) {
	for _, c := range app.Certificates {
		if thumbprintMatches(token.Header, c) {
			return c, nil
		}
	}
	chain, err := sentChain(token.Header)
	if err != nil || len(chain) == 0 || !thumbprintMatches(token.Header, chain[0]) {
		return nil, errCertificateUnknown.with(token.Header["x5t#S256"])
	}
	for _, name := range app.SubjectNames {
		roots, between := x509.NewCertPool(), x509.NewCertPool()
		roots.AddCert(name.Authority)
		for _, c := range chain[1:] {
			between.AddCert(c)
		}
		_, err := chain[0].Verify(x509.VerifyOptions{
			Roots: roots, Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
		})
		if err == nil && chain[0].Subject.CommonName == name.CommonName {
			return chain[0], nil
		}
	}
	return nil, errSubjectName.with(chain[0].Subject.CommonName)
}

// thumbprintMatches compares the header's thumbprint, which MSAL writes in another alphabet
// of base64 than the rest of a JWT.
func thumbprintMatches(header map[string]any, c *x509.Certificate) bool {
	text, _ := header["x5t#S256"].(string)
	text = strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(text), "=")
	want := sha256.Sum256(c.Raw)
	got, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && slices.Equal(got, want[:])
}

// sentChain reads the certificates of the x5c header, the signer's first.
func sentChain(header map[string]any) ([]*x509.Certificate, error) {
	list, _ := header["x5c"].([]any)
	var all []byte
	for _, entry := range list {
		text, _ := entry.(string)
		der, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, err
		}
		all = append(all, der...)
	}
	return x509.ParseCertificates(all)
}

// checkFederatedAssertion wants a token of one of the server's identity providers that the
// app trusts. Entra fetches an issuer's keys; here they are at hand.
func (s *Server) checkFederatedAssertion(app App, text string, claims jwt.RegisteredClaims) *entraError {
	trusted := app.Federated
	if trusted == nil && app.ClientID == ClientID {
		trusted = s.defaultFederation()
	}
	byIssuer := slices.DeleteFunc(slices.Clone(trusted), func(f FederatedCredential) bool { return f.Issuer != claims.Issuer })
	if len(byIssuer) == 0 {
		return errFederation(700211, "issuer", claims.Issuer)
	}
	bySubject := slices.DeleteFunc(byIssuer, func(f FederatedCredential) bool { return f.Subject != claims.Subject })
	if len(bySubject) == 0 {
		return errFederation(700213, "subject", claims.Subject)
	}
	if !slices.ContainsFunc(bySubject, func(f FederatedCredential) bool { return slices.Contains(claims.Audience, f.Audience) }) {
		return errFederation(700212, "audience", strings.Join(claims.Audience, ", "))
	}
	token, err := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired()).
		ParseWithClaims(text, &jwt.RegisteredClaims{}, func(*jwt.Token) (any, error) { return federationKey().Public(), nil })
	return assertionRefusal(err, token)
}

// assertionRefusal is what Entra says about what the parser found, nil for nothing.
func assertionRefusal(err error, token *jwt.Token) *entraError {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jwt.ErrTokenExpired), errors.Is(err, jwt.ErrTokenNotValidYet), errors.Is(err, jwt.ErrTokenUsedBeforeIssued):
		expiry := "unknown"
		if expires, _ := token.Claims.GetExpirationTime(); expires != nil {
			expiry = expires.UTC().Format(time.RFC3339)
		}
		return errAssertionTime.with(time.Now().UTC().Format(time.RFC3339), expiry)
	case errors.Is(err, jwt.ErrTokenInvalidAudience):
		audience, _ := token.Claims.GetAudience()
		return errAssertionAudience.with(strings.Join(audience, ", "))
	case errors.Is(err, jwt.ErrTokenSignatureInvalid), errors.Is(err, jwt.ErrTokenUnverifiable):
		return errAssertionSignature.with()
	}
	return errAssertionMalformed.with()
}
