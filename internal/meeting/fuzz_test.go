package meeting_test

import (
	"regexp"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/meeting"
)

// forms matches the accepted links, written down a second time.
var forms = regexp.MustCompile(`^(?i:https)://(?i:teams\.microsoft\.com|teams\.cloud\.microsoft|gov\.teams\.microsoft\.us|dod\.teams\.microsoft\.us)` +
	`(?:/meet/[0-9]+(?:\?[^#]*)?|(?:/_#)?/l/meetup-join/[^/?#]+/[0-9]+\?[^#]*context=[^#]+)$`)

// What is accepted has one of the forms; what is refused is repeated nowhere.
func FuzzParse(f *testing.F) {
	for text := range accepted {
		f.Add(text)
	}
	for text := range refused {
		f.Add(text[:min(len(text), 400)])
	}
	f.Fuzz(func(t *testing.T, text string) {
		link, err := meeting.Parse(text)
		if err != nil {
			if _, hidden := meeting.Parse(text + secret); hidden != nil && strings.Contains(hidden.Error(), secret) {
				t.Errorf("%q: the error repeats what may be a passcode: %q", text, hidden)
			}
			return
		}
		if !forms.MatchString(strings.TrimSpace(text)) {
			t.Errorf("%q has none of the forms", text)
		}
		if isShort, isLong := link.JoinMeetingID != "", link.ThreadID != ""; isShort == isLong ||
			isLong != (link.TenantID != "") || isLong != (link.OrganizerID != "") || isLong != (link.MessageID != "") || isLong && link.Passcode != "" {
			t.Errorf("%q is read as %+v", text, link)
		}
		if !meeting.Same(text, " "+text) {
			t.Errorf("%q is not the same with space around it", text)
		}
	})
}
