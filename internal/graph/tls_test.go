package graph_test

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"terraform-provider-msgraph/internal/graph"
)

// No token goes over a TLS that is older than 1.2; HTTP/2 is used where it is offered.
func TestTransport_tlsAndHTTPThatAreSpoken(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		newest uint16
		http2  bool
		want   string // the protocol, empty for none
	}{
		{tls.VersionTLS10, true, ""}, {tls.VersionTLS11, true, ""},
		{tls.VersionTLS12, true, "HTTP/2.0"}, {tls.VersionTLS13, true, "HTTP/2.0"}, {tls.VersionTLS13, false, "HTTP/1.1"},
	} {
		got := ""
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Proto }))
		server.EnableHTTP2 = test.http2
		server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: test.newest}
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		defer server.Close()
		certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		client := graph.New(graph.Options{Endpoint: server.URL, Credential: fixedToken{}, Clock: newClient(t).clock, Retry: once, Transport: newTransport(t, certificate)})
		_, err := client.KeepAlive(t.Context(), callID, nil)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%s: got %q, %v, want %q", tls.VersionName(test.newest), got, err, test.want)
		}
		if err != nil {
			wantText(t, wantKind(t, err, graph.KindNetwork).Error(), "protocol version")
		}
	}
}
