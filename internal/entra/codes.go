package entra

import (
	"regexp"
	"strings"
)

const compareFederated = "on the app registration, under Certificates & secrets, Federated credentials"

// advice says, by the number of an error code of Entra ID (without its prefix AADSTS), what to do, and names the setting
// at fault. Each is a sentence without its full stop. The page on troubleshooting lists the same codes.
//
// Source: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
var advice = map[string]string{
	"50034":  "the account does not exist in this tenant: check tenant_id, or which account az, azd or Azure PowerShell are signed in with",
	"53003":  "a Conditional Access policy blocks the sign-in: an administrator has to allow it for this service principal and network, or exclude it",
	"65001":  "nobody has consented: an administrator of the tenant has to grant consent to the application permission Calls.Initiate.All",
	"70021":  "no federated credential matches the token: compare its issuer, subject and audience with those " + compareFederated,
	"70025":  "the application has no federated credential: add one for this issuer and subject " + compareFederated + ", and check client_id",
	"70052":  "federated credentials work for managed identities and single-tenant applications: check client_id and tenant_id, which has to be the application's own tenant",
	"700016": "the application is not in this tenant: check client_id and tenant_id, and that an administrator of the tenant has consented to the application",
	"700024": "the assertion is outside of its validity: either the OIDC token has expired, or the clock of this machine is wrong; " +
		"take the token from a credential that renews it, or set the clock",
	"700027": "the signature does not match: upload the certificate of client_certificate or client_certificate_path to the app registration, check client_id, " +
		"and for an OIDC token, that it is unchanged and its issuer's keys are public",
	"700030": "the app registration does not trust the certificate's subject name: check the name, and set send_certificate_chain to true",
	"700211": "no federated credential has the token's issuer: compare it with the issuer " + compareFederated,
	"700212": "no federated credential has the token's audience: compare it with the audience " + compareFederated +
		"; oidc_audience (ARM_OIDC_AUDIENCE) sets the one that is requested",
	"700213":  "no federated credential has the token's subject: compare repository, branch, environment or service account with the subject " + compareFederated,
	"90002":   "the tenant does not exist in this cloud: check tenant_id, environment and authority_host",
	"7000215": "the value of client_secret (ARM_CLIENT_SECRET) is wrong: use the value of the secret, which Entra ID shows only once, not its ID, and check client_id",
	"500011":  "the tenant does not know this Graph endpoint: check graph_endpoint and environment",
	"7000222": "the secret of client_secret has expired: create a new one in the app registration, under Certificates & secrets, and use its value",
}

var codeInText = regexp.MustCompile(`\bAADSTS(\d+)\b`)

// adviceFor returns the advice about the first code in text that has any, "" for none.
func adviceFor(text string) string {
	for _, match := range codeInText.FindAllStringSubmatch(text, -1) {
		if text, ok := advice[match[1]]; ok {
			return text
		}
	}
	return ""
}

// sentences joins texts that are sentences without their full stops. The name of a setting at the start of one stays as it is.
func sentences(texts ...string) string {
	var all []string
	for _, text := range texts {
		if text = strings.TrimRight(strings.TrimSpace(text), "."); text != "" {
			if word, _, _ := strings.Cut(text, " "); len(all) > 0 && !strings.ContainsAny(word, "_:") {
				text = strings.ToUpper(text[:1]) + text[1:]
			}
			all = append(all, text)
		}
	}
	return strings.Join(all, ". ")
}
