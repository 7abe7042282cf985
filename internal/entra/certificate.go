package entra

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"software.sslmate.com/src/go-pkcs12"

	"terraform-provider-msgraph/internal/pemfile"
	"terraform-provider-msgraph/internal/textfile"
)

// keyPair is a private key with its certificate, and the rest of the chain if it was provided.
type keyPair struct {
	certificates []*x509.Certificate
	key          crypto.PrivateKey
}

// loadCertificate reads the certificate from the setting that has it. One that is given
// twice must be the same in both. Its errors are of type [*SettingError].
func (c Config) loadCertificate() (keyPair, error) {
	var inline, file keyPair
	var err error
	if c.Certificate != "" {
		inline, err = parseCertificate([]byte(c.Certificate), c.CertificatePassword)
		if err != nil {
			return keyPair{}, certificateError("client_certificate", err)
		}
	}
	if c.CertificateFile == "" {
		return inline, nil
	}
	data, err := c.certificateFile.data, c.certificateFile.err
	if err == nil {
		file, err = parseCertificate(data, c.CertificatePassword)
	}
	if err == nil && c.Certificate != "" && !inline.certificates[0].Equal(file.certificates[0]) {
		err = errors.New("the file contains another certificate than client_certificate; set only one of them")
	}
	if err != nil {
		return keyPair{}, certificateError("client_certificate_path", err)
	}
	return file, nil
}

// certificateError returns the error for the setting, or for the password if that is wrong.
func certificateError(setting string, err error) error {
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		return &SettingError{Setting: "client_certificate_password", Err: errors.New("it does not open the PKCS#12 file of " + setting)}
	}
	return &SettingError{Setting: setting, Err: err}
}

// parseCertificate reads PEM, PKCS#12, or either of them in base64.
func parseCertificate(data []byte, password string) (keyPair, error) {
	data, err := textfile.Clean(data)
	if err != nil {
		return keyPair{}, fmt.Errorf("it %w", err)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return keyPair{}, errors.New("it is empty")
	}
	if !pemfile.Is(data) {
		if decoded, ok := decodeBase64(data); ok {
			data = decoded
		}
	}
	var pair keyPair
	if pemfile.Is(data) {
		pair, err = parsePEM(data)
	} else {
		pair, err = parsePKCS12(data, password)
	}
	if err != nil {
		return keyPair{}, err
	}
	key, ok := pair.key.(*rsa.PrivateKey)
	if !ok {
		return keyPair{}, errors.New("the private key is not an RSA key, and Entra ID accepts RSA keys only")
	}
	// Some programs write the issuer's certificate first.
	for i, certificate := range pair.certificates {
		if key.PublicKey.Equal(certificate.PublicKey) {
			pair.certificates[0], pair.certificates[i] = certificate, pair.certificates[0]
			return pair, nil
		}
	}
	return keyPair{}, errors.New("the private key belongs to none of the certificates")
}

// decodeBase64 decodes base64 in either alphabet, with or without line breaks and padding.
func decodeBase64(data []byte) ([]byte, bool) {
	text := strings.NewReplacer("-", "+", "_", "/").Replace(strings.Join(strings.Fields(string(data)), ""))
	decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	return decoded, err == nil
}

func parsePEM(data []byte) (keyPair, error) {
	blocks, err := pemfile.Blocks(data)
	if err != nil {
		return keyPair{}, err
	}
	var clean []byte // without what stands between the blocks, such as byte order marks
	for _, block := range blocks {
		clean = append(clean, pem.EncodeToMemory(block)...)
		if strings.Contains(block.Type, "ENCRYPTED") || block.Headers["DEK-Info"] != "" {
			return keyPair{}, errors.New("the private key is encrypted, which is not supported for PEM: give it unencrypted, or as PKCS#12")
		}
		if block.Type == "EC PRIVATE KEY" {
			return keyPair{}, errors.New("the private key is an elliptic curve key, and Entra ID accepts RSA keys only")
		}
	}
	if !slices.ContainsFunc(blocks, func(b *pem.Block) bool { return strings.HasSuffix(b.Type, "PRIVATE KEY") }) {
		return keyPair{}, errors.New("it has a certificate, but no private key")
	}
	if !slices.ContainsFunc(blocks, func(b *pem.Block) bool { return b.Type == "CERTIFICATE" }) {
		return keyPair{}, errors.New("it has a private key, but no certificate")
	}
	var pair keyPair
	err = guard(func() (err error) {
		pair.certificates, pair.key, err = azidentity.ParseCertificates(clean, nil)
		return err
	})
	if err != nil || len(pair.certificates) == 0 || pair.key == nil {
		return keyPair{}, errors.New("it is PEM, but its certificate or private key cannot be read; export both again")
	}
	return pair, nil
}

// parsePKCS12 reads PKCS#12 as OpenSSL 3, Windows and Key Vault write it today (PBES2 with
// AES, SHA-256), which azidentity does not, and as they used to (RC2 and 3DES, SHA-1).
func parsePKCS12(data []byte, password string) (keyPair, error) {
	var pair keyPair
	err := guard(func() error {
		key, certificate, chain, err := pkcs12.DecodeChain(data, password)
		pair = keyPair{append([]*x509.Certificate{certificate}, chain...), key}
		return err
	})
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword):
		return keyPair{}, err
	case err != nil: // the error is about ASN.1, which does not help the user
		return keyPair{}, errors.New("it is neither PEM nor a PKCS#12 file that can be read; export the certificate and private key again, as PKCS#12 (.pfx) or PEM")
	}
	return pair, nil
}
