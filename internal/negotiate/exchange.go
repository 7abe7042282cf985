//go:build !windows

package negotiate

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
)

const (
	// kdcTimeout bounds a connection to one KDC.
	kdcTimeout = 5 * time.Second
	// maxReply is how many bytes a KDC may send, far above the 64 KiB of the largest tickets of
	// Active Directory. The library's own exchange makes room for whatever length it is told, up
	// to 4 GiB, so this package has one of its own.
	maxReply = 1 << 20
	// maxReferrals is how often one KDC may refer to that of another realm.
	maxReferrals = 5
)

// grant is a ticket with its key, and the realm whose KDC takes it.
type grant struct {
	ticket messages.Ticket
	key    types.EncryptionKey
	realm  string
}

// errDamaged is the error for a reply that is incomplete or not from a KDC.
var errDamaged = errors.New("a malformed response, or one that is not from a KDC")

// exchange has the KDC make a ticket for the service out of one that it takes, and follows its
// referrals to other realms. It returns the realm that it asked last. Its errors are those of
// the network, [errDamaged], or a [messages.KRBError].
func exchange(ctx context.Context, kdc *client.Client, from grant, service types.PrincipalName) (grant, string, error) {
	for range maxReferrals + 1 {
		request, err := messages.NewTGSReq(kdc.Credentials.CName(), from.realm, kdc.Config, from.ticket, from.key, service, false)
		if err != nil {
			return grant{}, from.realm, err
		}
		message, err := request.Marshal()
		if err != nil {
			return grant{}, from.realm, err
		}
		reply, err := ask(ctx, kdc, from.realm, message)
		if err != nil {
			return grant{}, from.realm, err
		}
		to, err := read(reply, kdc, request, from.key)
		if err != nil {
			return grant{}, from.realm, err
		}
		name := to.ticket.SName
		if len(name.NameString) < 2 || name.NameString[0] != "krbtgt" || name.Equal(service) {
			return to, from.realm, nil
		}
		to.realm = name.NameString[len(name.NameString)-1]
		from = to
	}
	return grant{}, from.realm, fmt.Errorf("it referred to other realms more than %d times", maxReferrals)
}

// read reads a KDC's reply to the request, which the library trusts: the lengths in it, and that
// there is any.
func read(reply []byte, kdc *client.Client, request messages.TGSReq, key types.EncryptionKey) (to grant, err error) {
	panicked := panics(func() {
		var refusal messages.KRBError
		if refusal.Unmarshal(reply) == nil {
			err = refusal
			return
		}
		var r messages.TGSRep
		if r.Unmarshal(reply) != nil || r.DecryptEncPart(key) != nil {
			err = errDamaged
			return
		}
		if ok, wrong := r.Verify(kdc.Config, request); !ok || wrong != nil {
			err = errDamaged
			return
		}
		to = grant{ticket: r.Ticket, key: r.DecryptedEncPart.Key}
	})
	if panicked {
		err = errDamaged
	}
	return to, err
}

// ask sends a message to the realm's KDCs, one after the other, until one replies.
func ask(ctx context.Context, kdc *client.Client, realm string, message []byte) ([]byte, error) {
	_, addresses, err := kdc.Config.GetKDCs(realm, true)
	if err != nil {
		return nil, err
	}
	var failures []error
	for i := 1; i <= len(addresses); i++ {
		reply, err := askOne(ctx, addresses[i], message)
		if err == nil {
			return reply, nil
		}
		failures = append(failures, err)
	}
	if len(failures) == 0 {
		return nil, errNoKDC
	}
	return nil, errors.Join(failures...)
}

// errNoKDC is a realm for which the library returns no KDC, and no error.
var errNoKDC = errors.New("no KDCs defined")

// askOne sends a message to one KDC and returns its reply.
//
// Source: https://www.rfc-editor.org/rfc/rfc4120#section-7.2.2
func askOne(ctx context.Context, address string, message []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, kdcTimeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, unreachable(address, err)
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	length := binary.BigEndian.AppendUint32(nil, uint32(len(message))) //nolint:gosec // it is made of tickets
	if _, err := conn.Write(append(length, message...)); err != nil {
		return nil, unreachable(address, err)
	}
	if _, err := io.ReadFull(conn, length); err != nil {
		return nil, unreachable(address, err)
	}
	n := binary.BigEndian.Uint32(length)
	if n == 0 || n > maxReply {
		return nil, fmt.Errorf("%s: %w", address, errDamaged)
	}
	reply := make([]byte, n)
	if _, err := io.ReadFull(conn, reply); err != nil {
		return nil, unreachable(address, err)
	}
	return reply, nil
}

// unreachable says what went wrong with a KDC, in a few words.
func unreachable(address string, err error) error {
	var name *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return fmt.Errorf("%s: no such host", name.Name)
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("%s: no response within %s", address, kdcTimeout)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s: the connection was closed before the response was whole", address)
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return fmt.Errorf("%s: %w", address, number)
	}
	return fmt.Errorf("%s: %w", address, err)
}
