package graphsim

import (
	"fmt"
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

func errAssertionType(kind string) *entraError {
	return &entraError{http.StatusBadRequest, "invalid_request", 7000214,
		fmt.Sprintf("The client assertion type '%s' is not supported.", kind)}
}

func errAssertionMalformed() *entraError {
	return &entraError{http.StatusBadRequest, "invalid_request", 50027, "JWT token is invalid or malformed."}
}

func errAssertionSignature() *entraError {
	return &entraError{http.StatusUnauthorized, "invalid_client", 700027, "Client assertion failed signature validation."}
}

func errCertificateUnknown(thumbprint string) *entraError {
	return &entraError{http.StatusUnauthorized, "invalid_client", 700027,
		fmt.Sprintf("The certificate with identifier used to sign the client assertion is not registered on application. "+
			"[Reason - The key was not found., Thumbprint of key used by client: '%s', Please visit the Azure Portal, Graph "+
			"Explorer or directly use MS Graph to see configured keys for the app.]", thumbprint)}
}

func errSubjectName(name string) *entraError {
	return &entraError{http.StatusUnauthorized, "invalid_client", 700030,
		fmt.Sprintf("Invalid certificate - subject name in certificate is not authorized. SubjectNames/"+
			"SubjectAlternativeNames (up to 10) in token certificate are: %s.", name)}
}

func errAssertionAudience(audience string) *entraError {
	return &entraError{http.StatusUnauthorized, "invalid_client", 700023,
		fmt.Sprintf("Client assertion audience claim '%s' does not match the realm issuer.", audience)}
}

func errAssertionTime(now time.Time, expires *jwt.NumericDate) *entraError {
	expiry := "unknown"
	if expires != nil {
		expiry = expires.UTC().Format(time.RFC3339)
	}
	return &entraError{http.StatusUnauthorized, "invalid_client", 700024,
		fmt.Sprintf("Client assertion is not within its valid time range. Current time: %s, expiry time of assertion %s. "+
			"Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
			now.UTC().Format(time.RFC3339), expiry)}
}

func errFederation(code int, claim, value string) *entraError {
	return &entraError{http.StatusUnauthorized, "invalid_client", code,
		fmt.Sprintf("No matching federated identity record found for presented assertion %s '%s'. Check your federated "+
			"identity credential Subject, Audience and Issuer against the presented assertion. "+
			"https://learn.microsoft.com/entra/workload-id/workload-identity-federation", claim, value)}
}
