package transport

import (
	"crypto/x509"
	"fmt"

	"terraform-provider-msgraph/internal/pemfile"
	"terraform-provider-msgraph/internal/textfile"
)

// rootCAs returns the system's roots and those in file; nil, which means the system's
// roots, when there is no file.
func rootCAs(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	data, err := textfile.Read(file)
	if err != nil {
		return nil, fmt.Errorf("the CA certificate file (ca_certificate_file) cannot be used: %w", err)
	}
	certificates, err := pemfile.Certificates(data)
	if err != nil {
		return nil, fmt.Errorf("the CA certificate file %q (ca_certificate_file) cannot be used: %w", file, err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("the system's root certificates cannot be read: %w", err)
	}
	for _, certificate := range certificates {
		roots.AddCert(certificate)
	}
	return roots, nil
}
