//go:build !windows

package negotiate

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/spnego"
	"github.com/jcmturner/gokrb5/v8/types"
)

// token has the KDC make a ticket for the service out of the one in the cache. Both are read anew
// each time: a run may outlast a ticket, which something else renews in the cache.
func token(getenv Getenv, service string) ([]byte, error) {
	tickets, err := readCache(getenv)
	if err != nil {
		return nil, finalError{err}
	}
	granting, err := tickets.granting(time.Now())
	if err != nil {
		return nil, finalError{err}
	}
	settings, err := readConfig(getenv)
	if err != nil {
		return nil, finalError{err}
	}
	var result []byte
	if guard(func() { result, err = request(tickets, granting, settings, service) }) != nil {
		// The library trusts the lengths in a response. The next one may be whole.
		return nil, fmt.Errorf("the KDC of realm %s sent a response that is damaged, or something else responded in its place; check the network, "+
			"and [realms] in krb5.conf", tickets.GetClientRealm())
	}
	return result, err
}

// request asks the KDC. It does not use the client's own sessions: these give a ticket up when a
// sixth of its time is left, for want of the password to log in anew.
func request(tickets *cache, granting *credentials.Credential, settings *config.Config, service string) ([]byte, error) {
	kdc, err := client.NewFromCCache(tickets.CCache, settings)
	if err != nil {
		return nil, finalError{fmt.Errorf("the ticket cache %s cannot be understood: %w; run kinit", tickets.name, err)}
	}
	defer kdc.Destroy()
	var ticket messages.Ticket
	if err := ticket.Unmarshal(granting.Ticket); err != nil {
		return nil, finalError{fmt.Errorf("the ticket cache %s cannot be understood: %w; run kinit", tickets.name, err)}
	}
	key, realm := granting.Key, tickets.GetClientRealm()
	_, host, _ := strings.Cut(service, "/")
	if other := settings.ResolveRealm(host); other != "" && other != realm {
		name := types.PrincipalName{NameType: nametype.KRB_NT_SRV_INST, NameString: []string{"krbtgt", other}}
		_, reply, err := kdc.TGSREQGenerateAndExchange(name, realm, ticket, key, false)
		if err != nil {
			return nil, explain(err, tickets, realm, "krbtgt/"+other)
		}
		ticket, key, realm = reply.Ticket, reply.DecryptedEncPart.Key, other
	}
	name := types.PrincipalName{NameType: nametype.KRB_NT_SRV_HST, NameString: strings.Split(service, "/")}
	_, reply, err := kdc.TGSREQGenerateAndExchange(name, realm, ticket, key, false)
	if err != nil {
		return nil, explain(err, tickets, realm, service)
	}
	start, err := spnego.NewNegTokenInitKRB5(kdc, reply.Ticket, reply.DecryptedEncPart.Key)
	if err != nil {
		return nil, finalError{errors.New("no Negotiate token can be made of the ticket for " + service)}
	}
	return (&spnego.SPNEGOToken{Init: true, NegTokenInit: start}).Marshal()
}

// explain says what a KDC's response means, or that none came. The library keeps of a response its
// text only, which names the code as RFC 4120 does.
func explain(err error, tickets *cache, realm, service string) error {
	text := err.Error()
	for _, known := range []struct{ code, says string }{
		{"KDC_ERR_S_PRINCIPAL_UNKNOWN", fmt.Sprintf("the KDC of realm %s knows no service %s (server not found in Kerberos database); "+
			"write the proxy's host name in url as its principal has it, and if the proxy is of another realm, name that in [domain_realm] of krb5.conf", realm, service)},
		{"KRB_AP_ERR_TKT_EXPIRED", fmt.Sprintf("the KDC of realm %s calls the ticket in %s expired; run kinit", realm, tickets.name)},
		{"KDC_ERR_TGT_REVOKED", fmt.Sprintf("the KDC of realm %s has revoked the ticket in %s; run kinit", realm, tickets.name)},
		{"KRB_AP_ERR_SKEW", fmt.Sprintf("the clocks of this machine and of the KDC of realm %s differ too much; set this machine's", realm)},
		{"KDC_ERR_WRONG_REALM", fmt.Sprintf("the KDC that krb5.conf names for realm %s serves another realm; correct krb5.conf", realm)},
		{"KRB_AP_ERR_NOT_US", fmt.Sprintf("the KDC that krb5.conf names for realm %s serves another realm; correct krb5.conf", realm)},
		{"no KDCs defined", fmt.Sprintf("krb5.conf names no KDC for realm %s, the one of the ticket in %s; add it to [realms], or run kinit "+
			"for a realm that is there", realm, tickets.name)},
		{"no such host", fmt.Sprintf("no KDC of realm %s is found by its name; check [realms] in krb5.conf, and the DNS", realm)},
	} {
		if strings.Contains(text, known.code) {
			return finalError{errors.New(known.says)}
		}
	}
	if strings.Contains(text, "KDC_Error") {
		return finalError{fmt.Errorf("the KDC of realm %s gives no ticket for %s: %w", realm, service, err)}
	}
	return fmt.Errorf("the KDC of realm %s cannot be reached, or does not respond as one: %w; check the network, and [realms] in krb5.conf", realm, err)
}
