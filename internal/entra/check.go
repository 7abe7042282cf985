package entra

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// CheckTenantID returns nil when id can be the tenant of a call, else an error that says
// why not.
func CheckTenantID(id string) error {
	switch strings.ToLower(id) {
	case "":
		return errors.New("a tenant ID must not be empty")
	case "common", "organizations", "consumers":
		return fmt.Errorf("%q stands for any tenant; a call belongs to one, and Graph refuses tokens of any other "+
			"(code 7505, tenant mismatch). Use the ID (a GUID) or a domain name of the call's tenant", id)
	}
	if placeholder(id) {
		return fmt.Errorf("%q is a placeholder; use the ID (a GUID) or a domain name of the call's tenant", id)
	}
	for _, r := range id {
		if !(r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return fmt.Errorf("a tenant ID is a GUID or a domain name: letters, digits, hyphens and dots, not %q", string(r))
		}
	}
	for label := range strings.SplitSeq(id, ".") {
		if label == "" || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return fmt.Errorf("a tenant ID is a GUID or a domain name, whose parts between dots have a letter or a digit at both ends, unlike %q", id)
		}
	}
	return nil
}

// checkApplication returns nil when the settings name an application of a tenant.
func (c Config) checkApplication() error {
	if err := require("tenant_id", c.TenantID, "client_id", c.ClientID); err != nil {
		return err
	}
	if err := CheckTenantID(c.TenantID); err != nil {
		return &SettingError{Setting: "tenant_id", Err: err}
	}
	return nil
}

// placeholders matches what documentation and templates have instead of a value: an ellipsis, a GUID of one digit or letter,
// and words in brackets.
var placeholders = regexp.MustCompile(`(?i)^(?:[.…]*|0{8}-(?:0{4}-){3}0{12}|x{8}-(?:x{4}-){3}x{12}|` +
	strings.ReplaceAll(`<W>|\{W\}|\{\{W\}\}|\[W\]|%W%|\$\{W\}|\$\(W\)`, "W", `\s*[a-z][a-z _.-]*\s*`) + `)$`)

// unfilled are placeholders that have no brackets, compared without hyphens, underscores and spaces.
var unfilled = []string{"tenantid", "yourtenantid", "yourtenant", "mytenantid", "clientid", "yourclientid", "appid", "yourappid", "applicationid", "guid", "uuid",
	"yourclientsecret", "clientsecret", "changeme", "todo", "replaceme"}

// placeholder reports whether text is plainly one of documentation or of a template that was
// not filled in, such as <tenant-id>, {GUID}, $(tenantId) or a GUID of zeros.
func placeholder(text string) bool {
	bare := strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(text))
	return placeholders.MatchString(text) || slices.Contains(unfilled, bare)
}

// checkText returns nil when text can be sent as one value: it is no placeholder, and has
// neither line breaks nor control characters in it.
func checkText(text string) error {
	switch {
	case placeholder(text):
		return errors.New("it is a placeholder; replace it with the value")
	case strings.ContainsAny(text, "\r\n"):
		return errors.New("it contains a line break; it must be a single line")
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }):
		return errors.New("it contains a character that is not text; enter it again")
	}
	return nil
}

// checkHeader returns nil when text can be sent in a header: printable ASCII without spaces.
func checkHeader(text string) error {
	if err := checkText(text); err != nil {
		return err
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("it contains a space or a non-ASCII character, which no token does")
	}
	return nil
}
