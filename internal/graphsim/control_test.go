package graphsim_test

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

// controlled is a sim with its control interface.
type controlled struct {
	*sim
	url string
}

func startControlled(t *testing.T) controlled {
	s := start(t)
	server := httptest.NewServer(graphsim.Control(s.Server, s.clock))
	t.Cleanup(server.Close)
	return controlled{s, server.URL}
}

// ask sends a control request, wants the status and decodes the response into v.
func (c controlled) ask(method, path, body string, status int, v any) {
	c.t.Helper()
	got := c.sim.ask(method, c.url+path, body)
	if got.StatusCode != status {
		c.t.Fatalf("%s %s: %d %s, want %d", method, path, got.StatusCode, got.body, status)
	}
	if v != nil {
		if err := json.Unmarshal([]byte(got.body), v); err != nil {
			c.t.Fatalf("%s %s: %v in %s", method, path, err, got.body)
		}
	}
}

func TestControl_calls(t *testing.T) {
	c := startControlled(t)
	var call graphsim.Call
	c.ask("POST", "/calls", `{"id": "a/b", "subject": "Lab", "extra": {"x": 1}}`, 200, &call)
	if call.ID != "a/b" || call.State != "established" {
		t.Errorf("got %+v", call)
	}
	if o := c.get("a%2Fb").object(t); o["subject"] != "Lab" || o["x"] != 1.0 {
		t.Errorf("got %v", o)
	}
	var filled graphsim.Call
	c.ask("POST", "/calls", "", 200, &filled)
	var all []graphsim.Call
	c.ask("GET", "/calls", "", 200, &all)
	if len(all) != 2 || filled.ID == "" {
		t.Errorf("got %+v", all)
	}
	c.keepAlive("a%2Fb")
	c.ask("GET", "/calls/a%2Fb", "", 200, &call)
	if call.KeepAlives != 1 || !call.LastKeepAlive.Equal(epoch) {
		t.Errorf("got %+v", call)
	}
	c.ask("DELETE", "/calls/a%2Fb", `{"code": 200, "subcode": 5002, "message": "left"}`, 200, &call)
	if call.State != "terminated" || *call.ResultInfo != (graphsim.ResultInfo{Code: 200, Subcode: 5002, Message: "left"}) {
		t.Errorf("got %+v", call)
	}
	c.ask("DELETE", "/calls/"+filled.ID, "", 200, &filled)
	if filled.ResultInfo.Subcode != 5001 {
		t.Errorf("got %+v", filled)
	}
	c.ask("DELETE", "/calls/a%2Fb", "", 404, nil)
	c.ask("GET", "/calls/x", "", 404, nil)
}

func TestControl_clock(t *testing.T) {
	c := startControlled(t)
	call := c.PlaceCall(graphsim.Call{})
	var clock struct{ Now time.Time }
	c.ask("POST", "/clock", `{"advance": "46m"}`, 200, &clock)
	if !clock.Now.Equal(epoch.Add(46 * time.Minute)) {
		t.Errorf("the clock shows %s", clock.Now)
	}
	c.get(call.ID).wantStatus(t, 404)
	c.ask("GET", "/clock", "", 200, &clock)
}

func TestControl_placedCalls(t *testing.T) {
	c := startControlled(t)
	id := c.placed(toUser())
	c.ask("POST", "/faults", `{"path_suffix": "/calls", "body_contains": "first", "status": 403, "code": "7505", "message": "no"}`, 204, nil)
	c.placed(toUser())
	c.place(body(t, toUser(), map[string]any{"callbackUri": "https://bot.contoso.com/first"})).wantError(t, 403, "7505", "no")
	var placed []graphsim.PlacedCall
	c.ask("GET", "/placed", "", 200, &placed)
	if len(placed) != 2 || placed[0].ID != id || placed[0].Targets[0] != userID || !json.Valid(placed[0].Body) {
		t.Errorf("got %+v", placed)
	}
}

func TestControl_faultsAndRequests(t *testing.T) {
	c := startControlled(t)
	call := c.PlaceCall(graphsim.Call{})
	c.ask("POST", "/faults", `{"method": "POST", "path_contains": "keepAlive", "times": 2, "status": 429, "header": {"retry-after": "3"}}`, 204, nil)
	got := c.keepAlive(call.ID)
	got.wantStatus(t, 429)
	if got.Header.Get("Retry-After") != "3" {
		t.Errorf("got %v", got.Header)
	}
	c.ask("DELETE", "/faults", "", 204, nil)
	c.keepAlive(call.ID).wantStatus(t, 200)
	c.ask("POST", "/faults", `{"status": 404, "body": "<html>", "content_type": "text/html", "delay": "1ms"}`, 204, nil)
	if got = c.get(call.ID); got.body != "<html>" || got.StatusCode != 404 {
		t.Errorf("got %d %s", got.StatusCode, got.body)
	}
	var requests []graphsim.Request
	c.ask("GET", "/requests", "", 200, &requests)
	if len(requests) != 3 || requests[0].Fault != "status 429" || requests[1].Status != 200 {
		t.Errorf("got %+v", requests)
	}
}

func TestControl_refusesMistakes(t *testing.T) {
	c := startControlled(t)
	for _, test := range []struct{ method, path, body string }{
		{"POST", "/calls", `{"ID_": "x"}`},
		{"POST", "/calls", `[`},
		{"POST", "/clock", `{"advance": "46"}`},
		{"POST", "/faults", `{"cut": "middle"}`},
		{"POST", "/faults", `{"status": 99}`},
		{"POST", "/faults", `{"stall": 1}`},
	} {
		var e struct{ Error string }
		c.ask(test.method, test.path, test.body, 400, &e)
		if e.Error == "" {
			t.Errorf("%s %s: no error text", test.method, test.path)
		}
	}
	c.ask("GET", "/nowhere", "", 404, nil)
	c.ask("PATCH", "/calls", "", 405, nil)
}
