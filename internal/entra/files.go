package entra

import (
	"context"
	"errors"
	"fmt"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"terraform-provider-msgraph/internal/textfile"
)

// Load returns the settings with the files of client ID, client secret and certificate read
// into them, each once: a pipe cannot be read a second time. What was pasted or comes from the
// environment is cleaned as files are: a byte order mark and white space around it are not part
// of a secret, ID or token. Loading loaded settings changes nothing.
//
// A value that is given twice, by itself and by a file, must be the same in both. Load's errors
// are of type [*SettingError].
func (c Config) Load() (Config, error) {
	if err := c.clean(); err != nil {
		return Config{}, err
	}
	for _, s := range []struct {
		name        string
		value, file *string
	}{
		{"client_id", &c.ClientID, &c.ClientIDFile},
		{"client_secret", &c.ClientSecret, &c.ClientSecretFile},
	} {
		if *s.file == "" {
			continue
		}
		text, err := textfile.ReadText(*s.file)
		if err == nil {
			err = checkText(text)
		}
		if err == nil && *s.value != "" && *s.value != text {
			err = fmt.Errorf("the content of the file differs from %s; set only one of them", s.name)
		}
		if err != nil {
			return Config{}, &SettingError{Setting: s.name + "_file_path", Err: err}
		}
		*s.value, *s.file = text, ""
	}
	if c.CertificateFile != "" && c.certificateFile == nil {
		data, err := textfile.Read(c.CertificateFile)
		c.certificateFile = &fileContent{data, err}
	}
	return c, nil
}

// clean removes what is not part of the values.
func (c *Config) clean() error {
	for _, s := range []struct {
		name  string
		value *string
		check func(string) error
	}{
		{"tenant_id", &c.TenantID, nil},
		{"client_id", &c.ClientID, checkText},
		{"client_secret", &c.ClientSecret, checkText},
		{"oidc_request_url", &c.OIDCRequestURL, nil},
		{"oidc_request_token", &c.OIDCRequestToken, checkHeader},
		{"oidc_audience", &c.OIDCAudience, checkText},
		{"ado_pipeline_service_connection_id", &c.ServiceConnectionID, checkText},
		{"oidc_token", &c.OIDCToken, checkText},
		{"msi_object_id", &c.ManagedIdentityObjectID, checkText},
		{"msi_resource_id", &c.ManagedIdentityResourceID, checkText},
	} {
		if *s.value == "" {
			continue
		}
		text, err := textfile.Text(*s.value)
		switch {
		case err != nil:
			err = fmt.Errorf("it %w", err)
		case text == "":
			err = errors.New("it is empty")
		case s.check != nil:
			err = s.check(text)
		}
		if err != nil {
			return &SettingError{Setting: s.name, Err: err}
		}
		*s.value = text
	}
	// A password may begin or end with a space.
	c.CertificatePassword = textfile.Line(c.CertificatePassword)
	return nil
}

// newFileCredential makes a credential that reads a token from the file of oidc_token_file_path at
// each use, since whatever wrote it may renew it. Each token that it reads is redacted. It fails at
// once when the file cannot be used; a pipe is left for the first use.
func (c Config) newFileCredential(path string) (azcore.TokenCredential, error) {
	read := func(context.Context) (string, error) {
		token, err := textfile.ReadText(path)
		if err == nil {
			err = checkText(token)
		}
		if err != nil {
			return "", &SettingError{Setting: "oidc_token_file_path", Err: err}
		}
		c.Redact.Add(token)
		return token, nil
	}
	if !textfile.IsPipe(path) {
		if _, err := read(context.Background()); err != nil {
			return nil, err
		}
	}
	return c.newAssertionCredential(read)
}
