//go:build !windows

package negotiate_test

import (
	"bytes"
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/iana/etypeID"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/iana/msgtype"
	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/spnego"
	"github.com/jcmturner/gokrb5/v8/types"

	"terraform-provider-msgraph/internal/negotiate"
)

// realm grants tickets as a KDC does, with its own keys and those that it shares with other realms.
type realm struct {
	name string
	keys *keytab.Keytab
	// other is the realm to which it refers who asks for a service that it does not know.
	other string
}

// newRealm is a realm with these services. The key of a principal is made of its name, so that realms share those of
// their tickets for one another.
func newRealm(t *testing.T, name, other string, services ...string) realm {
	t.Helper()
	r := realm{name: name, keys: keytab.New(), other: other}
	for _, service := range append(services, "krbtgt/"+name, "krbtgt/"+other) {
		for _, of := range []string{name, other} {
			if err := r.keys.AddEntry(service, of, service+"@"+of, time.Now(), 1, etypeID.AES256_CTS_HMAC_SHA1_96); err != nil {
				t.Fatal(err)
			}
		}
	}
	return r
}

// grant makes a ticket for a service, valid from now on for an hour.
func (r realm) grant(t *testing.T, service types.PrincipalName) (messages.Ticket, types.EncryptionKey) {
	now := time.Now().UTC()
	ticket, key, err := messages.NewTicket(types.NewPrincipalName(nametype.KRB_NT_PRINCIPAL, "lab"), "CONTOSO.TEST", service, r.name,
		types.NewKrbFlags(), r.keys, etypeID.AES256_CTS_HMAC_SHA1_96, 1, now, now, now.Add(time.Hour), now.Add(time.Hour))
	if err != nil {
		t.Error(err)
	}
	return ticket, key
}

// serve responds to a request for a ticket, which has a ticket of this realm in it.
//
// Source: https://www.rfc-editor.org/rfc/rfc4120#section-3.3
func (r realm) serve(t *testing.T, request []byte) []byte {
	var asked messages.TGSReq
	var shown messages.APReq
	if err := asked.Unmarshal(request); err != nil {
		t.Error(err)
		return nil
	}
	if err := shown.Unmarshal(asked.PAData[0].PADataValue); err != nil {
		t.Error(err)
		return nil
	}
	if ok, err := shown.Verify(r.keys, time.Minute, types.HostAddress{}, nil); !ok {
		t.Errorf("%s does not take the ticket for %s of %s: %v", r.name, shown.Ticket.SName.PrincipalNameString(), shown.Ticket.Realm, err)
		return nil
	}
	service := asked.ReqBody.SName
	if _, _, err := r.keys.GetEncryptionKey(service, r.name, 1, etypeID.AES256_CTS_HMAC_SHA1_96); err != nil {
		service = types.NewPrincipalName(nametype.KRB_NT_SRV_INST, "krbtgt/"+r.other)
	}
	ticket, key := r.grant(t, service)
	now := time.Now().UTC()
	part := messages.EncKDCRepPart{
		Key: key, LastReqs: []messages.LastReq{{LRValue: now}}, Nonce: asked.ReqBody.Nonce, Flags: types.NewKrbFlags(),
		AuthTime: now, StartTime: now, EndTime: now.Add(time.Hour), SRealm: r.name, SName: service,
	}
	text, err := part.Marshal()
	if err != nil {
		t.Error(err)
		return nil
	}
	sealed, err := crypto.GetEncryptedData(text, shown.Ticket.DecryptedEncPart.Key, keyusage.TGS_REP_ENCPART_SESSION_KEY, 1)
	if err != nil {
		t.Error(err)
		return nil
	}
	reply := messages.TGSRep{KDCRepFields: messages.KDCRepFields{
		PVNO: 5, MsgType: msgtype.KRB_TGS_REP, CRealm: "CONTOSO.TEST", CName: asked.ReqBody.CName, Ticket: ticket, EncPart: sealed,
	}}
	text, err = reply.Marshal()
	if err != nil {
		t.Error(err)
	}
	return withLength(text)
}

// A proxy takes the token that is made of what the KDC grants, be it of the user's realm, of the one that
// [domain_realm] names, or of one that the KDC refers to.
func TestHeader_isTakenByTheProxy(t *testing.T) {
	t.Parallel()
	const service = "HTTP/proxy.test"
	for name, test := range map[string]struct {
		home, away []string // the services of the two realms
		config     string
	}{
		"the user's realm":       {[]string{service}, nil, ""},
		"another, by name":       {nil, []string{service}, "[domain_realm]\nproxy.test = FABRIKAM.TEST\n"},
		"another, by a referral": {nil, []string{service}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home, away := newRealm(t, "CONTOSO.TEST", "FABRIKAM.TEST", test.home...), newRealm(t, "FABRIKAM.TEST", "CONTOSO.TEST", test.away...)
			header, err := negotiate.Header(t.Context(), inRealms(t, home, away, test.config), "proxy.test")
			if err != nil {
				t.Fatal(err)
			}
			encoded, isNegotiate := strings.CutPrefix(header, "Negotiate ")
			text, err := base64.StdEncoding.DecodeString(encoded)
			var token spnego.SPNEGOToken
			if !isNegotiate || err != nil || token.Unmarshal(text) != nil {
				t.Fatalf("got %q, which is no header of Negotiate", header)
			}
			of := home
			if test.away != nil {
				of = away
			}
			if taken, _, status := spnego.SPNEGOService(of.keys).AcceptSecContext(&token); !taken {
				t.Errorf("the proxy does not take the token: %v", status)
			}
		})
	}
}

// Realms that refer to one another for ever are an error.
func TestHeader_referralsWithoutEnd(t *testing.T) {
	t.Parallel()
	home, away := newRealm(t, "CONTOSO.TEST", "FABRIKAM.TEST"), newRealm(t, "FABRIKAM.TEST", "CONTOSO.TEST")
	_, err := negotiate.Header(t.Context(), inRealms(t, home, away, ""), "proxy.test")
	expectError(t, err, []string{"referred to other realms more than 5 times"})
}

// inRealms is the environment of a user of the first realm, with a ticket.
func inRealms(t *testing.T, home, away realm, config string) negotiate.Getenv {
	t.Helper()
	dir, now := t.TempDir(), time.Now()
	for _, r := range []realm{home, away} {
		config += "[realms]\n" + r.name + " = {\n  kdc = " + serving(t, func(request []byte) []byte { return r.serve(t, request) }) + "\n}\n"
	}
	ticket, key := home.grant(t, types.NewPrincipalName(nametype.KRB_NT_SRV_INST, "krbtgt/"+home.name))
	text, err := ticket.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	cache := bytes.Replace(cacheWith(now.Add(-time.Hour), now.Add(time.Hour), string(text)), []byte(sessionKey), key.KeyValue, 1)
	return environment(write(t, filepath.Join(dir, "cache"), cache), write(t, filepath.Join(dir, "krb5.conf"), []byte("[libdefaults]\ndns_lookup_kdc = false\n"+config)))
}
