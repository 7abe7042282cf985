package provider

import (
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

// The provider's headers go along with every request to Graph, and to nobody else; those of an object take precedence.
func TestProviderHeaders_goToGraphOnly(t *testing.T) {
	t.Parallel()
	const key, shared = "the gateway's key", "the provider's value"
	l := newLab(t)
	w := newWorkspace(t, l, l.behind(`
  headers = {
    "X-Gateway-Key"     = "`+key+`"
    "X-Shared"          = "`+shared+`"
    "client-request-id" = "the provider's ID"
  }
`, "hang_up_on_destroy = true", `headers = { "x-shared" = "the object's value" }`))
	w.mustRun("apply", "-auto-approve")
	w.mustRun("destroy", "-auto-approve")
	seen := map[string]bool{}
	for _, r := range l.Requests() {
		if r.Service != graphsim.ServiceGraph {
			if r.Header.Get("X-Gateway-Key") != "" || r.Header.Get("X-Shared") != "" {
				t.Errorf("got headers %v at Entra, want none of the provider's", r.Header)
			}
			continue
		}
		seen[r.Method] = true
		want := shared
		if r.Method == "POST" {
			want = "the object's value"
		}
		if r.Header.Get("X-Gateway-Key") != key || r.Header.Get("X-Shared") != want || len(r.Header.Values("X-Shared")) != 1 ||
			r.Header.Get("Client-Request-Id") != "the provider's ID" {
			t.Errorf("got headers %v with %s, want the provider's, and those of the object before them", r.Header, r.Method)
		}
	}
	if !seen["GET"] || !seen["POST"] || !seen["DELETE"] {
		t.Errorf("got %v, want requests of all kinds", seen)
	}
}
