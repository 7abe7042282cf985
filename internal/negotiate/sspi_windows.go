package negotiate

import (
	"context"
	"fmt"

	"github.com/alexbrainman/sspi/negotiate"

	"terraform-provider-msgraph/internal/permanent"
)

// token asks Windows, which takes the ticket of the user who is signed in, and gets one for the
// service where it has none.
func token(_ context.Context, _ Getenv, service string) ([]byte, error) {
	credentials, err := negotiate.AcquireCurrentUserCredentials()
	if err != nil {
		return nil, permanent.Error(fmt.Errorf("the user who runs this has no credentials in Windows: %w; sign in to the domain", err))
	}
	defer func() { _ = credentials.Release() }()
	session, first, err := negotiate.NewClientContext(credentials, service)
	if err != nil {
		return nil, permanent.Error(fmt.Errorf("no ticket from Windows for %s: %w; check that this user is one of the domain's, that the domain "+
			"controller can be reached, and that url names the proxy as the domain does", service, err))
	}
	defer func() { _ = session.Release() }()
	return first, nil
}
