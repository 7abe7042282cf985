package graphsim

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// The identity providers outside Entra that a Server simulates. Each has an issuer,
// see Issuer, and its tokens name their subject.
const (
	// IssuerGitHub is GitHub Actions.
	IssuerGitHub = "github"
	// IssuerAzureDevOps is Azure Pipelines.
	IssuerAzureDevOps = "azuredevops"
	// IssuerKubernetes is a cluster with workload identity.
	IssuerKubernetes = "kubernetes"

	// SubjectGitHub is a workflow on the main branch of a repository.
	SubjectGitHub = "repo:contoso/test-lab:ref:refs/heads/main"
	// SubjectAzureDevOps is a service connection.
	SubjectAzureDevOps = "sc://contoso/test-lab/graph-calls"
	// SubjectKubernetes is a service account.
	SubjectKubernetes = "system:serviceaccount:test-lab:graph-calls"

	// FederationAudience is the audience that Entra wants in tokens of other issuers.
	FederationAudience = "api://AzureADTokenExchange"
)

// FederatedCredential says which tokens of another identity provider an app may sign in
// with: issuer, subject and audience have to be the same.
type FederatedCredential struct {
	Issuer, Subject, Audience string
}

// FederatedToken is a token of another identity provider, see Server.Federate. What is
// empty is as it has to be for the app that every server knows.
type FederatedToken struct {
	Issuer   string        // one of the constants; IssuerKubernetes when empty
	Subject  string        // the issuer's when empty
	Audience string        // FederationAudience when empty
	Lifetime time.Duration // of real time; 10 minutes when 0, over already when negative
}

// Issuer is the URL by which tokens of one of the identity providers name it.
func (s *Server) Issuer(name string) string { return s.services[ServiceOIDC].url + "/" + name }

// Federate makes a token of another identity provider, signed by it, such as a CI system
// hands to a job or Kubernetes writes into a file.
func (s *Server) Federate(t FederatedToken) string {
	t.Issuer = cmp.Or(t.Issuer, IssuerKubernetes)
	t.Subject = cmp.Or(t.Subject, map[string]string{
		IssuerGitHub: SubjectGitHub, IssuerAzureDevOps: SubjectAzureDevOps, IssuerKubernetes: SubjectKubernetes,
	}[t.Issuer])
	t.Audience = cmp.Or(t.Audience, FederationAudience)
	t.Lifetime = cmp.Or(t.Lifetime, 10*time.Minute)
	now := time.Now()
	claims := jwt.RegisteredClaims{
		Issuer: s.Issuer(t.Issuer), Subject: t.Subject, Audience: jwt.ClaimStrings{t.Audience}, ID: newGUID(),
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now.Add(-time.Minute)),
		ExpiresAt: jwt.NewNumericDate(now.Add(t.Lifetime)),
	}
	text, err := jwt.NewWithClaims(jwt.SigningMethodRS256, claims).SignedString(federationKey())
	if err != nil {
		panic(err) // a key of the right type always signs
	}
	return text
}

// defaultFederation trusts the subjects above.
func (s *Server) defaultFederation() []FederatedCredential {
	return []FederatedCredential{
		{s.Issuer(IssuerGitHub), SubjectGitHub, FederationAudience},
		{s.Issuer(IssuerAzureDevOps), SubjectAzureDevOps, FederationAudience},
		{s.Issuer(IssuerKubernetes), SubjectKubernetes, FederationAudience},
	}
}

// federationKey is the key of all the identity providers. It is made when it is first needed:
// RSA keys take their time, and most tests need none.
var federationKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // the size is one that is allowed
	}
	return key
})
