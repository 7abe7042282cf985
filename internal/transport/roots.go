package transport

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// rootCAs returns the system's roots and those in file; nil, which means the system's
// roots, when there is no file.
func rootCAs(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file) //nolint:gosec // the user's own choice of file
	if err != nil {
		if failed, ok := errors.AsType[*os.PathError](err); ok {
			err = failed.Err // without the path, which it would show as it is
		}
		return nil, fmt.Errorf("the CA certificate file %q cannot be read: %w", file, err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("the system's root certificates cannot be read: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("the CA certificate file %q holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)", file)
	}
	return roots, nil
}
