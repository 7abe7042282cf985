package provider

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/clock"
	"terraform-provider-msgraph/internal/clock/clocktest"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/terraformcli"
)

func TestMain(m *testing.M) {
	if os.Getenv(waitVariable) != "" { // a run of Terraform has started it
		os.Exit(waitMain())
	}
	debug.SetGCPercent(400) // thousands of servers and providers, of which few live at a time
	code := terraformcli.Main(m)
	_ = os.RemoveAll(buildDir)
	os.Exit(code)
}

// theCLI is found once: to find it is to run it twice, and hundreds of tests need it.
var theCLI = sync.OnceValues(func() (terraformcli.CLI, error) { return terraformcli.Find(context.Background()) })

// findCLI returns the Terraform or OpenTofu that the tests drive.
func findCLI(t *testing.T) terraformcli.CLI {
	t.Helper()
	cli, err := theCLI()
	if err != nil {
		t.Fatal(err)
	}
	return cli
}

// start is when the clock of a lab stands at first.
var start = time.Date(2026, 3, 14, 15, 0, 0, 0, time.UTC)

const callID = "57dab8b1-894c-409a-b240-bd8beae78896"

// lab is a stand-in for Entra and Graph, a provider that is pointed at it, and one clock
// for both.
type lab struct {
	*graphsim.Server
	clock *clocktest.Clock
	// local is the clock of the machine that the provider runs on.
	local  clock.Clock
	caFile string
	// env is the environment that the provider sees; the real one never reaches it.
	env map[string]string
	// block is the provider block in the tests that go without a CLI.
	block attributes
	// dial makes the provider's connections; nil for the usual way.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// newLab starts a lab with one call, callID.
func newLab(t testing.TB) *lab {
	t.Helper()
	return newLabWith(t, graphsim.Options{})
}

// newLabWith is newLab for a stand-in with options besides its clock.
func newLabWith(t testing.TB, o graphsim.Options) *lab {
	t.Helper()
	c := clocktest.New(start)
	o.Now = c.Now
	sim, err := graphsim.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	sim.PlaceCall(graphsim.Call{ID: callID})
	caFile := filepath.Join(t.TempDir(), "ca.pem")
	overwrite(t, caFile, string(sim.CACertificate()))
	return &lab{Server: sim, clock: c, local: c, caFile: caFile}
}

// skewed sets the provider's machine's clock ahead of the stand-in's.
func (l *lab) skewed(offset time.Duration) *lab {
	l.local = clocktest.Skewed{Clock: l.clock, Offset: offset}
	return l
}

// withEnv sets variables, each "NAME=value", in the provider's environment.
func (l *lab) withEnv(variables ...string) *lab {
	l.env = map[string]string{}
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		l.env[name] = value
	}
	return l
}

// server makes the provider as Terraform talks to it.
func (l *lab) server() (tfprotov6.ProviderServer, error) {
	return newServer(l.provider(), false), nil
}

// provider is the provider on the lab's clock and in its environment.
func (l *lab) provider() *msgraph {
	return &msgraph{
		version: "1.2.3-test", clock: l.local, getenv: func(name string) string { return l.env[name] }, dial: l.dial,
	}
}

// config is a configuration: the provider block that points at the lab, and body.
func (l *lab) config(body string, args ...any) string {
	return l.providerBlock() + fmt.Sprintf(body, args...)
}

func (l *lab) providerBlock() string {
	return fmt.Sprintf(`
provider "msgraph" {
  tenant_id                  = %q
  client_id                  = %q
  client_secret              = %q
  graph_endpoint             = %q
  authority_host             = %q
  disable_instance_discovery = true
  ca_certificate_file        = %q
}
`, graphsim.TenantID, graphsim.ClientID, graphsim.ClientSecret, l.GraphURL(), l.AuthorityURL(), l.caFile)
}

// environ is the environment in which an empty provider block points at the lab.
func (l *lab) environ() []string {
	return []string{
		"ARM_TENANT_ID=" + graphsim.TenantID, "ARM_CLIENT_ID=" + graphsim.ClientID, "ARM_CLIENT_SECRET=" + graphsim.ClientSecret,
		"MSGRAPH_GRAPH_ENDPOINT=" + l.GraphURL(), "MSGRAPH_AUTHORITY_HOST=" + l.AuthorityURL(),
		"MSGRAPH_DISABLE_INSTANCE_DISCOVERY=true", "MSGRAPH_CA_CERTIFICATE_FILE=" + l.caFile,
	}
}

// outlast runs what meets requests that hang. It advances the clock by each of the timeouts once so many requests
// hang, and run must be over by the last.
func (l *lab) outlast(t *testing.T, timeouts []time.Duration, hanging func() int, run func()) {
	t.Helper()
	over, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		for i := 0; timeouts != nil; i++ {
			for hanging() <= i {
				select {
				case <-over:
					return
				case <-time.After(5 * time.Millisecond):
				}
			}
			if i < len(timeouts) {
				l.clock.Advance(timeouts[i])
				continue
			}
			t.Errorf("it goes on after %v", timeouts)
			l.clock.Advance(24 * time.Hour)
			return
		}
	}()
	run()
	close(over)
	<-watched
}

// stalled is how many requests have stalled.
func (l *lab) stalled() int {
	return len(l.RequestsWhere(func(r graphsim.Request) bool { return r.Fault == "stall" }))
}

// graphRequests are the requests that Graph got since the last ResetRequests, as "METHOD path".
func (l *lab) graphRequests() []string {
	var all []string
	for _, r := range l.asked(graphsim.ServiceGraph) {
		all = append(all, r.Method+" "+r.Path)
	}
	return all
}

// sent returns how many requests with that method Graph got since the last ResetRequests.
func (l *lab) sent(method string) int {
	return len(l.RequestsWhere(func(r graphsim.Request) bool { return r.Service == graphsim.ServiceGraph && r.Method == method }))
}

// expectSent fails the test unless Graph got exactly so many POSTs since the last ResetRequests.
func (l *lab) expectSent(t testing.TB, posts int) {
	t.Helper()
	if got := l.sent(http.MethodPost); got != posts {
		t.Errorf("Graph got %d POSTs, want %d; all requests: %q", got, posts, l.graphRequests())
	}
}

// expectNothingSent fails the test if any service got a request since the last ResetRequests.
func (l *lab) expectNothingSent(t testing.TB) {
	t.Helper()
	if n := len(l.Requests()); n > 0 {
		t.Errorf("%d requests were sent; those to Graph: %q", n, l.graphRequests())
	}
}
