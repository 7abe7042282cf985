package graphsim_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"terraform-provider-msgraph/internal/graphsim"
)

const (
	callsPath = "/v1.0/communications/calls"
	userID    = "112f7296-5fa4-42ca-bae8-6a692b15d4b8"
	thread    = "19:meeting_Win6Ydo4wsMijFjZS00ZGVjLTk5MGUtOTRjNWY2NmNkYTFm@thread.v2"
)

// Identities and other parts of bodies, as in the examples of Graph's documentation.
func odata(typ string, members map[string]any) map[string]any {
	o := map[string]any{"@odata.type": "#microsoft.graph." + typ}
	maps.Copy(o, members)
	return o
}

func oneIdentity(kind, id string) map[string]any {
	return odata("identitySet", map[string]any{kind: odata("identity", map[string]any{"id": id})})
}

func target(kind, id string) map[string]any {
	return odata("invitationParticipantInfo", map[string]any{"identity": oneIdentity(kind, id)})
}

func source(kind, id string) map[string]any {
	return odata("participantInfo", map[string]any{"identity": oneIdentity(kind, id), "region": nil, "languageId": nil})
}

func coordinates() map[string]any {
	return map[string]any{
		"chatInfo": odata("chatInfo", map[string]any{"threadId": thread, "messageId": "0"}),
		"meetingInfo": odata("organizerMeetingInfo", map[string]any{
			"organizer": odata("identitySet", map[string]any{"user": odata("identity", map[string]any{
				"id": "5810cede-f3cc-42eb-b2c1-e9bd5d53ec96", "tenantId": graphsim.TenantID, "displayName": "Bob",
			})}),
			"allowConversationWithoutHost": true,
		}),
		"tenantId": graphsim.TenantID,
	}
}

func joinByID(passcode any) map[string]any {
	return map[string]any{
		"meetingInfo": odata("joinMeetingIdMeetingInfo", map[string]any{"joinMeetingId": "1234567", "passcode": passcode}),
		"tenantId":    graphsim.TenantID,
	}
}

func toUser() map[string]any { return map[string]any{"targets": []any{target("user", userID)}} }

func toGroup() map[string]any {
	return map[string]any{
		"targets":  []any{target("user", userID), target("user", "5810cede-f3cc-42eb-b2c1-e9bd5d53ec96")},
		"source":   source("application", graphsim.ClientID),
		"tenantId": graphsim.TenantID,
	}
}

func toPhone() map[string]any {
	return map[string]any{
		"source":   source("applicationInstance", "3d913abb-aec0-4964-8fa6-3c6850c4f278"),
		"targets":  []any{target("phone", "+12345678901")},
		"tenantId": graphsim.TenantID,
	}
}

