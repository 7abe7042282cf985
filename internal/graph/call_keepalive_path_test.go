package graph_test

import (
	"testing"

	"terraform-provider-msgraph/internal/graph"
)

func TestParseKeepAlivePath_takesWhatKeepsACallAlive(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"communications/calls/x1/keepAlive":                                     "x1",
		"/communications/calls/x1/keepAlive":                                    "x1",
		"//communications//calls/x1//keepAlive/":                                "x1",
		"communications/calls/x1/microsoft.graph.keepAlive":                     "x1",
		"Communications/Calls/X1/KEEPALIVE":                                     "X1",
		"communications/calls/x1/keepAlive?a=b":                                 "x1",
		"communications/calls('x1')/keepAlive":                                  "x1",
		"app/calls/x1/keepAlive":                                                "x1",
		"v1.0/communications/calls/x1/keepAlive":                                "x1",
		"https://graph.microsoft.com/v1.0/communications/calls/x1/keepAlive":    "x1",
		"https://graph.microsoft.us/beta/communications/calls/x1/keepAlive":     "x1",
		"communications/calls/57dab8b1-894c-409a-b240-bd8beae78896/keepAlive":   callID,
		"communications/calls/57dab8b1%2D894c-409a-b240-bd8beae78896/keepAlive": callID,
	} {
		if got, err := graph.ParseKeepAlivePath(path); got != want || err != nil {
			t.Errorf("ParseKeepAlivePath(%q): got %q, %v, want %q", path, got, err, want)
		}
	}
}

func TestParseKeepAlivePath_refusesEverythingElse(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"", "/", "keepAlive", "communications/calls", "communications/calls/x1", "communications/calls/keepAlive", "communications/calls//keepAlive",
		"communications/calls/x1/hangUp", "communications/calls/x1/keepAliveX", "communications/calls/x1/xkeepAlive", "communications/calls/x1/keepAlive/x",
		"communications/calls/x1/participants/keepAlive", "communications/calls/x1/operations/y/keepAlive", "communications/calls/x1?keepAlive",
		"communications/calls/x1/?/keepAlive", "communications/calls/x1#/keepAlive", "communications/calls/x1/keepAlive#x",
		"communications/callRecords/x1/keepAlive", "users/u/communications/calls/x1/keepAlive", "me/calls/x1/keepAlive", "communications/x/calls/x1/keepAlive",
		"communications/calls/../keepAlive", "communications/calls/%2e%2e/keepAlive", "communications/calls/a%2fb/keepAlive", "communications/calls/%zz/keepAlive",
		"communications/calls/a b/keepAlive", "communications/calls/a\nb/keepAlive", "communications/calls/x1/keepAlive\n", "communications/calls/\xff/keepAlive",
		"communications/calls/$ref/keepAlive", "communications/calls('')/keepAlive", "communications/calls('x1)/keepAlive", "communications/calls(x1)/keepAlive",
		"communications/calls('x1')x/keepAlive", "x communications/calls/x1/keepAlive", "ftp://graph/communications/calls/x1/keepAlive",
		"v2.0/communications/calls/x1/keepAlive", "https:/communications/calls/x1/keepAlive",
	} {
		got, err := graph.ParseKeepAlivePath(path)
		if err == nil || got != "" {
			t.Errorf("ParseKeepAlivePath(%q): got %q, %v, want an error", path, got, err)
			continue
		}
		wantShowable(t, err.Error(), 1)
	}
}
