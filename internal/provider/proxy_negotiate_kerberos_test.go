//go:build kerberos

package provider

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/credentials"

	"terraform-provider-msgraph/internal/graphsim"
)

// realm is a KDC of MIT Kerberos with a user, who has a ticket, and files for those who use it.
type realm struct {
	dir, config, cache, keytab string
}

const realmName = "CONTOSO.TEST"

// freeAddress is one of this machine's that nothing listens at.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (r realm) path(name string) string { return filepath.Join(r.dir, name) }

func (r realm) write(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.WriteFile(r.path(name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return r.path(name)
}

func (r realm) env() []string {
	return append(os.Environ(), "KRB5_CONFIG="+r.config, "KRB5_KDC_PROFILE="+r.path("kdc.conf"), "KRB5CCNAME=FILE:"+r.cache,
		"KRB5RCACHENAME=file2:"+r.path("rcache"))
}

func (r realm) run(t *testing.T, input string, command ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), command[0], command[1:]...)
	c.Env, c.Stdin = r.env(), strings.NewReader(input)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
}

// start runs a server until the end of the test, and waits for it to say that it is ready.
func (r realm) start(t *testing.T, ready string, owner *syscall.Credential, command ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Env, c.Dir = r.env(), r.dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	out, in := io.Pipe()
	c.Stdout, c.Stderr = in, in
	if err := c.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = c.Wait(); in.Close(); close(ended) }()
	t.Cleanup(func() { cancel(); <-ended })
	isReady, said := make(chan struct{}), make(chan string, 1)
	go func() {
		var all strings.Builder
		seen := false
		for lines := bufio.NewScanner(out); lines.Scan(); {
			all.WriteString(lines.Text() + "\n")
			if !seen && strings.Contains(lines.Text(), ready) {
				seen = true
				close(isReady)
			}
		}
		said <- all.String()
	}()
	select {
	case <-isReady:
	case text := <-said:
		t.Fatalf("%v ended: %s", command, text)
	case <-time.After(time.Minute):
		t.Fatalf("%v is not ready after a minute", command)
	}
}

func newRealm(t *testing.T) realm {
	t.Helper()
	for _, command := range []string{"krb5kdc", "kdb5_util", "kadmin.local", "kinit", "squid"} {
		if _, err := exec.LookPath(command); err != nil {
			t.Fatalf("%v; apt-get install krb5-kdc krb5-admin-server krb5-user squid, and have /usr/sbin on PATH", err)
		}
	}
	dir, err := os.MkdirTemp("", "kerberos")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	r := realm{dir: dir, config: filepath.Join(dir, "krb5.conf"), cache: filepath.Join(dir, "cache"), keytab: filepath.Join(dir, "proxy.keytab")}
	if err := os.Chmod(dir, 0o777); err != nil { // Squid's user writes here, too
		t.Fatal(err)
	}
	address := freeAddress(t)
	_, port, _ := net.SplitHostPort(address)
	r.write(t, "realms.conf", fmt.Sprintf("[realms]\n%s = {\n  kdc = %s\n}\n", realmName, address))
	r.write(t, "krb5.conf", fmt.Sprintf("include %s\n[libdefaults]\ndefault_realm = %s\ndns_lookup_kdc = false\ndns_lookup_realm = false\nrdns = false\n",
		r.path("realms.conf"), realmName))
	r.write(t, "kdc.conf", fmt.Sprintf("[kdcdefaults]\nkdc_listen = 127.0.0.1:%[1]s\nkdc_tcp_listen = 127.0.0.1:%[1]s\n[realms]\n%[2]s = {\n"+
		"database_name = %[3]s/principal\nkey_stash_file = %[3]s/stash\nacl_file = %[3]s/acl\n}\n[logging]\nkdc = STDERR\n", port, realmName, dir))
	r.run(t, "", "kdb5_util", "create", "-s", "-r", realmName, "-P", "master")
	for _, query := range []string{"addprinc -pw secret lab", "addprinc -randkey HTTP/localhost", "ktadd -k " + r.keytab + " HTTP/localhost"} {
		r.run(t, "", "kadmin.local", "-r", realmName, "-q", query)
	}
	if err := os.Chmod(r.keytab, 0o644); err != nil {
		t.Fatal(err)
	}
	r.start(t, "commencing operation", nil, "krb5kdc", "-n", "-r", realmName, "-P", r.path("kdc.pid"))
	r.run(t, "secret\n", "kinit", "lab@"+realmName)
	return r
}