// body is a complete body with some members replaced. nil leaves one out.
func body(t testing.TB, differs ...map[string]any) string {
	t.Helper()
	o := odata("call", map[string]any{
		"callbackUri":         "https://bot.contoso.com/callback",
		"requestedModalities": []any{"audio"},
		"mediaConfig":         odata("serviceHostedMediaConfig", nil),
	})
	for _, d := range differs {
		maps.Copy(o, d)
	}
	maps.DeleteFunc(o, func(_ string, v any) bool { return v == nil })
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (s *sim) place(body string, headers ...string) reply {
	s.t.Helper()
	return s.do("POST", callsPath, body, append([]string{"Content-Type", "application/json"}, headers...)...)
}

// placed places a call and returns its ID.
func (s *sim) placed(differs ...map[string]any) string {
	s.t.Helper()
	got := s.place(body(s.t, differs...))
	got.wantStatus(s.t, 201)
	id, _ := got.object(s.t)["id"].(string)
	return id
}

func (s *sim) wantState(id, want string) {
	s.t.Helper()
	if got := s.get(id).object(s.t)["state"]; got != want {
		s.t.Errorf("the state is %v, want %s", got, want)
	}
}

func TestPlace_takesEachDocumentedForm(t *testing.T) {
	s := start(t)
	roles := []string{
		graphsim.RoleCallsInitiate, graphsim.RoleCallsAccessMedia, graphsim.RoleCallsInitiateGroup, graphsim.RoleCallsJoinGroupAsGuest,
	}
	media := map[string]any{"mediaConfig": odata("appHostedMediaConfig", map[string]any{"blob": "<Media Session Configuration>"})}
	prefetch := map[string]any{"mediaConfig": odata("serviceHostedMediaConfig", map[string]any{"preFetchMedia": []any{
		map[string]any{"uri": "https://cdn.contoso.com/beep.wav", "resourceId": "f8971b04-b53e-418c-9222-c82ce681a582"},
	}})}
	forms := map[string]string{
		"user":                  body(t, toUser(), map[string]any{"callOptions": odata("outgoingCallOptions", map[string]any{"isContentSharingNotificationEnabled": true})}),
		"user, with its tenant": body(t, toUser(), map[string]any{"tenantId": strings.ToUpper(graphsim.TenantID), "subject": "Lab"}),
		"group":                 body(t, toGroup()),
		"phone":                 body(t, toPhone()),
		"meeting":               body(t, coordinates(), map[string]any{"direction": "outgoing"}),
		"meeting by ID":         body(t, joinByID("psw123"), prefetch),
		"meeting without code":  body(t, joinByID(nil)),
		"meeting by token":      body(t, map[string]any{"meetingInfo": odata("tokenMeetingInfo", map[string]any{"token": "x"})}),
	}
	for name, form := range forms {
		got := s.place(form)
		got.wantStatus(t, 201)
		o := got.object(t)
		for _, wrong := range graphsim.CheckSchema("call", "call!", withoutOpen(o)) {
			t.Errorf("%s: %s", name, wrong)
		}
		if got.Header.Get("Location") != s.GraphURL()+callsPath+"/"+o["id"].(string) || o["state"] != "establishing" {
			t.Errorf("%s: Location %q, state %v", name, got.Header.Get("Location"), o["state"])
		}
		for _, member := range []string{"resultInfo", "mediaState", "toneInfo", "incomingContext"} {
			if v, there := o[member]; !there || v != nil {
				t.Errorf("%s: %s is %v, want null", name, member, v)
			}
		}
		s.get(o["id"].(string)).wantStatus(t, 200)
	}
	placed := s.Placed()
	if len(placed) != len(forms) || placed[0].ClientID != graphsim.ClientID || placed[0].TenantID != graphsim.TenantID || !placed[0].At.Equal(epoch) {
		t.Errorf("%d placed, %+v", len(placed), placed)
	}
	s.place(body(t, toUser(), media)).wantError(t, 403, "7504", "Insufficient enterprise tenant permissions, cannot access this API.")
	s.signIn(graphsim.App{Roles: roles})
	s.place(body(t, coordinates(), media)).wantStatus(t, 201)
}

// withoutOpen takes out what the examples have in open types.
func withoutOpen(o map[string]any) map[string]any {
	o = maps.Clone(o)
	for _, member := range []string{"meetingInfo", "targets", "source"} {
		delete(o, member)
	}
	return o
}

func TestPlace_refusesWhatGraphWould(t *testing.T) {
	s := start(t)
	with := func(form map[string]any, member string, v any) map[string]any {
		form = maps.Clone(form)
		form[member] = v
		return form
	}
	nested := coordinates()
	nested["meetingInfo"].(map[string]any)["tenantId"] = graphsim.TenantID
	const (
		mismatch = "Request authorization tenant mismatch."
		identity = "Unkown internal Server Error" //nolint:misspell // Graph's spelling
		noSource = "Call source identity invalid."
	)
	for name, test := range map[string]struct {
		body          map[string]any
		status        int
		code, message string
	}{
		"no media":                {with(toUser(), "mediaConfig", nil), 400, "8523", "Missing mediaConfig information."},
		"media of no type":        {with(toUser(), "mediaConfig", map[string]any{}), 400, "BadRequest", "call.mediaConfig: mediaConfig is abstract, and @odata.type does not say more"},
		"token, no media":         {map[string]any{"mediaConfig": nil, "meetingInfo": odata("tokenMeetingInfo", map[string]any{"token": "x"})}, 500, "9999", identity},
		"no callback":             {with(toUser(), "callbackUri", nil), 400, "BadRequest", "callbackUri: an absolute HTTPS URI is required"},
		"http callback":           {with(toUser(), "callbackUri", "http://bot.contoso.com/"), 400, "BadRequest", "callbackUri: an absolute HTTPS URI is required"},
		"no modalities":           {with(toUser(), "requestedModalities", []any{}), 400, "BadRequest", "requestedModalities: missing or empty"},
		"unknown modality":        {with(toUser(), "requestedModalities", []any{"sound"}), 400, "BadRequest", "call.requestedModalities[0]: sound is no member of modality"},
		"incoming":                {with(toUser(), "direction", "incoming"), 400, "BadRequest", "direction: only outgoing calls can be created"},
		"nobody":                  {nil, 400, "BadRequest", "Either targets or meetingInfo is required."},
		"both":                    {with(coordinates(), "targets", toUser()["targets"]), 400, "BadRequest", "targets and meetingInfo cannot both be set."},
		"six":                     {with(toGroup(), "targets", slices.Repeat([]any{target("user", userID)}, 6)), 400, "BadRequest", "targets: too many participants"},
		"meeting without chat":    {with(coordinates(), "chatInfo", nil), 400, "BadRequest", "chatInfo: threadId and messageId are required to join a meeting by its coordinates"},
		"empty meeting ID":        {with(joinByID(nil), "meetingInfo", odata("joinMeetingIdMeetingInfo", map[string]any{"joinMeetingId": ""})), 400, "BadRequest", "meetingInfo.joinMeetingId: empty"},
		"no meeting ID":           {with(joinByID(nil), "meetingInfo", odata("joinMeetingIdMeetingInfo", nil)), 400, "BadRequest", "call.meetingInfo: joinMeetingId is missing"},
		"meeting of no type":      {with(joinByID(nil), "meetingInfo", map[string]any{"joinMeetingId": "1"}), 400, "BadRequest", "call.meetingInfo: meetingInfo is abstract, and @odata.type does not say more"},
		"member of a closed type": {with(coordinates(), "chatInfo", odata("chatInfo", map[string]any{"threadId": thread, "messageId": "0", "topic": "x"})), 400, "BadRequest", "call.chatInfo: chatInfo has no property topic"},
		"wrong type":              {with(toUser(), "subject", 7), 400, "BadRequest", "call.subject: 7 is no Edm.String"},
		"untyped open member":     {with(toUser(), "odd", map[string]any{"x": 1}), 400, "BadRequest", "call.odd: odd is not declared, and its @odata.type names no type"},
		"phone as a string":       {with(toPhone(), "targets", []any{odata("invitationParticipantInfo", map[string]any{"identity": odata("identitySet", map[string]any{"phone": "+1"})})}), 500, "9999", identity},
		"phone of no type": {with(toPhone(), "targets", []any{odata("invitationParticipantInfo", map[string]any{"identity": odata("identitySet", map[string]any{
			"phone": map[string]any{"id": "+12345678901"},
		})})}), 500, "9999", identity},
		"no number":            {with(toPhone(), "targets", []any{target("phone", "0123")}), 500, "9999", identity},
		"no GUID":              {with(toUser(), "targets", []any{target("user", "bob@contoso.com")}), 500, "9999", identity},
		"no identity":          {with(toUser(), "targets", []any{odata("invitationParticipantInfo", nil)}), 400, "BadRequest", "call.targets[0]: identity is missing"},
		"empty identity":       {with(toUser(), "targets", []any{odata("invitationParticipantInfo", map[string]any{"identity": odata("identitySet", nil)})}), 500, "9999", identity},
		"group, no tenant":     {with(toGroup(), "tenantId", nil), 403, "7505", mismatch},
		"phone, no tenant":     {with(toPhone(), "tenantId", nil), 403, "7505", mismatch},
		"meeting, no tenant":   {with(coordinates(), "tenantId", nil), 403, "7505", mismatch},
		"tenant nested":        {with(nested, "tenantId", nil), 403, "7505", mismatch},
		"another tenant":       {with(toUser(), "tenantId", "aa67bd4c-8475-432d-bd41-39f255720e0a"), 403, "7505", mismatch},
		"phone, no source":     {with(toPhone(), "source", nil), 403, "7507", noSource},
		"phone, application":   {with(toPhone(), "source", source("application", graphsim.ClientID)), 403, "7507", noSource},
		"another app's source": {with(toGroup(), "source", source("application", userID)), 403, "7507", noSource},
	} {
		t.Run(name, func(t *testing.T) {
			s.place(body(t, test.body)).wantError(t, test.status, test.code, test.message)
		})
	}
	const unreadable = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."
	for _, text := range []string{"", "{", "[]", "null"} {
		s.place(text).wantError(t, 400, "BadRequest", unreadable)
	}
	s.do("POST", callsPath, body(t, toUser()), "Content-Type", "text/plain").wantStatus(t, 400)
	s.do("POST", callsPath+"/", body(t, toUser()), "Content-Type", "application/json").wantStatus(t, 400)
	if n := len(s.Placed()); n != 0 {
		t.Errorf("%d calls were taken", n)
	}
}

func TestPlace_permissionsByForm(t *testing.T) {
	s := start(t)
	for role, allowed := range map[string][]string{
		graphsim.RoleCallsInitiate:         {"user", "phone"},
		graphsim.RoleCallsInitiateGroup:    {"group"},
		graphsim.RoleCallsJoinGroup:        {"meeting", "ID"},
		graphsim.RoleCallsJoinGroupAsGuest: {"meeting", "ID"},
		graphsim.RoleCallsAccessMedia:      nil,
	} {
		app := s.RegisterApp(graphsim.App{Roles: []string{role}})
		s.token, _ = s.AppToken(app)
		group := toGroup()
		group["source"] = source("application", app.ClientID)
		for name, form := range map[string]map[string]any{
			"user": toUser(), "group": group, "phone": toPhone(), "meeting": coordinates(), "ID": joinByID(nil),
		} {
			got := s.place(body(t, form))
			if !slices.Contains(allowed, name) {
				got.wantError(t, 403, "7504", "Insufficient enterprise tenant permissions, cannot access this API.")
				continue
			}
			got.wantStatus(t, 201)
			// Permissions are checked when a call is placed, and not again.
			s.keepAlive(got.object(t)["id"].(string)).wantStatus(t, 200)
		}
	}
	s.token = "x"
	s.place(body(t, toUser())).wantStatus(t, 401)
	s.token, _ = s.UserToken(graphsim.App{ClientID: graphsim.ClientID})
	s.place(body(t, toUser())).wantStatus(t, 403)
}

func TestPlace_headers(t *testing.T) {
	s := start(t)
	got := s.place(body(t, toUser()), "client-request-id", "mine", "scenario-id", "lab")
	h := got.Header
	if h.Get("Client-Request-Id") != "mine" || h.Get("Scenario-Id") != "lab" || h.Get("Request-Id") == "" || h.Get("X-Ms-Ags-Diagnostic") == "" {
		t.Errorf("got %v", h)
	}
	got = s.place(body(t))
	if got.StatusCode != 400 || got.Header.Get("Scenario-Id") == "" {
		t.Errorf("%d %v", got.StatusCode, got.Header)
	}
	got = s.do("POST", "/beta/communications/calls", body(t, toUser()), "Content-Type", "application/json; charset=utf-8")
	if got.StatusCode != 201 || !strings.HasPrefix(got.Header.Get("Location"), s.GraphURL()+"/beta/communications/calls/") {
		t.Errorf("%d %v", got.StatusCode, got.Header)
	}
}

func TestPlacedCall_livesByTheClock(t *testing.T) {
	s := start(t)
	s.OnPlace(func(graphsim.PlacedCall) graphsim.Outcome {
		return graphsim.Outcome{Ringing: 2 * time.Second, Established: 10 * time.Second}
	})
	id := s.placed(coordinates())
	s.wantState(id, "establishing")
	s.clock.Advance(2 * time.Second)
	s.wantState(id, "ringing")
	s.clock.Advance(8*time.Second - time.Nanosecond)
	s.wantState(id, "ringing")
	s.clock.Advance(time.Nanosecond)
	s.wantState(id, "established")

	// 45 minutes count from the POST, and then from each keepAlive.
	s.clock.Advance(45*time.Minute - 11*time.Second)
	s.keepAlive(id).wantStatus(t, 200)
	s.clock.Advance(45*time.Minute - time.Nanosecond)
	s.wantState(id, "established")
	s.clock.Advance(time.Nanosecond)
	s.get(id).wantStatus(t, 404)
	if call, _ := s.Call(id); call.ResultInfo.Subcode != 8537 || call.KeepAlives != 1 {
		t.Errorf("got %+v", call)
	}
	neglected := s.placed(toUser())
	s.clock.Advance(45 * time.Minute)
	s.keepAlive(neglected).wantStatus(t, 404)
}

func TestPlacedCall_showsAnotherThanWasSent(t *testing.T) {
	s := start(t)
	s.OnPlace(func(graphsim.PlacedCall) graphsim.Outcome { return graphsim.Outcome{Established: time.Second} })
	for name, form := range map[string]map[string]any{"meeting": coordinates(), "ID": joinByID("psw123"), "user": toUser()} {
		id := s.placed(form)
		before := s.get(id).object(t)
		s.clock.Advance(time.Second)
		after := s.get(id).object(t)
		for _, wrong := range graphsim.CheckSchema("call", "call!", after) {
			t.Errorf("%s: %s", name, wrong)
		}
		info, _ := after["meetingInfo"].(map[string]any)
		token, _ := info["token"].(string)
		placed := s.Placed()
		if info["@odata.type"] != "#microsoft.graph.tokenMeetingInfo" || token != placed[len(placed)-1].MeetingToken {
			t.Errorf("%s: meetingInfo %v", name, info)
		}
		var claims jwt.RegisteredClaims
		if _, _, err := jwt.NewParser().ParseUnverified(token, &claims); err != nil || time.Until(claims.ExpiresAt.Time) < 23*time.Hour {
			t.Errorf("%s: the token: %v, %v", name, err, claims)
		}
		chat, _ := after["chatInfo"].(map[string]any)
		if (before["chatInfo"] == nil) != (name != "meeting") || chat["threadId"] == nil || chat["threadId"] == "" {
			t.Errorf("%s: chatInfo was %v, is %v", name, before["chatInfo"], chat)
		}
		if before["callChainId"] == after["callChainId"] || before["mediaState"] != nil || after["mediaState"] == nil {
			t.Errorf("%s: %v\n%v", name, before, after)
		}
		if _, there := after["tenantId"]; there || before["tenantId"] != form["tenantId"] {
			t.Errorf("%s: tenantId was %v, is there %t", name, before["tenantId"], there)
		}
		if strings.Contains(s.get(id).body, "psw123") || name == "ID" && !strings.Contains(string(placed[len(placed)-1].Body), "psw123") {
			t.Errorf("%s: the passcode comes back, or was not recorded", name)
		}
	}
}

func TestPlacedCall_endsBeforeItWasEstablished(t *testing.T) {
	s := start(t)
	for _, end := range []graphsim.ResultInfo{graphsim.EndAllLeft, graphsim.EndUnreachable, graphsim.EndNoAnswer} {
		s.OnPlace(func(graphsim.PlacedCall) graphsim.Outcome {
			return graphsim.Outcome{
				NeverEstablished: true, End: &end, EndsAfter: 20 * time.Second,
				Ended: graphsim.EndedVisibility{Terminated: time.Minute},
			}
		})
		id := s.placed(toUser())
		s.clock.Advance(19 * time.Second)
		s.wantState(id, "establishing")
		s.clock.Advance(time.Second)
		o := s.get(id).object(t)
		why, _ := o["resultInfo"].(map[string]any)
		if o["state"] != "terminated" || why["code"] != float64(end.Code) || why["subcode"] != float64(end.Subcode) || o["meetingInfo"] != nil {
			t.Errorf("got %v", o)
		}
		s.clock.Advance(time.Minute)
		s.get(id).wantStatus(t, 404)
	}
}

func TestPlacedCall_isNeverEstablished(t *testing.T) {
	s := start(t)
	s.OnPlace(func(graphsim.PlacedCall) graphsim.Outcome {
		return graphsim.Outcome{NeverEstablished: true, Ringing: time.Second, KnownAfter: time.Second}
	})
	id := s.placed(toUser())
	s.get(id).wantStatus(t, 404)
	s.clock.Advance(30 * time.Minute)
	s.wantState(id, "ringing")
}

func TestPlacedCall_hangUpShowsTerminatingFirst(t *testing.T) {
	s := start(t)
	s.OnPlace(func(graphsim.PlacedCall) graphsim.Outcome {
		return graphsim.Outcome{Ended: graphsim.EndedVisibility{Terminating: 5 * time.Second}}
	})
	id := s.placed(toUser())
	s.wantState(id, "established")
	s.do("DELETE", callPath(id), "").wantStatus(t, 204)
	s.wantState(id, "terminating")
	s.clock.Advance(5 * time.Second)
	s.get(id).wantStatus(t, 404)
}

func TestOnPlace_tellsCallsApart(t *testing.T) {
	s := start(t)
	const absent = "5810cede-f3cc-42eb-b2c1-e9bd5d53ec96"
	s.OnPlace(func(p graphsim.PlacedCall) graphsim.Outcome {
		return graphsim.Outcome{NeverEstablished: slices.Contains(p.Targets, absent)}
	})
	var wait sync.WaitGroup
	for i := range 20 {
		wait.Go(func() {
			user := userID
			if i == 7 {
				user = absent
			}
			s.placed(map[string]any{"targets": []any{target("user", user)}})
		})
	}
	wait.Wait()
	states := map[string]int{}
	for _, c := range s.Calls() {
		states[c.State]++
	}
	if states["established"] != 19 || states["establishing"] != 1 || len(s.Placed()) != 20 {
		t.Errorf("got %v, %d placed", states, len(s.Placed()))
	}
}

func TestPlacedCall_belongsToItsApplication(t *testing.T) {
	s := start(t)
	id := s.placed(toUser())
	sees := func(a graphsim.App) []reply {
		s.signIn(a)
		return []reply{s.get(id), s.keepAlive(id), s.do("DELETE", callPath(id), ""), s.do("GET", callPath(id)+"/participants", "")}
	}
	for _, got := range sees(graphsim.App{}) {
		got.wantError(t, 404, "8522", "Call not found.")
	}
	for _, got := range sees(graphsim.App{TenantID: "another.example"}) {
		got.wantError(t, 403, "7505", "Request authorization tenant mismatch.")
	}
	for _, got := range sees(graphsim.App{TenantID: "another.example", SeesNoCalls: true}) {
		got.wantError(t, 404, "8522", "Call not found.")
	}
	if call, _ := s.Call(id); call.KeepAlives != 0 || call.State != "established" || call.ClientID != graphsim.ClientID {
		t.Errorf("got %+v", call)
	}
}

func TestParticipants_ofEachForm(t *testing.T) {
	s := start(t)
	list := func(id string) []map[string]any {
		t.Helper()
		got := s.do("GET", callPath(id)+"/participants", "")
		got.wantStatus(t, 200)
		var page struct {
			Value []map[string]any `json:"value"`
		}
		if err := json.Unmarshal([]byte(got.body), &page); err != nil || page.Value == nil {
			t.Fatalf("%v in %s", err, got.body)
		}
		return page.Value
	}
	identity := func(p map[string]any, kind string) any {
		set, _ := p["info"].(map[string]any)["identity"].(map[string]any)
		one, _ := set[kind].(map[string]any)
		return one["id"]
	}
	s.OnPlace(func(graphsim.PlacedCall) graphsim.Outcome {
		return graphsim.Outcome{Established: time.Second}
	})
	meeting, peer, group := s.placed(coordinates()), s.placed(toUser()), s.placed(toGroup())
	if got := list(meeting); len(got) != 0 {
		t.Errorf("before it is established: %v", got)
	}
	s.clock.Advance(time.Second)
	got := list(meeting)
	if len(got) != 2 || identity(got[0], "application") != graphsim.ClientID || got[0]["isInLobby"] != false ||
		identity(got[1], "user") != "5810cede-f3cc-42eb-b2c1-e9bd5d53ec96" || got[1]["isMuted"] != false {
		t.Errorf("got %v", got)
	}
	if got := list(group); len(got) != 3 || identity(got[1], "user") != userID {
		t.Errorf("got %v", got)
	}
	s.do("GET", callPath(peer)+"/participants", "").wantError(t, 400, "BadRequest", "This request does not support peer-to-peer calls.")
	desk := s.PlaceCall(graphsim.Call{Participants: []graphsim.Participant{
		{ID: "p", Phone: "+1234567", DisplayName: "Front desk", IsMuted: true, IsInLobby: true},
	}})
	if got := list(desk.ID); len(got) != 1 || identity(got[0], "phone") != "+1234567" || got[0]["id"] != "p" || got[0]["isMuted"] != true || got[0]["isInLobby"] != true || identity(got[0], "user") != nil {
		t.Errorf("got %v", got)
	}
	other := s.PlaceCall(graphsim.Call{Participants: []graphsim.Participant{}})
	if got := list(other.ID); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	s.do("GET", callPath("x")+"/participants", "").wantStatus(t, 404)
	s.do("POST", callPath(other.ID)+"/participants", "").wantStatus(t, 405)
}

func TestPlace_faults(t *testing.T) {
	overBoth(t, func(t *testing.T, s *sim) {
		for code, test := range map[string]struct {
			status        int
			code, message string
		}{
			"7503": {403, "UnknownError", `{"errorCode":"7503","message":"Application is not registered in our store.","instanceAnnotations":[]}`},
			"7504": {403, "7504", "Insufficient enterprise tenant permissions, cannot access this API."},
			"7505": {403, "7505", "Request authorization tenant mismatch."},
			"7507": {403, "7507", "Call source identity invalid."},
			"8523": {400, "8523", "Missing mediaConfig information."},
			"9999": {500, "9999", "Unkown internal Server Error"}, //nolint:misspell // Graph's spelling
		} {
			s.Inject(graphsim.PlacementRefused(code))
			s.keepAlive("c").wantStatus(t, 200) // the path of a call's action is another
			s.place(body(t, toUser())).wantError(t, test.status, test.code, test.message)
		}
		for _, status := range []int{401, 408, 429, 500, 502, 503, 504} {
			s.Inject(graphsim.Status(status).ToPlace())
			s.place(body(t, toUser())).wantStatus(t, status)
		}
		if n := len(s.Placed()); n != 0 {
			t.Errorf("%d placed", n)
		}
		s.Inject(graphsim.Lost().ToPlace())
		if got, err := s.try("POST", callsPath, body(t, toUser()), "Content-Type", "application/json"); err == nil {
			t.Errorf("got %d %s", got.StatusCode, got.body)
		}
		placed := s.Placed()
		if len(placed) != 1 {
			t.Fatalf("%d placed, want 1", len(placed))
		}
		if call, ok := s.Call(placed[0].ID); !ok || call.State != "established" {
			t.Errorf("got %+v", call)
		}
	})
}
