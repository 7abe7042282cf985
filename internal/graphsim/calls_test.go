package graphsim_test

import (
	"testing"
	"time"

	"terraform-provider-msgraph/internal/graphsim"
)

func TestPlaceCall_fillsInWhatIsEmpty(t *testing.T) {
	s := start(t)
	c := s.PlaceCall(graphsim.Call{})
	if len(c.ID) != 36 || c.ID[6:8] != "00" || c.TenantID != graphsim.TenantID || c.State != "established" ||
		c.Direction != "outgoing" || !c.StartedAt.Equal(epoch) || c.CallChainID == "" {
		t.Errorf("got %+v", c)
	}
	if got, ok := s.Call(c.ID); !ok || got.ID != c.ID || got.KeepAlives != 0 || !got.LastKeepAlive.IsZero() {
		t.Errorf("got %+v %t", got, ok)
	}
	if _, ok := s.Call("x"); ok {
		t.Error("a call that was never placed")
	}
	c.State = "hold"
	s.PlaceCall(c)
	if got := s.get(c.ID).object(t)["state"]; got != "hold" || len(s.Calls()) != 1 {
		t.Errorf("replaced call is %v, %d calls", got, len(s.Calls()))
	}
}

func TestCall_ends45MinutesAfterTheLastKeepAlive(t *testing.T) {
	s := start(t)
	c := s.PlaceCall(graphsim.Call{})
	for i := range 4 { // each just in time
		s.clock.Advance(45*time.Minute - time.Nanosecond)
		s.get(c.ID).wantStatus(t, 200)
		s.keepAlive(c.ID).wantStatus(t, 200)
		got, _ := s.Call(c.ID)
		if got.KeepAlives != i+1 || !got.LastKeepAlive.Equal(s.clock.Now()) {
			t.Fatalf("got %+v", got)
		}
	}
	last := s.clock.Now()
	s.clock.Advance(45 * time.Minute) // too late by nothing
	s.keepAlive(c.ID).wantError(t, 404, "8522", "Call not found.")
	s.get(c.ID).wantError(t, 404, "8522", "Call not found.")
	s.do("DELETE", callPath(c.ID), "").wantError(t, 404, "8522", "Call not found.")
	got, _ := s.Call(c.ID)
	want := graphsim.ResultInfo{Code: 408, Subcode: 8537, Message: "Keep Alive timeout, cleaned up inactive call."}
	if got.State != "terminated" || !got.EndedAt.Equal(last.Add(45*time.Minute)) || *got.ResultInfo != want || got.KeepAlives != 4 {
		t.Errorf("got %+v", got)
	}
	s.clock.Advance(-time.Minute) // a call does not come back
	s.keepAlive(c.ID).wantStatus(t, 404)
}

func TestEndCall_endsOnce(t *testing.T) {
	s := start(t)
	c := s.PlaceCall(graphsim.Call{})
	s.clock.Advance(time.Minute)
	if !s.EndCall(c.ID, 200, 5002, "All other participants have left.") {
		t.Fatal("not ended")
	}
	s.keepAlive(c.ID).wantStatus(t, 404)
	s.get(c.ID).wantStatus(t, 404)
	if s.EndCall(c.ID, 1, 2, "again") || s.EndCall("x", 1, 2, "") {
		t.Error("ended twice, or without a call")
	}
	got, _ := s.Call(c.ID)
	if !got.EndedAt.Equal(epoch.Add(time.Minute)) || got.ResultInfo.Subcode != 5002 {
		t.Errorf("got %+v", got)
	}
}

func TestEndedCall_mayStayVisible(t *testing.T) {
	s := start(t)
	s.ShowEnded(graphsim.EndedVisibility{Terminating: 10 * time.Second, Terminated: time.Minute})
	c := s.PlaceCall(graphsim.Call{})
	s.clock.Advance(45 * time.Minute)
	for _, step := range []struct {
		advance time.Duration
		state   string
	}{{0, "terminating"}, {9 * time.Second, "terminating"}, {time.Second, "terminated"}, {59 * time.Second, "terminated"}} {
		s.clock.Advance(step.advance)
		got := s.get(c.ID)
		got.wantStatus(t, 200)
		o := got.object(t)
		why, _ := o["resultInfo"].(map[string]any)
		if o["state"] != step.state || why["code"] != 408.0 || why["subcode"] != 8537.0 {
			t.Errorf("got %v %v, want %s", o["state"], why, step.state)
		}
		s.keepAlive(c.ID).wantStatus(t, 404)
	}
	s.clock.Advance(time.Second)
	s.get(c.ID).wantStatus(t, 404)
}

func TestPlaceCall_terminated(t *testing.T) {
	s := start(t)
	c := s.PlaceCall(graphsim.Call{State: "terminated"})
	if got := s.get(c.ID).object(t)["state"]; got != "terminated" {
		t.Errorf("got %v", got)
	}
	s.keepAlive(c.ID).wantStatus(t, 404)
	s.do("DELETE", callPath(c.ID), "").wantStatus(t, 404)
}

func TestHangUp_endsTheCall(t *testing.T) {
	s := start(t)
	c := s.PlaceCall(graphsim.Call{})
	got := s.do("DELETE", callPath(c.ID), "")
	got.wantStatus(t, 204)
	if got.body != "" {
		t.Errorf("body %q", got.body)
	}
	s.get(c.ID).wantStatus(t, 404)
	s.keepAlive(c.ID).wantStatus(t, 404)
	s.do("DELETE", callPath(c.ID), "").wantStatus(t, 404)
	if ended, _ := s.Call(c.ID); ended.ResultInfo == nil || ended.ResultInfo.Subcode != 7000 {
		t.Errorf("got %+v", ended)
	}
}

func TestCall_canBecomeKnownLater(t *testing.T) {
	s := start(t)
	c := s.PlaceCall(graphsim.Call{KnownFrom: epoch.Add(5 * time.Second)})
	s.keepAlive(c.ID).wantError(t, 404, "8522", "Call not found.")
	s.get(c.ID).wantStatus(t, 404)
	s.clock.Advance(5 * time.Second)
	s.get(c.ID).wantStatus(t, 200)
	s.keepAlive(c.ID).wantStatus(t, 200)
	if got, _ := s.Call(c.ID); got.KeepAlives != 1 {
		t.Errorf("%d keepAlives, want 1", got.KeepAlives)
	}
}

func TestCall_extraProperties(t *testing.T) {
	s := start(t)
	c := s.PlaceCall(graphsim.Call{Extra: map[string]any{
		"state": "Terminated", "resultInfo": map[string]any{"code": "200"}, "surprise": []int{1}, "subject": 7,
	}})
	o := s.get(c.ID).object(t)
	if o["state"] != "Terminated" || o["subject"] != 7.0 || o["surprise"] == nil || o["id"] != c.ID {
		t.Errorf("got %v", o)
	}
}

func TestForgetCall_leavesNothing(t *testing.T) {
	s := start(t)
	call := s.PlaceCall(graphsim.Call{})
	s.get(call.ID).wantStatus(t, 200)
	s.ForgetCall(call.ID)
	s.get(call.ID).wantStatus(t, 404)
	if _, known := s.Call(call.ID); known {
		t.Error("it is still there")
	}
}
