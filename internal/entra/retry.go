package entra

import (
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// oneTry has each request for a token sent once. Who asks for the token tries again, for as
// long as there is time, with the delay that is advised; azcore would wait without a look
// at what time is left, and forget what the responses were. A request that hangs is ended, so
// that there is time for another.
var oneTry = policy.RetryOptions{MaxRetries: -1, TryTimeout: 30 * time.Second}
