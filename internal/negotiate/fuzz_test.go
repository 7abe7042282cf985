//go:build !windows

package negotiate_test

import (
	"encoding/binary"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/iana/errorcode"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"

	"terraform-provider-msgraph/internal/negotiate"
)

// replies are beginnings of what a KDC may send after the length: nothing, which the library slices, an error of
// Kerberos, and others that end early.
func replies(t testing.TB) [][]byte {
	t.Helper()
	refusal := messages.NewKRBError(types.NewPrincipalName(2, "krbtgt/CONTOSO.TEST"), "CONTOSO.TEST", errorcode.KDC_ERR_POLICY, "")
	whole, err := refusal.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return [][]byte{
		nil, {0}, {0x6d}, {0x6d, 0x82}, {0x7e}, {0x7e, 0x82, 0xff, 0xff}, whole, whole[:len(whole)/2], slices.Concat(whole, whole),
		{0x6d, 0x81, 0x80, 0x30, 0x80}, {0x6d, 0x03, 0x30, 0x01, 0xa0}, {0x7e, 0x84, 0xff, 0xff, 0xff, 0xff}, {0x30, 0x00}, []byte("HTTP/1.1 407\r\n\r\n"),
	}
}

// withLength is a message as sent over TCP.
func withLength(message []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(message))), message...)
}

// headerFrom asks for a header with a KDC that sends this, and fails the test unless that is an error.
func headerFrom(t *testing.T, reply []byte) {
	t.Helper()
	dir, now := t.TempDir(), time.Now()
	config := write(t, filepath.Join(dir, "krb5.conf"), []byte("[libdefaults]\ndns_lookup_kdc = false\n[realms]\nCONTOSO.TEST = {\n  kdc = "+responding(t, reply)+"\n}\n"))
	cache := write(t, filepath.Join(dir, "cache"), cacheWith(now.Add(-time.Hour), now.Add(time.Hour), ticketOf(t)))
	_, err := negotiate.Header(t.Context(), environment(cache, config), "proxy.test")
	expectError(t, err, nil)
}

// What a KDC sends, or something in its place, never ends the program.
func TestHeader_damagedReplies(t *testing.T) {
	t.Parallel()
	for _, reply := range replies(t) {
		headerFrom(t, withLength(reply))
		headerFrom(t, reply)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, length := range [][]byte{{0xff, 0xff, 0xff, 0xff}, {0x7f, 0xff, 0xff, 0xff}, {0, 0, 0, 0}, {0, 0, 0, 1}} {
		headerFrom(t, length)
	}
	runtime.ReadMemStats(&after)
	if made := (after.TotalAlloc - before.TotalAlloc) >> 20; made > 500 { // other tests run beside this one
		t.Errorf("room for %d MiB was made for a length that nobody sends", made)
	}
}

func FuzzHeader_reply(f *testing.F) {
	for _, reply := range replies(f) {
		f.Add(withLength(reply))
		f.Add(reply)
	}
	f.Fuzz(func(t *testing.T, reply []byte) { headerFrom(t, reply) })
}

// A damaged ticket cache is an error as well.
func FuzzHeader_cache(f *testing.F) {
	now := time.Now()
	f.Add(cacheOf(now.Add(-time.Hour), now.Add(time.Hour)))
	f.Add(cacheWith(now.Add(-time.Hour), now.Add(time.Hour), ""))
	f.Add([]byte{5, 4, 0, 0, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, cache []byte) {
		dir := t.TempDir()
		config := write(t, filepath.Join(dir, "krb5.conf"), []byte("[libdefaults]\ndns_lookup_kdc = false\n[realms]\nCONTOSO.TEST = {\n  kdc = 127.0.0.1:1\n}\n"))
		_, err := negotiate.Header(t.Context(), environment(write(t, filepath.Join(dir, "cache"), cache), config), "proxy.test")
		if err == nil {
			t.Error("got a token of nothing")
		}
	})
}
