package graphsim

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net"
	"slices"
	"time"
)

// authority is a certificate authority that lives as long as its server.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// newAuthority makes a CA with an ECDSA P-256 key.
func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generating the CA's key: %w", err)
	}
	template := &x509.Certificate{IsCA: true, KeyUsage: x509.KeyUsageCertSign}
	cert, err := (&authority{template, key}).sign("graphsim CA", template, key)
	return &authority{cert, key}, err
}

// sign issues the certificate of a key. It is dated by real time, since TLS clients judge it by
// their own clock and not by the simulator's.
func (a *authority) sign(name string, template *x509.Certificate, key crypto.Signer) (*x509.Certificate, error) {
	template.Subject, template.BasicConstraintsValid = pkix.Name{CommonName: name}, true
	template.NotBefore, template.NotAfter = time.Now().Add(-24*time.Hour), time.Now().Add(30*24*time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("signing the certificate of %s: %w", name, err)
	}
	return x509.ParseCertificate(der)
}

// issue returns a server certificate for the loopback addresses, localhost and
// host, unless that is empty.
func (a *authority) issue(name, host string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("generating the key of %s: %w", name, err)
	}
	template := &x509.Certificate{
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if host != "" {
		template.DNSNames = append(template.DNSNames, host)
	}
	cert, err := a.sign(name, template, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key}, nil
}

// pem is the CA's certificate, PEM-encoded.
func (a *authority) pem() []byte { return pemOf("CERTIFICATE", a.cert.Raw) }

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// ClientCertificate is a certificate for an app to sign in with; App.Certificates or
// App.SubjectNames make a server accept it.
type ClientCertificate struct {
	Certificate *x509.Certificate
	Key         *rsa.PrivateKey
	// Authority has signed Certificate.
	Authority *x509.Certificate
}

// NewClientCertificate makes a certificate with that common name, an RSA key, and an
// authority of its own.
func NewClientCertificate(commonName string) (ClientCertificate, error) {
	ca, err := newAuthority()
	if err != nil {
		return ClientCertificate{}, err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return ClientCertificate{}, fmt.Errorf("generating the key of %s: %w", commonName, err)
	}
	cert, err := ca.sign(commonName, &x509.Certificate{
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, key)
	return ClientCertificate{Certificate: cert, Key: key, Authority: ca.cert}, err
}

// PEM is the key, the certificate and that of the authority.
func (c ClientCertificate) PEM() []byte {
	key, err := x509.MarshalPKCS8PrivateKey(c.Key)
	if err != nil {
		panic(err) // RSA keys can be marshalled
	}
	return slices.Concat(pemOf("PRIVATE KEY", key), pemOf("CERTIFICATE", c.Certificate.Raw), pemOf("CERTIFICATE", c.Authority.Raw))
}
