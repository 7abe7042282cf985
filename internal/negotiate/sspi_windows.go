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
		return nil, permanent.Error(fmt.Errorf("no Windows credentials are available for the current user: %w; sign in to the domain", err))
	}
	defer func() { _ = credentials.Release() }()
	session, first, err := negotiate.NewClientContext(credentials, service)
	if err != nil {
		return nil, permanent.Error(fmt.Errorf("no Windows ticket for %s: %w; check that the current user is a domain user, that the domain "+
			"controller can be reached, and that url contains the name by which the domain knows the proxy", service, err))
	}
	defer func() { _ = session.Release() }()
	return first, nil
}
