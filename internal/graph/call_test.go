package graph_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"terraform-provider-msgraph/internal/graph"
	"terraform-provider-msgraph/internal/graphsim"
)

func TestEnded_isTerminatingAndTerminatedInAnyCaseAndNothingElse(t *testing.T) {
	t.Parallel()
	for state, want := range map[string]bool{
		"terminating": true, "terminated": true, "Terminated": true, "TERMINATING": true, "tErMiNaTeD": true,
		"": false, "established": false, "Established": false, "incoming": false, "establishing": false, "ringing": false,
		"hold": false, "transferring": false, "transferAccepted": false, "redirecting": false, "unknownFutureValue": false,
		"terminate": false, "terminatedX": false, " terminated": false, "not terminated": false,
	} {
		if got := (graph.Call{State: state}).Ended(); got != want {
			t.Errorf("state %q: got %t, want %t", state, got, want)
		}
	}
}

func TestGet_decodesWhateverGraphMakesOfACall(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	timeout, over, odd := resultInfo(408, 8537, "Keep Alive timeout."), resultInfo(200, 5001, ""), resultInfo(-1, 0, "\ufffd")
	for body, want := range map[string]graph.Call{
		`{}`:                              {},
		`{"state":"established"}`:         {State: "established"},
		`{"state":"Established"}`:         {State: "Established"},
		`{"state":"somethingNew","x":[]}`: {State: "somethingNew"},
		`{"state":""}`:                    {},
		`{"state":null}`:                  {},
		`{"state":5}`:                     {},
		`{"state":["terminated"]}`:        {},
		`{"state":{"a":"terminated"}}`:    {},
		`{"state":true,"id":7}`:           {},
		`{"State":"terminated"}`:          {}, // names are case-sensitive
		` {"state":"terminated"} ` + "\n": {State: "terminated"},
		`{"resultInfo":null}`:             {},
		`{"resultInfo":"gone"}`:           {},
		`{"resultInfo":[1]}`:              {},
		`{"resultInfo":{}}`:               {Result: &graph.ResultInfo{}},
		`{"resultInfo":{"code":408,"subcode":8537,"message":"Keep Alive timeout."}}`:      {Result: &timeout},
		`{"resultInfo":{"code":"200","subcode":"5001","message":null}}`:                   {Result: &graph.ResultInfo{Code: over.Code, Subcode: over.Subcode}},
		`{"resultInfo":{"code":"x","subcode":1.5,"message":5}}`:                           {Result: &graph.ResultInfo{}},
		`{"resultInfo":{"code":null,"subcode":[],"message":{}}}`:                          {Result: &graph.ResultInfo{}},
		`{"resultInfo":{"code":-1,"subcode":99999999999999999999,"message":"\ud800"}}`:    {Result: &graph.ResultInfo{Code: odd.Code, Message: odd.Message}},
		`{"resultInfo":{"code":"","subcode":true,"message":[]}}`:                          {Result: &graph.ResultInfo{}},
		`{"state":"hold","callRoutes":[],"@odata.type":"#microsoft.graph.call","a":null}`: {State: "hold"},
	} {
		b.sim.Inject(jsonFault(http.StatusOK, []byte(body)))
		got, err := b.get(t)
		if err != nil {
			t.Errorf("%s: got %v, want no error", body, err)
			continue
		}
		want.JSON = json.RawMessage(body)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v %+v, want %+v %+v", body, got, got.Result, want, want.Result)
		}
	}
}

func TestGet_ofWhatIsNoCallFailsAndNeverSaysThatTheCallIsGone(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	for _, body := range []string{
		``, ` `, `null`, `[]`, `[{"state":"terminated"}]`, `"terminated"`, `404`, `true`, `{`, `{"state":"termina`, `{"state":"terminated"}}`, `{"state":"terminated"}{}`,
		"\x00\xff\xfe", `<html>`, "\ufeff" + `{}`, `{'state':'terminated'}`, `{"state":"terminated",}`,
	} {
		for _, status := range []int{200, 203, 206} {
			b.sim.Inject(jsonFault(status, []byte(body)))
			call, err := b.get(t)
			e := wantKind(t, err, graph.KindNotGraph)
			if graph.IsNotFound(err) || call.Ended() || e.Last == nil || e.Last.StatusCode != status || e.Err == nil && !e.Last.HTML() || e.Attempts != 1 {
				t.Errorf("%d %q: got %+v, error %+v, want an unreadable response", status, body, call, e)
			}
			wantShowable(t, e.Error(), 1)
		}
	}
}

func TestGet_readsACallUntilGraphKnowsItNoMore(t *testing.T) {
	t.Parallel()
	b := newClient(t)
	alive, response, err := b.Get(b.within(t, patient.AttemptTimeout), callID)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(alive.JSON, &fields); err != nil || fields["id"] != callID {
		t.Errorf("got JSON %s, %v, want the call's", alive.JSON, err)
	}
	if alive.State != "established" || alive.Ended() || alive.Result != nil {
		t.Errorf("got %+v, want an established call", alive)
	}
	if response.StatusCode != 200 || !response.Date.Equal(epoch) || response.RequestID == "" || response.ClientRequestID == "" {
		t.Errorf("got response %+v, want Graph's, with its time and ids", response)
	}
	b.sim.ShowEnded(graphsim.EndedVisibility{Terminating: epoch.AddDate(0, 0, 1).Sub(epoch)})
	b.sim.EndCall(callID, 200, 5002, "Everybody is gone.")
	got, err := b.get(t)
	if err != nil || !got.Ended() || got.Result == nil || !reflect.DeepEqual(*got.Result, resultInfo(200, 5002, "Everybody is gone.")) {
		t.Errorf("got %+v, %v, want an ended call with its reason", got, err)
	}
	b.sim.ShowEnded(graphsim.EndedVisibility{})
	_, err = b.get(t)
	e := wantKind(t, err, graph.KindNotFound)
	if !graph.IsNotFound(err) || e.Last.Code != "8522" || e.Last.Message != "Call not found." {
		t.Errorf("got %v, want Graph's own not found", err)
	}
	b.wantSent(t, 3) // none is tried again
}

func TestGet_takesABigCallAndRefusesAnEndlessOne(t *testing.T) {
	t.Parallel()
	b := newClient(t).signIn(t)
	blob := strings.Repeat("A", 3<<20)
	b.sim.Inject(jsonFault(http.StatusOK, []byte(`{"state":"hold","mediaConfig":{"blob":"`+blob+`"}}`)))
	if got, err := b.get(t); err != nil || got.State != "hold" {
		t.Errorf("a call of 3 MiB: got state %q, %v, want it read", got.State, err)
	}
	b.sim.ResetRequests()
	b.sim.Inject(jsonFault(http.StatusOK, []byte(`{"state":"hold","mediaConfig":{"blob":"`+blob+blob[:2<<20]+`"}}`)))
	_, err := b.get(t)
	wantText(t, wantKind(t, err, graph.KindNotGraph).Error(), "larger than 4 MiB")
	b.wantSent(t, 1) // it would be as large again
}

func TestIsNotFound_isFalseForEverythingElse(t *testing.T) {
	t.Parallel()
	for _, err := range []error{nil, errors.New("404"), &graph.Error{}, &graph.Error{Err: errors.New("not found")},
		&graph.Error{Last: &graph.Response{StatusCode: 410}}, &graph.Error{Last: &graph.Response{StatusCode: 200}}} {
		if graph.IsNotFound(err) {
			t.Errorf("%v: got true, want false", err)
		}
	}
}
