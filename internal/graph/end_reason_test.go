package graph_test

import (
	"testing"

	"terraform-provider-msgraph/internal/graph"
)

func TestResultInfo_saysInWordsWhyACallEnded(t *testing.T) {
	t.Parallel()
	for info, want := range map[graph.ResultInfo]string{
		resultInfo(408, 8537, "Keep Alive timeout, cleaned up inactive call."): `no keepAlive was received for 45 minutes (keepAlive timeout) (code 408, subcode 8537, "Keep Alive timeout, cleaned up inactive call.")`,
		resultInfo(200, 5001, ""):   "the conversation has ended (code 200, subcode 5001)",
		resultInfo(200, 5002, ""):   "all other participants have left; a keepAlive does not keep a call alive in which the application is the only participant (code 200, subcode 5002)",
		resultInfo(480, 10037, ""):  "the callee was not found (code 480, subcode 10037)",
		resultInfo(500, 1005, "x"):  `the media connection between the application and Microsoft failed (code 500, subcode 1005, "x")`,
		resultInfo(200, 5007, ""):   "the participant who started it has left (code 200, subcode 5007)",
		resultInfo(200, 5014, ""):   "no participant could host it (code 200, subcode 5014)",
		resultInfo(200, 5030, ""):   "the time of the breakout room is over (code 200, subcode 5030)",
		resultInfo(200, 7015, ""):   "it was transferred (code 200, subcode 7015)",
		resultInfo(200, 18503, ""):  "the other participant has left (code 200, subcode 18503)",
		resultInfo(200, 540000, ""): "the other participant, on the phone, ended it (code 200, subcode 540000)",
		resultInfo(200, 560000, ""): "the other participant, on the phone, ended it (code 200, subcode 560000)",
		resultInfo(408, 5001, ""):   "code 408, subcode 5001", // the pair counts, not the subcode
		{}:                          "code 0, subcode 0",
		resultInfo(0, 0, ""):        "code 0, subcode 0",
		resultInfo(0, 0, "no idea"): `code 0, subcode 0, "no idea"`,
	} {
		if got := info.String(); got != want {
			t.Errorf("%#v: got %q, want %q", info, got, want)
		}
	}
}

func TestResultInfo_showsAHostileMessageEscaped(t *testing.T) {
	t.Parallel()
	for name, message := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantShowable(t, resultInfo(200, 5001, message).String(), 1)
		})
	}
}