// squid starts Squid, with authentication as the lines say, and returns its URL.
func (r realm) squid(t *testing.T, name, authentication string) string {
	t.Helper()
	address := freeAddress(t)
	_, port, _ := net.SplitHostPort(address)
	var owner *syscall.Credential
	if os.Getuid() == 0 { // as which Squid refuses to work
		u, err := user.Lookup("proxy")
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.ParseUint(u.Uid, 10, 32)
		gid, _ := strconv.ParseUint(u.Gid, 10, 32)
		owner = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	r.write(t, "hosts", "127.0.0.1 graph.contoso.test login.contoso.test localhost\n")
	config := r.write(t, name+".conf", fmt.Sprintf("http_port %s\nvisible_hostname localhost\nhosts_file %s\npid_filename none\npinger_enable off\n"+
		"netdb_filename none\ncache deny all\naccess_log none\ncache_log %s\ncoredump_dir %s\nshutdown_lifetime 0 seconds\n%s\n"+
		"acl known proxy_auth REQUIRED\nhttp_access allow CONNECT known\nhttp_access deny all\n",
		address, r.path("hosts"), r.path(name+".log"), r.dir, authentication))
	r.start(t, "Accepting HTTP Socket connections", owner, "squid", "-N", "-d", "1", "-f", config)
	return "http://localhost:" + port
}

func (r realm) negotiating() string {
	return fmt.Sprintf("auth_param negotiate program /usr/lib/squid/negotiate_kerberos_auth -k %s -s HTTP/localhost@%s\nauth_param negotiate children 2",
		r.keytab, realmName)
}

// expire rewrites when the tickets in a cache end, to when they began.
func (r realm) expire(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(r.cache)
	if err != nil {
		t.Fatal(err)
	}
	tickets, err := credentials.LoadCCache(r.cache)
	if err != nil {
		t.Fatal(err)
	}
	for _, ticket := range tickets.GetEntries() {
		begin := binary.BigEndian.AppendUint32(nil, uint32(ticket.StartTime.Unix()))
		end := binary.BigEndian.AppendUint32(bytes.Clone(begin), uint32(ticket.EndTime.Unix()))
		content = bytes.ReplaceAll(content, end, append(bytes.Clone(begin), binary.BigEndian.AppendUint32(nil, uint32(ticket.StartTime.Unix()-1))...))
	}
	return r.write(t, "expired", string(content))
}

func TestKerberos_negotiatesWithSquid(t *testing.T) {
	r := newRealm(t)
	squid, basic := r.squid(t, "negotiate", r.negotiating()), r.squid(t, "basic", "auth_param basic program /bin/cat")
	other := strings.Replace(squid, "localhost", "unknown.localhost", 1)
	elsewhere := r.write(t, "elsewhere.conf", "[libdefaults]\ndns_lookup_kdc = false\n[realms]\nFABRIKAM.TEST = {\n  kdc = "+freeAddress(t)+"\n}\n")
	unreachable := r.write(t, "unreachable.conf", "[libdefaults]\ndns_lookup_kdc = false\n[realms]\n"+realmName+" = {\n  kdc = "+freeAddress(t)+"\n}\n")
	expired := r.expire(t)
	dir := r.path("collection")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	r.run(t, "secret\n", "kinit", "-c", "DIR:"+dir, "lab@"+realmName)
	// As after `kadmin ktadd` elsewhere: Squid's keytab has an older key than the KDC.
	rekeyed := func(t *testing.T) { r.run(t, "", "kadmin.local", "-r", realmName, "-q", "cpw -randkey HTTP/localhost") }
	for _, test := range []struct {
		name, url, config, cache string
		before                   func(*testing.T)
		says                     []string // nothing for success
	}{
		{name: "ticket", url: squid, config: r.config, cache: "FILE:" + r.cache},
		{name: "file without type", url: squid, config: r.config, cache: r.cache},
		{name: "collection", url: squid, config: r.config, cache: "DIR:" + dir},
		{name: "no cache", url: squid, config: r.config, cache: r.path("none"), says: []string{"there is no Kerberos ticket cache", "run kinit"}},
		{name: "expired", url: squid, config: r.config, cache: expired, says: []string{"expired at", "run kinit"}},
		{name: "realm without KDC", url: squid, config: elsewhere, cache: r.cache, says: []string{"names no KDC for realm CONTOSO.TEST"}},
		{name: "KDC unreachable", url: squid, config: unreachable, cache: r.cache, says: []string{"KDC of realm CONTOSO.TEST cannot be reached"}},
		{name: "unknown service", url: other, config: r.config, cache: r.cache, says: []string{"knows no service HTTP/unknown.localhost"}},
		{name: "proxy without Negotiate", url: basic, config: r.config, cache: r.cache, says: []string{"does not support Negotiate", "offers Basic"}},
		{name: "refused ticket", url: squid, config: r.config, cache: r.cache, before: rekeyed, says: []string{"does not accept the ticket for HTTP/localhost"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.before != nil {
				test.before(t)
			}
			l := newLabWith(t, graphsim.Options{GraphHost: "graph.contoso.test", EntraHost: "login.contoso.test"})
			l.withEnv("KRB5_CONFIG="+test.config, "KRB5CCNAME="+test.cache)
			if strings.Contains(test.url, "unknown.") {
				l.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, network, strings.Replace(address, "unknown.", "", 1))
				}
			}
			block := fmt.Sprintf("url = %q\nuse_default_credentials = true", test.url)
			if len(test.says) > 0 {
				block += "\n  }\n  retry {\n    max_retries = 0"
			}
			out, code := newWorkspace(t, l, l.behind(proxyBlockOf(block))).run("apply", "-auto-approve")
			if strings.Contains(out, "YII") {
				t.Error("the output shows a token")
			}
			if len(test.says) == 0 {
				if code != 0 {
					t.Fatalf("apply exited %d: %s", code, out)
				}
				l.expectSent(t, 1)
				for _, request := range l.Requests() {
					if request.Header.Get("Proxy-Authorization") != "" {
						t.Errorf("%s got the proxy's header", request.Service)
					}
				}
				return
			}
			if code != 1 || len(l.Requests()) != 0 {
				t.Errorf("apply exited %d after %d requests", code, len(l.Requests()))
			}
			expectText(t, out, test.says...)
		})
	}
}
