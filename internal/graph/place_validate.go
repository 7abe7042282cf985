package graph

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Validate returns nil if r can be sent, else an error that says what to write. It repeats no passcode.
func (r PlaceRequest) Validate() error {
	return cmp.Or(
		inArgument("callback_uri", checkCallbackURI(r.CallbackURI)),
		r.validateTarget(),
		validateModalities(r.Modalities),
		optionalGUID("source_application_instance_id", r.SourceApplicationInstanceID),
		r.validateTenant(),
	)
}

// validateTarget checks that there is exactly one form of target, and that it is complete.
func (r PlaceRequest) validateTarget() error {
	meeting, join, targets := r.Meeting != nil, r.JoinMeeting != nil, len(r.Targets) > 0
	switch {
	case meeting && !join && !targets:
		return r.Meeting.validate()
	case join && !meeting && !targets:
		return r.JoinMeeting.validate()
	case targets && !meeting && !join:
		return r.validateTargets()
	}
	return errors.New("a request has exactly one of Meeting, JoinMeeting and Targets")
}

func (r PlaceRequest) validateTargets() error {
	if len(r.Targets) > maxTargets {
		return fmt.Errorf("a group call has at most %d targets, not %d; remove target blocks", maxTargets, len(r.Targets))
	}
	var called []string
	for i, target := range r.Targets {
		id, err := target.validate()
		switch {
		case id == "":
			return fmt.Errorf("target block %d: set exactly one of user_id, phone_number and application_id", i+1)
		case err != nil:
			return err
		case slices.Contains(called, id):
			return errors.New("two target blocks have the same target; remove one of them")
		case target.UserID == "" && r.isGroup():
			return errors.New("a phone_number or application_id must be the only target; Graph documents group calls for users only")
		case target.PhoneNumber != "" && r.SourceApplicationInstanceID == "":
			return errors.New("a call to a phone_number needs source_application_instance_id; " +
				"set it to the object ID of the application instance (resource account) that has a phone number")
		}
		called = append(called, id)
	}
	if !r.isGroup() {
		return nil
	}
	if r.SourceApplicationID == "" {
		return errors.New("a call to several targets needs the client ID of the application; set client_id in the provider block")
	}
	return optionalGUID("client_id", r.SourceApplicationID)
}

// validate returns the ID that is called, by which two targets can be compared; empty unless there is exactly one.
func (t PlaceTarget) validate() (id string, err error) {
	switch id = t.UserID + t.PhoneNumber + t.ApplicationID; id {
	case t.UserID:
		err = optionalGUID("user_id", id)
	case t.ApplicationID:
		err = optionalGUID("application_id", id)
	case t.PhoneNumber:
		err = inArgument("phone_number", CheckE164(id))
	default:
		return "", nil
	}
	return strings.ToLower(id), err
}

// validateTenant checks the tenant, which only a call to a single user or application can do without: elsewhere
// Graph responds with 7505.
func (r PlaceRequest) validateTenant() error {
	if r.TenantID == "" && (len(r.Targets) != 1 || r.Targets[0].PhoneNumber != "") {
		return errors.New("the call needs tenant_id; set it to the GUID of the tenant in which the meeting was scheduled, or whose users are called")
	}
	return optionalGUID("tenant_id", r.TenantID)
}

var (
	meetingNumber = regexp.MustCompile(`^[0-9]{1,32}$`)
	meetingThread = regexp.MustCompile(`^19:[^%\s/?#]{1,250}@[^%\s/?#]{1,50}$`)
)

func (m MeetingCoordinates) validate() error {
	switch {
	case !meetingThread.MatchString(m.ThreadID):
		return errors.New("thread_id: use the thread ID of the meeting's chat without percent-encoding, " +
			"as in 19:meeting_...@thread.v2; provider::msgraph::meeting takes it out of a meeting link")
	case !meetingNumber.MatchString(m.MessageID):
		return errors.New(`message_id: use "0", or for a channel meeting the number of the message in the channel`)
	case m.MessageID == "0" && strings.HasSuffix(m.ThreadID, "@thread.tacv2"):
		return errors.New("message_id: this thread belongs to a channel; use the number of the message in the channel that the meeting belongs to")
	case m.ReplyChainMessageID != "" && !meetingNumber.MatchString(m.ReplyChainMessageID):
		return errors.New("reply_chain_message_id: use the number that the meeting link has as MessageId, or leave it out")
	case m.OrganizerID == "":
		return errors.New("organizer_id: use the object ID of the user who scheduled the meeting")
	}
	return cmp.Or(optionalGUID("organizer_id", m.OrganizerID), optionalGUID("tenant_id of the meeting", m.TenantID))
}

func (m JoinMeeting) validate() error {
	switch {
	case !meetingNumber.MatchString(m.ID):
		return errors.New("join_meeting_id: use the digits of the meeting ID, without spaces, as in 2414128301281")
	case len(m.Passcode) > 128 || strings.ContainsFunc(m.Passcode, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errors.New("passcode: use the passcode as Teams shows it, without spaces; leave it out for a meeting without one")
	}
	return nil
}

func validateModalities(modalities []string) error {
	for i, modality := range modalities {
		if !slices.Contains(Modalities(), modality) {
			return fmt.Errorf("requested_modalities: %.40q is not a modality; use one or more of %s", modality, strings.Join(Modalities(), ", "))
		}
		if slices.Contains(modalities[:i], modality) {
			return fmt.Errorf("requested_modalities: %s is duplicated; remove one of them", modality)
		}
	}
	return nil
}

// optionalGUID returns nil when the value is empty or a GUID.
func optionalGUID(argument, value string) error {
	if value == "" {
		return nil
	}
	return inArgument(argument, CheckGUID(value))
}

// inArgument begins an error with the argument at fault; nil stays nil.
func inArgument(argument string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", argument, err)
}
