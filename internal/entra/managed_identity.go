package entra

import (
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"terraform-provider-msgraph/internal/permanent"
)

// newManagedIdentity makes a credential for the machine's identity. azidentity finds out
// what kind of machine it is, and has its own timeouts and retries.
func newManagedIdentity(c Config) (azcore.TokenCredential, error) {
	options := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: c.clientOptions()}
	options.Retry = policy.RetryOptions{} // azidentity's own, which suits the endpoint: 404 and 410 are transient there
	switch {
	case c.ManagedIdentityObjectID != "" && c.ManagedIdentityResourceID != "":
		return nil, &SettingError{Setting: "msi_resource_id", Err: errors.New("msi_object_id is set as well; set only one of them")}
	case c.ManagedIdentityObjectID != "":
		options.ID = azidentity.ObjectID(c.ManagedIdentityObjectID)
	case c.ManagedIdentityResourceID != "":
		options.ID = azidentity.ResourceID(c.ManagedIdentityResourceID)
	case c.ClientID != "":
		options.ID = azidentity.ClientID(c.ClientID)
	}
	if c.oneOfSeveral {
		options.Transport = oneDial{options.Transport}
	}
	credential, err := azidentity.NewManagedIdentityCredential(options)
	if err != nil && strings.Contains(err.Error(), "Service Fabric") {
		return nil, errors.New("the managed identities of Service Fabric are not supported; use another credential, and set use_msi to false")
	}
	return credential, err
}

// oneDial makes a failure to connect permanent. Without an identity endpoint, azidentity's retries would take
// longer than the timeout of an operation and leave no time for the other credentials. An endpoint that
// accepts connections keeps azidentity's retries, since it may be slow to respond.
type oneDial struct{ policy.Transporter }

// Do implements [policy.Transporter].
func (t oneDial) Do(req *http.Request) (*http.Response, error) {
	resp, err := t.Transporter.Do(req)
	if failed, ok := errors.AsType[*net.OpError](err); ok && failed.Op == "dial" {
		return nil, permanent.Error(err)
	}
	return resp, err
}
