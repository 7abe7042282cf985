package meeting

import (
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// maxLength is how many bytes a link may have. Those that Teams makes have some 300.
const maxLength = 2048

// hosts are those of Teams for work or school.
//
// Source: Microsoft 365 message MC1162275 for teams.cloud.microsoft. That the clouds of the US government have
// the same links under hosts of their own is inferred from links that people have published.
var hosts = []string{"teams.microsoft.com", "teams.cloud.microsoft", "gov.teams.microsoft.us", "dod.teams.microsoft.us"}

// What the parts of a link look like. Threads of the government clouds have one more part: "19:gcch:meeting_...".
var (
	threadID      = regexp.MustCompile(`^19:(?:[a-z]{1,16}:)?[A-Za-z0-9_.=+-]{1,200}@thread\.[a-z0-9]{1,16}$`)
	meetingThread = regexp.MustCompile(`^19:(?:[a-z]+:)?meeting_`)
	messageID     = regexp.MustCompile(`^[0-9]{1,20}$`)
	joinMeetingID = regexp.MustCompile(`^[0-9]{1,32}$`)
	passcode      = regexp.MustCompile(`^[!-~]{1,128}$`)
	guid          = regexp.MustCompile(`^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$`)
)

// copyFromTeams is what to do about a link that is not as Teams made it.
const copyFromTeams = "copy the link from the meeting in the Teams calendar, or from the invitation"

// copyFromChannel is the same for a channel meeting.
const copyFromChannel = "copy the link from the meeting's post in the channel"

// Parse reads a link in one of the forms of [Forms]; space around it is ignored. Nothing else is accepted. Its
// error says what is wrong with the link and what to do, and repeats no part of it: the link may hold a passcode.
func Parse(text string) (Link, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return Link{}, errors.New("the meeting link is empty; " + copyFromTeams)
	case len(text) > maxLength:
		return Link{}, errors.New("the text is longer than any meeting link; " + copyFromTeams)
	}
	address, fragment, hasFragment := strings.Cut(text, "#")
	u, err := url.Parse(address)
	if err != nil {
		return Link{}, errors.New("this is not a URL; " + copyFromTeams) // err holds the URL
	}
	if err := checkOrigin(u); err != nil {
		return Link{}, err
	}
	route, web := u.EscapedPath(), false
	switch {
	case hasFragment && route == "/_" && u.RawQuery == "" && !strings.Contains(fragment, "#"):
		route, web = fragment, true
	case hasFragment:
		return Link{}, notALink(route)
	case u.RawQuery != "":
		route += "?" + u.RawQuery
	}
	return parseRoute(route, web)
}

// checkOrigin returns nil when u is https and on one of the [hosts].
func checkOrigin(u *url.URL) error {
	host := strings.ToLower(u.Hostname())
	switch {
	case u.Scheme != "https" || u.Host == "":
		return errors.New("a meeting link begins with https://; " + copyFromTeams)
	case u.User != nil:
		return errors.New("the link has a user name before its host, which no meeting link has; " + copyFromTeams)
	case strings.Contains(u.Host, ":"):
		return errors.New("the link has a port, which no meeting link has; " + copyFromTeams)
	case slices.Contains(hosts, host):
		return nil
	case host == "teams.live.com":
		return errors.New("this link is for Teams for personal use, but Graph joins only meetings of work or school accounts; " +
			"use a meeting that was scheduled with a work or school account")
	case isMailFilter(host):
		return errors.New("a mail filter has rewritten this link; copy the original from the meeting in the Teams calendar")
	}
	return errors.New("Teams has no meeting links on this host; a meeting link begins with https://" + strings.Join(hosts, "/, https://") + "/")
}

// isMailFilter reports whether host is that of a product that rewrites the links in mails.
//
// Source: Microsoft 365 message MC1120871, and the vendors' own documentation.
func isMailFilter(host string) bool {
	return slices.Contains(strings.Split(host, "."), "safelinks") || slices.ContainsFunc([]string{
		"urldefense.com", "urldefense.us", "urldefense.proofpoint.com", "mimecast.com", "mimecastprotect.com",
		"linkprotect.cudasvc.com", "secure-web.cisco.com", "trendmicro.com", "sophos.com",
	}, func(filter string) bool { return host == filter || strings.HasSuffix(host, "."+filter) })
}

// parseRoute reads path and query of a link. web tells that they stood in the fragment, where short links have
// not been seen.
func parseRoute(route string, web bool) (Link, error) {
	path, query, _ := strings.Cut(route, "?")
	segments := strings.Split(path, "/")
	switch {
	case !web && len(segments) == 3 && strings.HasPrefix(path, "/meet/"):
		return parseShort(segments[2], query)
	case len(segments) == 5 && strings.HasPrefix(path, "/l/meetup-join/"):
		return parseLong(segments[3], segments[4], query)
	}
	return Link{}, notALink(path)
}

