package graph

import (
	"errors"
	"net/url"
	"regexp"
	"strings"

	"github.com/google/uuid"
)

// maxCallbackURI is how many bytes a callback URI may have.
const maxCallbackURI = 2048

// CheckGUID returns nil when s is a GUID in the form in which Microsoft Entra shows object, client and tenant
// IDs, in either case, else an error that says what to write.
func CheckGUID(s string) error {
	if len(s) == 36 && uuid.Validate(s) == nil {
		return nil
	}
	const form = "as in 8b081ef6-4792-4def-b2c9-c363a1bf41d5"
	if uuid.Validate(s) == nil { // also valid with braces, with urn:uuid:, and without hyphens
		return errors.New("use the GUID with hyphens and nothing around it, " + form)
	}
	return errors.New("this is not a GUID; use the ID that Microsoft Entra shows, " + form)
}

// e164 matches a phone number in the form of ITU-T recommendation E.164: at most 15 digits after the plus sign.
var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// CheckE164 returns nil when s is a phone number in the E.164 form, else an error that says what to write.
func CheckE164(s string) error {
	const form = "a plus sign, the country code and the number, as in +12065550100"
	digits := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "/", "").Replace(s)
	switch {
	case e164.MatchString(s):
		return nil
	case e164.MatchString(digits):
		return errors.New("remove the separators from the phone number: " + form)
	case strings.HasPrefix(s, "00"):
		return errors.New("replace the leading 00 of the phone number with a plus sign: " + form)
	case strings.HasPrefix(s, "tel:"), strings.HasPrefix(s, "4:"):
		return errors.New("use the phone number by itself: " + form)
	}
	return errors.New("this is not a phone number in the E.164 form; use " + form)
}

// checkCallbackURI returns nil when s can be the address to which Graph posts the notifications of a call, else
// an error that says what to write. The error repeats no part of s, whose query may hold a secret. Whether the
// address is reachable is not checked.
func checkCallbackURI(s string) error {
	const form = ", as in https://bot.example.com/callback"
	if len(s) > maxCallbackURI {
		return errors.New("a callback URI has at most 2048 characters")
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("a callback URI has no spaces and only ASCII characters; percent-encode the others" + form)
	}
	u, err := url.Parse(s)
	switch {
	case err != nil: // which holds the URI
		return errors.New("this is not a URI; use the address of your bot" + form)
	case u.Scheme != "https":
		return errors.New("a callback URI begins with https://" + form)
	case u.Hostname() == "":
		return errors.New("the callback URI has no host; use the address of your bot" + form)
	case u.User != nil:
		return errors.New("the callback URI has a user name or password before its host; remove them" + form)
	case strings.Contains(s, "#"):
		return errors.New("the callback URI has a fragment, which is never sent; remove the # and what follows" + form)
	}
	return nil
}
