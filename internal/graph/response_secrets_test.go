package graph_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
	"terraform-provider-msgraph/internal/redact"
)

// Any text may be a secret of somebody's: a word of HTTP's, of JSON's, a code of Graph's.
func TestDecisions_areTakenOnTheResponseAsItCame(t *testing.T) {
	t.Parallel()
	const code = "Authorization_RequestDenied"
	for _, secret := range []string{
		code, "_RequestDenied", `{"error":`, `"code":`, `"message"`, "<html>", "<!DOCTYPE html>", "text/html; charset=utf-8", `"established"`,
		// Common words, which are not redacted.
		"error", "html", "text/html", "text", "code", "message", "application/json", "Retry-After", "1700", "claims", "Bearer",
	} {
		t.Run(secret, func(t *testing.T) {
			t.Parallel()
			b := newClient(t, func(s *setup) { s.secrets = []string{secret} }).signIn(t)

			b.sim.Inject(graphsim.HTMLNotFound())
			_, err := b.get(t)
			if e := wantKind(t, err, graph.KindNotGraph); !e.Last.HTML() || graph.IsNotFound(err) {
				t.Errorf("got %v, want a page", e)
			}

			b.sim.Inject(jsonFault(http.StatusForbidden, errorJSON(`"code":"`+code+`","message":"Insufficient privileges."`)))
			_, err = b.get(t)
			e := wantKind(t, err, graph.KindForbidden)
			if !e.Last.Is(code) || e.Last.Is("") || e.Last.Is("Authorization_Request") {
				t.Errorf("got %v, want its code recognized", e)
			}
			for shown, text := range map[string]string{"code": e.Last.Code, "message": e.Last.Message} {
				if strings.Contains(text, secret) && redact.New(secret).Text(secret) != secret { // some are too common to be taken out
					t.Errorf("the %s %q shows the secret", shown, text)
				}
			}

			b.sim.Inject(graphsim.Throttled("7"))
			if _, err := b.keepAlive(t); err != nil {
				t.Error(err)
			}
			if got := b.clock.Slept(); len(got) != 1 || got[0] != 7*time.Second {
				t.Errorf("got waits %v, want the advised one", got)
			}

			b.sim.Inject(jsonFault(http.StatusOK, []byte(`{"state":"established","id":"x"}`)))
			if call, err := b.get(t); err != nil || call.State != "established" {
				t.Errorf("got %+v, %v, want the call", call, err)
			}
		})
	}
}

// The texts with which Graph explains the state of a call repeat no secret. One that is the name of a state hides none.
func TestGet_showsNoSecretThatGraphRepeats(t *testing.T) {
	t.Parallel()
	const secret = "S3cr3t~Value"
	b := newClient(t, func(s *setup) { s.secrets = []string{secret, "terminated"} }).signIn(t)
	b.sim.Inject(jsonFault(http.StatusOK, []byte(`{"state":"odd `+secret+`","resultInfo":{"code":403,"message":"You sent \u0053`+secret[1:]+`."}}`)))
	call, err := b.get(t)
	if err != nil || call.State != "odd "+redact.Mark || *call.Result.Message != "You sent "+redact.Mark+"." {
		t.Errorf("got %+v %+v, %v, want it without the secret", call, call.Result, err)
	}
	b.sim.Inject(jsonFault(http.StatusOK, []byte(`{"state":"Terminated"}`)))
	if call, err := b.get(t); err != nil || call.State != "Terminated" || !call.Ended() {
		t.Errorf("got %+v, %v, want an ended call", call, err)
	}
}

// A code inside of the message decides the advice, though a secret takes it out of the message that is shown.
func TestPlaceAdvice_isDecidedOnTheResponseAsItCame(t *testing.T) {
	t.Parallel()
	b := newClient(t, func(s *setup) { s.secrets = []string{`{"errorCode":"7503"`} }).signIn(t)
	b.sim.Inject(jsonFault(http.StatusBadRequest, errorJSON(`"code":"UnknownError","message":"{\"errorCode\":\"7503\",\"message\":\"x\"}"`)).ToPlace())
	_, _, err := b.Place(t.Context(), callBody, nil)
	e := wantKind(t, err, graph.KindRefused)
	if strings.Contains(e.Last.Message, "7503") || !strings.Contains(e.Last.PlaceAdvice(), "enable calling") {
		t.Errorf("got %v and the advice %q, want that about 7503", e, e.Last.PlaceAdvice())
	}
}
