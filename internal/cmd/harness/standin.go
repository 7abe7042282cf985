package harness

import (
	"os"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// StandIn is a stand-in for Graph and Entra ID.
type StandIn struct {
	*graphsim.Server

	Clock *graphsim.Clock // of the server

	caFile string
}

// startStandIn starts a stand-in on which a call takes a second to be established, and writes the certificate that
// clients must trust into a file.
func startStandIn(caFile string) (*StandIn, error) {
	s := &StandIn{Clock: new(graphsim.Clock), caFile: caFile}
	var err error
	if s.Server, err = graphsim.Start(graphsim.Options{Now: s.Clock.Now}); err != nil {
		return nil, err
	}
	s.OnPlace(func(graphsim.PlacedCall) graphsim.Outcome { return graphsim.Outcome{Established: time.Second} })
	if err := os.WriteFile(s.caFile, s.CACertificate(), 0o600); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Settings are the environment variables that point the provider at the stand-in.
func (s *StandIn) Settings() []string {
	return []string{
		"ARM_TENANT_ID=" + graphsim.TenantID,
		"ARM_CLIENT_ID=" + graphsim.ClientID,
		"ARM_CLIENT_SECRET=" + graphsim.ClientSecret,
		"MSGRAPH_GRAPH_ENDPOINT=" + s.GraphURL(),
		"MSGRAPH_AUTHORITY_HOST=" + s.AuthorityURL(),
		"MSGRAPH_DISABLE_INSTANCE_DISCOVERY=true",
		"MSGRAPH_CA_CERTIFICATE_FILE=" + s.caFile,
	}
}
