package provider

import (
	"fmt"
	"strings"
	"testing"
)

// oneResourceForAll keeps all calls by one resource.
func oneResourceForAll(ids []string) string {
	calls := make([]string, len(ids))
	for i, id := range ids {
		calls[i] = fmt.Sprintf("    %s = %s", strings.Trim(id, `"`), id)
	}
	return fmt.Sprintf(`
resource "msgraph_call_keepalives" "lab" {
  calls = {
%s
  }
  timeouts {
    read = %q
  }
}
`, strings.Join(calls, "\n"), stalledRead)
}

// The same for many calls in one resource, of which state records all or none.
func TestKills_theNextRunOfOneResourceIsClean(t *testing.T) {
	t.Parallel()
	killGround{resource: oneResourceForAll, mayLose: killedCalls}.strikeAll(t)
}
