//go:build !windows

package negotiate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/iana/errorcode"
	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/spnego"
	"github.com/jcmturner/gokrb5/v8/types"

	"terraform-provider-msgraph/internal/permanent"
)

// token has the KDC make a ticket for the service out of the one in the cache. Both are read anew
// each time: a run may outlast a ticket, which something else renews in the cache.
func token(ctx context.Context, getenv Getenv, service string) ([]byte, error) {
	tickets, err := readCache(getenv)
	if err != nil {
		return nil, permanent.Error(err)
	}
	granting, err := tickets.granting(time.Now())
	if err != nil {
		return nil, permanent.Error(err)
	}
	settings, err := readConfig(getenv)
	if err != nil {
		return nil, permanent.Error(err)
	}
	return request(ctx, tickets, granting, settings, service)
}

// request asks the KDC. It does not use the client's own sessions: these give a ticket up when a
// sixth of its time is left, for want of the password to log in anew.
func request(ctx context.Context, tickets *cache, granting *credentials.Credential, settings *config.Config, service string) ([]byte, error) {
	damaged := permanent.Error(fmt.Errorf("the ticket cache %s cannot be understood; run kinit", tickets.name))
	kdc, err := client.NewFromCCache(tickets.CCache, settings)
	if err != nil {
		return nil, damaged
	}
	defer kdc.Destroy()
	from := grant{key: granting.Key, realm: tickets.GetClientRealm()}
	if err := from.ticket.Unmarshal(granting.Ticket); err != nil {
		return nil, damaged
	}
	_, host, _ := strings.Cut(service, "/")
	if other := settings.ResolveRealm(host); other != "" && other != from.realm {
		name := types.PrincipalName{NameType: nametype.KRB_NT_SRV_INST, NameString: []string{"krbtgt", other}}
		to, asked, err := exchange(ctx, kdc, from, name)
		if err != nil {
			return nil, explain(err, tickets, asked, "krbtgt/"+other)
		}
		from = to
		from.realm = other
	}
	name := types.PrincipalName{NameType: nametype.KRB_NT_SRV_HST, NameString: strings.Split(service, "/")}
	to, asked, err := exchange(ctx, kdc, from, name)
	if err != nil {
		return nil, explain(err, tickets, asked, service)
	}
	var start spnego.NegTokenInit
	if panics(func() { start, err = spnego.NewNegTokenInitKRB5(kdc, to.ticket, to.key) }) || err != nil {
		return nil, permanent.Error(errors.New("no Negotiate token can be made of the ticket for " + service))
	}
	return (&spnego.SPNEGOToken{Init: true, NegTokenInit: start}).Marshal()
}

// explain says what a KDC's response means, or that none came.
func explain(err error, tickets *cache, realm, service string) error {
	if refusal, ok := errors.AsType[messages.KRBError](err); ok {
		return permanent.Error(explainRefusal(refusal, tickets, realm, service))
	}
	text := strings.ReplaceAll(err.Error(), "\n", "; ") // of the errors of several KDCs
	switch {
	case errors.Is(err, errDamaged):
		return fmt.Errorf("the KDC of realm %s sent %w; check the network, and [realms] in krb5.conf", realm, errDamaged)
	case strings.Contains(text, "no KDCs defined"):
		return permanent.Error(fmt.Errorf("krb5.conf names no KDC for realm %s, the one of the ticket in %s; add it to [realms], or run kinit "+
			"for a realm that is there", realm, tickets.name))
	case strings.Contains(text, "no such host"), strings.Contains(text, "no KDC SRV records"):
		return permanent.Error(fmt.Errorf("no KDC of realm %s is found by its name; check [realms] in krb5.conf, and the DNS", realm))
	}
	return fmt.Errorf("the KDC of realm %s cannot be reached, or does not respond as one (%s); check the network, and [realms] in krb5.conf", realm, text)
}

// explainRefusal says what an error code of RFC 4120 means here.
func explainRefusal(refusal messages.KRBError, tickets *cache, realm, service string) error {
	switch refusal.ErrorCode {
	case errorcode.KDC_ERR_S_PRINCIPAL_UNKNOWN:
		return fmt.Errorf("the KDC of realm %s knows no service %s (server not found in Kerberos database); "+
			"write the proxy's host name in url as its principal has it, and if the proxy is of another realm, name that in [domain_realm] of krb5.conf", realm, service)
	case errorcode.KRB_AP_ERR_TKT_EXPIRED:
		return fmt.Errorf("the KDC of realm %s calls the ticket in %s expired; run kinit", realm, tickets.name)
	case errorcode.KDC_ERR_TGT_REVOKED:
		return fmt.Errorf("the KDC of realm %s has revoked the ticket in %s; run kinit", realm, tickets.name)
	case errorcode.KRB_AP_ERR_SKEW:
		return fmt.Errorf("the clocks of this machine and of the KDC of realm %s differ too much; set this machine's", realm)
	case errorcode.KDC_ERR_WRONG_REALM, errorcode.KRB_AP_ERR_NOT_US:
		return fmt.Errorf("the KDC that krb5.conf names for realm %s serves another realm; correct krb5.conf", realm)
	}
	return fmt.Errorf("the KDC of realm %s gives no ticket for %s: %s", realm, service, errorcode.Lookup(refusal.ErrorCode))
}
