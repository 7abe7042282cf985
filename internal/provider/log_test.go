package provider

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/redact"
	"terraform-provider-msgraph/internal/transport"
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

// What is long is redacted before it is cut: the half of a secret would be known no more.
func TestLogger_cutsNoSecretInTwo(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-f1rst-half-and-s3cond"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", strings.Repeat("x", 300-len(secret)/2)+secret+" and more")
		if r.URL.Path == "/broken" { // net/http repeats such a line in its error
			conn, _, _ := http.NewResponseController(w).Hijack()
			_, _ = conn.Write([]byte(strings.Repeat("x", 3900+len(secret)) + secret + strings.Repeat("x", 3000) + "\r\n\r\n"))
			conn.Close()
		}
	}))
	t.Cleanup(server.Close)
	var out bytes.Buffer
	sender, err := transport.New(transport.Options{Log: logger(redact.New(secret))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.CloseIdleConnections)
	for _, path := range []string{"/", "/broken"} {
		req, err := http.NewRequestWithContext(tflogtest.RootLogger(t.Context(), &out), http.MethodGet, server.URL+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := sender.Do(req); err == nil {
			resp.Body.Close()
		}
	}
	if text := out.String(); strings.Contains(text, "s3cret") || !strings.Contains(text, redact.Mark) {
		t.Errorf("got %s", text)
	}
}

// Where nobody reads the log, not even the lines are made.
func TestNewServer_logsOnlyWhenWanted(t *testing.T) {
	t.Parallel()
	for _, silent := range []bool{false, true} {
		l := newLab(t)
		p := l.provider()
		p.silent = silent
		l.protocolOf(t, newServer(p, !silent))
		var out bytes.Buffer
		ctx := tflogtest.RootLogger(t.Context(), &out)
		if _, err := p.data.Load().sendKeepAlive(ctx, callID, nil); err != nil {
			t.Fatal(err)
		}
		if (out.Len() == 0) != silent {
			t.Errorf("with silent %t, the log is %q", silent, out.String())
		}
		if data := p.data.Load(); (data.masked(ctx) == ctx) != silent {
			t.Errorf("with silent %t, masks are not as wanted", silent)
		}
	}
}

// Each keepAlive that Graph accepts is one line at INFO, and one that it refuses is none.
func TestLogger_keepAliveIsOneLineAtInfo(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	data := l.configuredData(t)
	var out bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &out)
	if _, err := data.sendKeepAlive(ctx, callID, nil); err != nil {
		t.Fatal(err)
	}
	l.graphIs(graphsim.Status(http.StatusNotFound))
	if _, err := data.sendKeepAlive(ctx, callID, nil); err == nil {
		t.Fatal("a keepAlive of a call that Graph does not know succeeded")
	}
	var infos []map[string]any
	for line := range strings.Lines(out.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		if entry["@level"] == "info" {
			infos = append(infos, entry)
		}
	}
	if len(infos) != 1 {
		t.Fatalf("there are %d lines at INFO, want 1:\n%s", len(infos), out.String())
	}
	for field, want := range map[string]string{
		"@message": "Graph accepted a keepAlive", "call_id": callID, "at": "2026-03-14T15:00:00Z", "expires_at": "2026-03-14T15:45:00Z",
	} {
		if got := infos[0][field]; got != want {
			t.Errorf("%s is %v, want %s", field, got, want)
		}
	}
}
