package entra

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNotConfigured is returned by [NewCredential] when no credential is configured.
var ErrNotConfigured = errors.New("no credential is configured")

// MissingSettingError is returned when a credential lacks one of its settings.
type MissingSettingError struct {
	// Setting is the name of the provider's attribute, such as "tenant_id".
	Setting string
	// Or names further attributes, where any one of them all would do.
	Or []string
}

// Settings are all the attributes of which one is missing.
func (e *MissingSettingError) Settings() []string { return append([]string{e.Setting}, e.Or...) }

// Error names the setting.
func (e *MissingSettingError) Error() string {
	if len(e.Or) == 0 {
		return e.Setting + " is not set"
	}
	return "none of " + strings.Join(e.Settings(), ", ") + " is set"
}

// require returns a [MissingSettingError] for the first of the settings, given as pairs of
// name and value, that is empty.
func require(namesAndValues ...string) error {
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if namesAndValues[i+1] == "" {
			return &MissingSettingError{Setting: namesAndValues[i]}
		}
	}
	return nil
}

// SettingError is returned when a setting holds something that cannot be used. Its text
// never shows a secret.
type SettingError struct {
	// Setting is the name of the provider's attribute, such as "client_certificate".
	Setting string
	// Err says what is wrong with it.
	Err error
}

// Error names the setting and says what is wrong with it.
func (e *SettingError) Error() string { return fmt.Sprintf("%s: %v", e.Setting, e.Err) }

// Unwrap returns what is wrong with it.
func (e *SettingError) Unwrap() error { return e.Err }

// MethodError is returned when a credential is configured and cannot be used.
type MethodError struct {
	// Method is the name of the credential, such as "client secret".
	Method string
	// Err is why; most often a [MissingSettingError] or a [SettingError].
	Err error
}

// Error names the method and says why it cannot be used.
func (e *MethodError) Error() string {
	return fmt.Sprintf("the %s cannot be used: %v", e.Method, e.Err)
}

// Unwrap returns why.
func (e *MethodError) Unwrap() error { return e.Err }
