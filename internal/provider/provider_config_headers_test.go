package provider

import (
	"bytes"
	"path/filepath"
	"testing"

	"terraform-provider-msgraph/internal/graphsim"
)

// The provider's headers go along with every request to Graph, and to nobody else; those of
// an object come first; and no value of theirs is kept.
func TestProviderHeaders_goToGraphOnly(t *testing.T) {
	t.Parallel()
	needsCLI(t, "1.10.0", "1.11.0") // for ephemeral variables
	const secret, shared = "s3cret~of+the/gateway=", "the~provider's~value"
	l := newLab(t)
	w := newWorkspace(t, l.withEnv(l.environ()...), `
variable "key" {
  type      = string
  ephemeral = true
}
provider "msgraph" {
  headers = {
    "X-Gateway-Key"     = var.key
    "X-Shared"          = "`+shared+`"
    "client-request-id" = "`+shared+`-id"
  }
}
resource "msgraph_call_keepalive" "lab" {
  call_id            = "`+callID+`"
  hang_up_on_destroy = true
  headers            = { "x-shared" = "the object's value" }
}
`)
	w.env = append(w.env, "TF_VAR_key="+secret)
	out := w.mustRun("plan", "-out=saved") + w.mustRun("show", "saved")
	out += w.mustRun("apply", "saved")
	out += w.mustRun("plan") + w.mustRun("show", "-json") + w.mustRun("destroy", "-auto-approve")
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
		if r.Header.Get("X-Gateway-Key") != secret || r.Header.Get("X-Shared") != want || len(r.Header.Values("X-Shared")) != 1 ||
			r.Header.Get("Client-Request-Id") != shared+"-id" {
			t.Errorf("got headers %v with %s, want the provider's, and those of the object before them", r.Header, r.Method)
		}
	}
	if !seen["GET"] || !seen["POST"] || !seen["DELETE"] {
		t.Errorf("got %v, want requests of all kinds", seen)
	}
	for _, file := range []string{"saved", "terraform.tfstate", "terraform.tfstate.backup"} {
		out += string(bytes.Join(unzipped(t, []byte(readFile(t, filepath.Join(w.dir, file)))), nil))
	}
	// What is written in the configuration is kept in a saved plan, which has all of it.
	expectNoSecret(t, "the output, the plan and the state", out, secret)
}
