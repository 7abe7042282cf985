package graphsim

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
)

// ClientCertificate is a certificate for an app to sign in with; App.Certificates or
// App.SubjectNames make a server take it.
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
	template := certificateTemplate(commonName)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.cert, key.Public(), ca.key)
	if err != nil {
		return ClientCertificate{}, fmt.Errorf("signing the certificate of %s: %w", commonName, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return ClientCertificate{}, fmt.Errorf("reading back the certificate of %s: %w", commonName, err)
	}
	return ClientCertificate{Certificate: cert, Key: key, Authority: ca.cert}, nil
}

// PEM is the key, the certificate and that of the authority.
func (c ClientCertificate) PEM() []byte {
	key, err := x509.MarshalPKCS8PrivateKey(c.Key)
	if err != nil {
		panic(err) // RSA keys can be marshalled
	}
	var b bytes.Buffer
	for _, block := range []*pem.Block{
		{Type: "PRIVATE KEY", Bytes: key},
		{Type: "CERTIFICATE", Bytes: c.Certificate.Raw},
		{Type: "CERTIFICATE", Bytes: c.Authority.Raw},
	} {
		_ = pem.Encode(&b, block) // a buffer takes everything
	}
	return b.Bytes()
}
