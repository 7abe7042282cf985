package graphsim

import (
	"encoding/json"
	"slices"
	"strings"
)

// callRequest is what the checks look at of the body of a POST.
type callRequest struct {
	CallbackURI         string           `json:"callbackUri"`
	Direction           string           `json:"direction"`
	Subject             string           `json:"subject"`
	TenantID            string           `json:"tenantId"`
	RequestedModalities []string         `json:"requestedModalities"`
	MediaConfig         *odataType       `json:"mediaConfig"`
	Source              *participantBody `json:"source"`

	Targets []participantBody `json:"targets"`

	ChatInfo *struct {
		ThreadID  string `json:"threadId"`
		MessageID string `json:"messageId"`
	} `json:"chatInfo"`

	MeetingInfo *struct {
		odataType
		JoinMeetingID string        `json:"joinMeetingId"`
		Organizer     identityByKey `json:"organizer"`
	} `json:"meetingInfo"`
}

type odataType struct {
	Type string `json:"@odata.type"`
}

// is reports whether it is the type of that name.
func (t odataType) is(name string) bool { return t.Type == "#microsoft.graph."+name }

type participantBody struct {
	Identity identityByKey `json:"identity"`
}

// identityByKey are the IDs of an identitySet by user, application, phone, ...
type identityByKey map[string]string

// UnmarshalJSON leaves out annotations and what is null.
func (i *identityByKey) UnmarshalJSON(text []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}
	*i = identityByKey{}
	for name, member := range members {
		var one *struct {
			ID string `json:"id"`
		}
		if strings.HasPrefix(name, "@") || json.Unmarshal(member, &one) != nil || one == nil {
			continue
		}
		(*i)[name] = one.ID
	}
	return nil
}

// requestOf reads a body that agrees with the schema.
func requestOf(raw json.RawMessage) (c callRequest) {
	_ = json.Unmarshal(raw, &c)
	return c
}

func (c *callRequest) targetIDs() (ids []string) {
	for _, target := range c.Targets {
		for _, id := range target.Identity {
			ids = append(ids, id)
		}
	}
	return ids
}

func (c *callRequest) joins(kind string) bool { return c.MeetingInfo != nil && c.MeetingInfo.is(kind) }

func (c *callRequest) callsPhone() bool {
	return slices.ContainsFunc(c.Targets, func(t participantBody) bool { _, ok := t.Identity["phone"]; return ok })
}
