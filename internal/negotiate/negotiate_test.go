//go:build !windows

package negotiate_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/negotiate"
	"terraform-provider-msgraph/internal/permanent"
)

// cacheOf is a ticket cache of version 4 with one ticket-granting ticket, which no KDC made.
//
// Source: https://web.mit.edu/kerberos/krb5-latest/doc/formats/ccache_file_format.html
func cacheOf(begin, end time.Time) []byte { return cacheWith(begin, end, secretTicket) }

// cacheWith is cacheOf with another ticket.
func cacheWith(begin, end time.Time, ticket string) []byte {
	u32 := func(b []byte, n int) []byte { return binary.BigEndian.AppendUint32(b, uint32(n)) }
	data := func(b []byte, s string) []byte { return append(u32(b, len(s)), s...) }
	principal := func(b []byte, names ...string) []byte {
		b = data(u32(u32(b, 1), len(names)), "CONTOSO.TEST")
		for _, name := range names {
			b = data(b, name)
		}
		return b
	}
	b := principal([]byte{5, 4, 0, 0}, "lab")
	b = principal(principal(b, "lab"), "krbtgt", "CONTOSO.TEST")
	b = data(append(b, 0, 18), sessionKey)
	for _, at := range []time.Time{begin, begin, end, {}} {
		b = u32(b, int(max(0, at.Unix())))
	}
	b = u32(u32(append(b, 0, 0, 0, 0, 0), 0), 0) // no session key of another, no flags, addresses, authorization
	return data(data(b, ticket), "")
}

const (
	secretTicket = "sealed for only the KDC"
	sessionKey   = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
)

func write(t *testing.T, path string, content []byte) string {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHeader_missing(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	file := func(name string, content []byte) string { return write(t, filepath.Join(dir, name), content) }
	valid := file("valid", cacheOf(now.Add(-time.Hour), now.Add(time.Hour)))
	collection := filepath.Join(dir, "collection")
	if err := os.Mkdir(collection, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(collection, "tktlab"), cacheOf(now.Add(-2*time.Hour), now.Add(-time.Hour)))
	write(t, filepath.Join(collection, "primary"), []byte("tktlab\n"))
	other := filepath.Join(dir, "other collection")
	if err := os.Mkdir(other, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(other, "primary"), []byte("../tktlab\n"))
	config := file("krb5.conf", []byte("[libdefaults]\ndns_lookup_kdc = false\n"))
	loop := file("loop.conf", []byte("include "+filepath.Join(dir, "loop.conf")+"\n"))
	for name, test := range map[string]struct {
		host, cache, config string
		says                []string
	}{
		"no cache":           {"proxy.test", "FILE:" + filepath.Join(dir, "none"), config, []string{"there is no Kerberos ticket cache", "run kinit"}},
		"no collection":      {"proxy.test", "DIR:" + filepath.Join(dir, "none"), config, []string{"there is no Kerberos ticket cache", "run kinit"}},
		"unreadable":         {"proxy.test", dir, config, []string{"cannot be read", "KRB5CCNAME"}},
		"damaged":            {"proxy.test", file("damaged", cacheOf(now, now)[:60]), config, []string{"damaged", "run kinit"}},
		"empty":              {"proxy.test", file("empty", nil), config, []string{"damaged", "run kinit"}},
		"keyring":            {"proxy.test", "KEYRING:persistent:0", config, []string{"of the type KEYRING", "FILE:"}},
		"KCM":                {"proxy.test", "KCM:", config, []string{"of the type KCM"}},
		"API":                {"proxy.test", "API:", config, []string{"of the type API"}},
		"expired":            {"proxy.test", file("expired", cacheOf(now.Add(-2*time.Hour), now.Add(-time.Hour))), config, []string{"expired at", "run kinit"}},
		"expired, DIR":       {"proxy.test", "DIR:" + collection, config, []string{"tktlab expired at"}},
		"expired, DIR::":     {"proxy.test", "DIR::" + filepath.Join(collection, "tktlab"), config, []string{"tktlab expired at"}},
		"no granting ticket": {"proxy.test", file("other", bytes.ReplaceAll(cacheOf(now, now.Add(time.Hour)), []byte("krbtgt"), []byte("other?"))), config, []string{"holds no ticket-granting ticket of realm CONTOSO.TEST", "run kinit"}},
		"damaged DIR":        {"proxy.test", "DIR:" + other, config, []string{"does not say which is in use", "kswitch"}},
		"not yet valid":      {"proxy.test", file("early", cacheOf(now.Add(time.Hour), now.Add(2*time.Hour))), config, []string{"is valid from"}},
		"no configuration":   {"proxy.test", valid, filepath.Join(dir, "none"), []string{"no such file", "KRB5_CONFIG"}},
		"include loop":       {"proxy.test", valid, loop, []string{"included through more than 10 other files"}},
		"address":            {"192.0.2.1", valid, config, []string{"an address has no Kerberos principal"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := negotiate.Header(t.Context(), environment(test.cache, test.config), test.host)
			expectError(t, err, test.says)
			if !permanent.Is(err) {
				t.Errorf("got %v, want it permanent", err)
			}
		})
	}
}

// expectError fails the test unless there is an error that says all that, and shows no ticket.
func expectError(t *testing.T, err error, says []string) {
	t.Helper()
	if err == nil {
		t.Fatal("got a token")
	}
	for _, want := range says {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %q, want %q in it", err, want)
		}
	}
	if strings.Contains(err.Error(), secretTicket) || strings.Contains(err.Error(), "kkkk") {
		t.Errorf("got %q, which shows the ticket", err)
	}
}

func environment(cache, config string) negotiate.Getenv {
	return func(name string) string { return map[string]string{"KRB5CCNAME": cache, "KRB5_CONFIG": config}[name] }
}

func TestHeader_context(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	waiting, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	go func() { <-waiting; cancel() }()
	_, err := negotiate.Header(ctx, func(string) string { close(waiting); <-release; return "/nonexistent/cache" }, "proxy.test")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it given up", err)
	}
}
