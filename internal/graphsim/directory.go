package graphsim

import (
	"cmp"
	"crypto/rand"
	"crypto/x509"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The app that every server knows from the start.
const (
	TenantID     = "b0a5e1c2-6d54-4f0a-9b1e-3c7d2f8a4e60"
	ClientID     = "2891555a-92ff-42e6-80fa-6e1300c6b5c6"
	ClientSecret = "graphsim~NotASecret.0123456789abcdefghi" //nolint:gosec // It opens nothing but this.
)

// Application permissions of which Graph wants one on a call, and others to place one.
// https://learn.microsoft.com/graph/api/call-keepalive
// https://learn.microsoft.com/graph/api/application-post-calls
const (
	RoleCallsInitiate         = "Calls.Initiate.All"
	RoleCallsInitiateGroup    = "Calls.InitiateGroupCall.All"
	RoleCallsJoinGroup        = "Calls.JoinGroupCall.All"
	RoleCallsJoinGroupAsGuest = "Calls.JoinGroupCallAsGuest.All"
	RoleCallsAccessMedia      = "Calls.AccessMedia.All"
)

// defaultRoles let an app place calls of every form with media that Teams hosts, and keep
// them alive.
func defaultRoles() []string {
	return []string{RoleCallsInitiate, RoleCallsInitiateGroup, RoleCallsJoinGroup}
}

// App is an app registration with a service principal in one tenant.
type App struct {
	TenantID     string // empty means the constant TenantID
	ClientID     string // a new GUID when empty
	ClientSecret string // an app without one cannot sign in with a secret

	// Certificates are those whose keys may sign the app's assertions.
	Certificates []*x509.Certificate
	// SubjectNames are trusted in certificates that are sent along and not
	// registered.
	SubjectNames []SubjectName
	// Federated are the tokens of other identity providers that the app may sign
	// in with. Nil means, for the app that every server knows, the subjects of
	// the three providers here.
	Federated []FederatedCredential

	Roles []string // nil means those for calls of every form; an empty slice none at all

	// SeesNoCalls has Graph say 404 to this app of every call, as it may say of the calls of
	// another app.
	SeesNoCalls bool
}

func (a App) has(role string) bool { return slices.Contains(a.Roles, role) }

// complete fills in what is empty.
func (a App) complete() App {
	a.TenantID, a.ClientID = cmp.Or(a.TenantID, TenantID), cmp.Or(a.ClientID, newGUID())
	if a.Roles == nil {
		a.Roles = defaultRoles()
	}
	return a
}

// SubjectName is a name in certificates of one authority.
type SubjectName struct {
	CommonName string
	Authority  *x509.Certificate
}

// directory is what Entra knows: apps by tenant, and the tokens that it has issued.
type directory struct {
	mu          sync.Mutex
	apps        map[string]map[string]App // tenant ID, client ID; both in lower case
	tokens      map[string]token
	aged        time.Duration // what clients are told less of a token's lifetime
	renewAtOnce atomic.Bool   // whether clients are told to renew a token at once
	key         []byte        // signs tokens
}

func (d *directory) init() {
	d.apps = map[string]map[string]App{}
	d.tokens = map[string]token{}
	d.key = make([]byte, 32)
	rand.Read(d.key) // never fails: crypto/rand ends the program instead
	d.register(App{TenantID: TenantID, ClientID: ClientID, ClientSecret: ClientSecret})
}

// RegisterApp adds an app, and its tenant when it is new, and returns it with
// what was empty filled in. An app with the same IDs is replaced.
func (s *Server) RegisterApp(a App) App { return s.directory.register(a) }

func (d *directory) register(a App) App {
	a = a.complete()
	d.mu.Lock()
	defer d.mu.Unlock()
	tenant := strings.ToLower(a.TenantID)
	if d.apps[tenant] == nil {
		d.apps[tenant] = map[string]App{}
	}
	d.apps[tenant][strings.ToLower(a.ClientID)] = a
	return a
}

// tenant returns the apps of a tenant by client ID in lower case, and whether
// the tenant exists.
func (d *directory) tenant(id string) (map[string]App, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	apps, ok := d.apps[strings.ToLower(id)]
	return maps.Clone(apps), ok
}
