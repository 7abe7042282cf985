// Package graphsim is a stand-in for the services the provider talks to:
// Microsoft Entra ID's token endpoint, the calls of Microsoft Graph, and where
// credentials come from: CI systems that issue OIDC tokens, and the identity
// endpoints of machines on Azure. All are served over real TLS on loopback, except
// the last, which have none in reality either, well enough that azidentity
// and the provider's own client talk to them unmodified.
//
// Clients place calls, and tests put calls there. Calls have state and end 45
// minutes after their last keepAlive, on a clock that the caller moves. Every
// request is recorded, and faults can be injected for the next requests that
// match.
//
// Nothing but tests and internal/cmd imports it.
package graphsim
