//go:build !windows

package negotiate_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/iana/errorcode"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"

	"terraform-provider-msgraph/internal/negotiate"
	"terraform-provider-msgraph/internal/permanent"
)

// ticketOf is a ticket-granting ticket as a KDC writes it, which only that KDC could read.
func ticketOf(t *testing.T) string {
	t.Helper()
	ticket := messages.Ticket{
		TktVNO: 5, Realm: "CONTOSO.TEST", SName: types.NewPrincipalName(2, "krbtgt/CONTOSO.TEST"),
		EncPart: types.EncryptedData{EType: 18, KVNO: 1, Cipher: []byte(secretTicket)},
	}
	text, err := ticket.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// refusingKDC responds to every request with an error of Kerberos, and returns its address.
func refusingKDC(t *testing.T, code int32) string {
	t.Helper()
	refusal := messages.NewKRBError(types.NewPrincipalName(2, "krbtgt/CONTOSO.TEST"), "CONTOSO.TEST", code, "")
	text, err := refusal.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return responding(t, withLength(text))
}

// responding writes the response to whatever request.
func responding(t *testing.T, response []byte) string {
	t.Helper()
	return serving(t, func([]byte) []byte { return response })
}

// serving reads a request on each connection, writes the response to it, and closes it.
func serving(t *testing.T, respond func(request []byte) []byte) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			var request bytes.Buffer
			size := make([]byte, 4)
			if _, err := io.ReadFull(conn, size); err == nil {
				_, _ = io.CopyN(&request, conn, int64(binary.BigEndian.Uint32(size)))
			}
			_, _ = conn.Write(respond(request.Bytes()))
			_ = conn.Close()
		}
	}()
	return listener.Addr().String()
}

// The KDC refuses, or cannot be reached: the error says what that means, and what to do.
func TestHeader_refusals(t *testing.T) {
	t.Parallel()
	now := time.Now()
	valid := cacheWith(now.Add(-time.Hour), now.Add(time.Hour), ticketOf(t))
	realm := func(kdc string) string { return "[realms]\nCONTOSO.TEST = {\n  kdc = " + kdc + "\n}\n" }
	for name, test := range map[string]struct {
		config    string
		says      []string
		transient bool // the same may go well the next time
	}{
		"an unknown service":    {realm(refusingKDC(t, errorcode.KDC_ERR_S_PRINCIPAL_UNKNOWN)), []string{"knows no service HTTP/proxy.test", "[domain_realm]"}, false},
		"expired for the KDC":   {realm(refusingKDC(t, errorcode.KRB_AP_ERR_TKT_EXPIRED)), []string{"calls the ticket in ", " expired; run kinit"}, false},
		"revoked":               {realm(refusingKDC(t, errorcode.KDC_ERR_TGT_REVOKED)), []string{"has revoked the ticket", "run kinit"}, false},
		"clocks that differ":    {realm(refusingKDC(t, errorcode.KRB_AP_ERR_SKEW)), []string{"clocks", "differ too much"}, false},
		"another realm's KDC":   {realm(refusingKDC(t, errorcode.KRB_AP_ERR_NOT_US)), []string{"serves another realm"}, false},
		"a refusal of any kind": {realm(refusingKDC(t, errorcode.KDC_ERR_POLICY)), []string{"gives no ticket for HTTP/proxy.test", "KDC_ERR_POLICY"}, false},
		"a referral that fails": {
			realm(refusingKDC(t, errorcode.KDC_ERR_S_PRINCIPAL_UNKNOWN)) + "[domain_realm]\nproxy.test = FABRIKAM.TEST\n",
			[]string{"knows no service krbtgt/FABRIKAM.TEST"}, false,
		},
		"no KDC named":          {"[realms]\nFABRIKAM.TEST = {\n  kdc = 127.0.0.1\n}\n", []string{"names no KDC for realm CONTOSO.TEST"}, false},
		"no KDC there":          {realm("127.0.0.1:1"), []string{"cannot be reached", "check the network"}, true},
		"no KDC at all":         {realm(responding(t, []byte("HTTP/1.1 400 Bad Request\r\n\r\n"))), []string{"sent a malformed response, or one that is not from a KDC"}, true},
		"not understood":        {"clockskew = often\n", []string{"cannot be understood"}, false},
		"a ticket that is none": {realm("127.0.0.1:1"), []string{"the ticket cache", "cannot be understood", "run kinit"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, cache := t.TempDir(), valid
			if name == "a ticket that is none" {
				cache = cacheOf(now.Add(-time.Hour), now.Add(time.Hour))
			}
			config := write(t, filepath.Join(dir, "krb5.conf"), []byte("[libdefaults]\ndns_lookup_kdc = false\n"+test.config))
			_, err := negotiate.Header(t.Context(), environment(write(t, filepath.Join(dir, "cache"), cache), config), "proxy.test")
			expectError(t, err, test.says)
			if permanent.Is(err) == test.transient {
				t.Errorf("got %v, permanent: %t", err, permanent.Is(err))
			}
		})
	}
}

// The configuration is read as Kerberos reads it: files with a colon between them, what they include, the first
// value of a name, and comments.
func TestHeader_configurationInParts(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	kdc := refusingKDC(t, errorcode.KDC_ERR_S_PRINCIPAL_UNKNOWN)
	parts := filepath.Join(dir, "conf.d")
	if err := os.Mkdir(parts, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(parts, "realms.conf"), []byte("[realms]\n# where it is\n; the only one\nCONTOSO.TEST = {\n  kdc = "+kdc+"\n}\n"))
	write(t, filepath.Join(parts, "left.out"), []byte("[realms]\nCONTOSO.TEST = {\n"))
	write(t, filepath.Join(parts, ".hidden"), []byte("[realms]\nCONTOSO.TEST = {\n"))
	included := write(t, filepath.Join(dir, "included"), []byte("[domain_realm]\nproxy.test = CONTOSO.TEST\n"))
	first := write(t, filepath.Join(dir, "first.conf"), []byte("[libdefaults]\nincludedir "+parts+"\ndns_lookup_kdc = false\n"))
	second := write(t, filepath.Join(dir, "second.conf"), []byte("include "+included+"\n"))
	cache := write(t, filepath.Join(dir, "cache"), cacheWith(now.Add(-time.Hour), now.Add(time.Hour), ticketOf(t)))
	_, err := negotiate.Header(t.Context(), environment(cache, first+":"+second), "proxy.test")
	if err == nil || !strings.Contains(err.Error(), "knows no service HTTP/proxy.test") {
		t.Errorf("got %v, want the response of the KDC that an included file names", err)
	}

	for name, line := range map[string]string{"include": "include " + dir + "/none", "includedir": "includedir " + dir + "/none"} {
		config := write(t, filepath.Join(dir, name), []byte(line+"\n"))
		_, err := negotiate.Header(t.Context(), environment(cache, config), "proxy.test")
		if err == nil || !strings.Contains(err.Error(), "the Kerberos configuration cannot be read") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