// notALink says what is wrong with a path that no form has.
func notALink(path string) error {
	switch {
	case strings.HasPrefix(path, "/l/meetup-join/") && strings.Contains(path, "thread.tacv2"):
		return errors.New("the link of a channel meeting needs the ID of the channel's message after the thread ID; " + copyFromChannel)
	case strings.HasPrefix(path, "/l/meetup-join/"), strings.HasPrefix(path, "/meet/"):
		return errors.New("the link is incomplete, or something was added to it; " + copyFromTeams)
	case strings.HasPrefix(path, "/dl/launcher/"), strings.HasPrefix(path, "/v2"):
		return errors.New("this is the address of a page that opens Teams, not a meeting link; " + copyFromTeams)
	}
	return errors.New("this is a link to Teams, but not to a meeting; " + copyFromTeams)
}

// parseShort reads /meet/{id}?p={passcode}.
func parseShort(id, query string) (Link, error) {
	if !joinMeetingID.MatchString(id) {
		return Link{}, errors.New("the meeting ID in the link is not a number; " + copyFromTeams)
	}
	raw, found, err := parameter(query, "p")
	switch {
	case err != nil:
		return Link{}, err
	case !found:
		return Link{JoinMeetingID: id}, nil // a meeting may be without a passcode
	}
	p, err := url.PathUnescape(raw) // which leaves a plus sign alone
	if err != nil || !passcode.MatchString(p) {
		return Link{}, errors.New("the passcode in the link is incomplete or damaged; " + copyFromTeams)
	}
	return Link{JoinMeetingID: id, Passcode: p}, nil
}

// parseLong reads /l/meetup-join/{thread}/{message}?context={...}.
func parseLong(thread, message, query string) (Link, error) {
	thread, err := url.PathUnescape(thread)
	if err != nil || !threadID.MatchString(thread) {
		return Link{}, errors.New("the thread ID in the link, as in 19:meeting_...@thread.v2, is missing or damaged; " + copyFromTeams)
	}
	if !messageID.MatchString(message) {
		return Link{}, errors.New("the message ID after the thread ID in the link is not a number; " + copyFromTeams)
	}
	if message == "0" && !meetingThread.MatchString(thread) {
		return Link{}, errors.New("the link of a channel meeting needs the ID of the channel's message after the thread ID; " + copyFromChannel)
	}
	context, err := parseContext(query)
	if err != nil {
		return Link{}, err
	}
	if context.MessageID == "0" { // some links say so where there is none
		context.MessageID = ""
	}
	return Link{
		ThreadID: thread, MessageID: message, ReplyChainMessageID: context.MessageID,
		OrganizerID: strings.ToLower(context.Oid), TenantID: strings.ToLower(context.Tid),
	}, nil
}

func parseContext(query string) (meetingContext, error) {
	var context meetingContext
	raw, found, err := parameter(query, "context")
	if err != nil {
		return context, err
	}
	text, err := url.QueryUnescape(raw)
	switch {
	case !found:
		return context, errors.New("the link is incomplete: it has no context parameter, which identifies the organizer and the tenant; " + copyFromTeams)
	case err != nil || json.Unmarshal([]byte(text), &context) != nil:
		return context, errors.New("the context parameter of the link, which identifies the organizer and the tenant, is incomplete or damaged; " + copyFromTeams)
	case context.IsBroadcastMeeting:
		return context, errors.New("this is the link to a live event, which attendees only watch; use the link to a meeting")
	case !guid.MatchString(context.Tid):
		return context, errors.New("the context of the link has no tenant: Tid is missing or not a GUID; " + copyFromTeams)
	case !guid.MatchString(context.Oid):
		return context, errors.New("the context of the link has no organizer: Oid is missing or not a GUID; " + copyFromTeams)
	case context.MessageID != "" && !messageID.MatchString(context.MessageID):
		return context, errors.New("the MessageId in the context of the link is not a number; " + copyFromTeams)
	}
	return context, nil
}

// parameter returns a parameter of a query, still escaped. Other parameters do not matter, but one that is there
// twice is an error.
func parameter(query, name string) (value string, found bool, err error) {
	for pair := range strings.SplitSeq(query, "&") {
		if key, v, _ := strings.Cut(pair, "="); key == name {
			if found {
				return "", true, errors.New("the link contains a parameter twice; " + copyFromTeams)
			}
			value, found = v, true
		}
	}
	return value, found, nil
}
