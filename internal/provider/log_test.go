package provider

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"terraform-provider-msgraph/internal/redact"
)

// The log redacts as errors do: a secret inside of a token does not cut it, so that a rest of it is shown, and a secret
// is known in the forms that the masks do not list.
func TestLogger_redactsAsErrorsDo(t *testing.T) {
	t.Parallel()
	const token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
	secrets := redact.New("zdWIiOiJ4", "s3cret/va&lue")
	var out bytes.Buffer
	logger(secrets)(tflogtest.RootLogger(t.Context(), &out), "sent "+token, map[string]any{
		"header": "Bearer " + token, "values": []string{`s3cret\/va\u0026lue`}, "error": errors.New("s3cret&#x2f;va&#x26;lue"),
	})
	for _, rest := range []string{"eyJ", "c2lnb", "s3cret", "lue"} {
		if out.Len() == 0 || strings.Contains(strings.ReplaceAll(out.String(), `"values"`, ""), rest) {
			t.Errorf("got %s, which shows %q", out.String(), rest)
		}
	}
}
