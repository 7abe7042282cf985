package process

import (
	"os"
	"testing"
)

func TestLogsWanted_byAnyVariableOfLogs(t *testing.T) {
	for _, test := range []struct {
		environ []string
		want    bool
	}{
		{nil, false},
		{[]string{"PATH=/bin", "TF_INPUT=0", "CATALOG=x"}, false},
		{[]string{"TF_VAR_login_url=x", "TF_VAR_LOG=x", "tf_var_catalog=x"}, false},
		{[]string{"TF_LOG=", "TF_LOG_PROVIDER="}, false},
		{[]string{"TF_LOG=JSON"}, true},
		{[]string{"TF_LOG=off"}, true}, // another one may be more verbose
		{[]string{"TF_LOG_PROVIDER=DEBUG"}, true},
		{[]string{"TF_LOG_PROVIDER_MSGRAPH=DEBUG"}, true},
		{[]string{"TF_LOG_CORE=TRACE"}, true},
		{[]string{"TF_LOG_SDK=TRACE"}, true},
		{[]string{"TF_LOG_SDK_PROTO=TRACE"}, true},
		{[]string{"TF_LOG_SDK_PROTO_DATA_DIR=/tmp"}, true},
		{[]string{"TF_LOG_PATH=log.txt"}, true},
		{[]string{"TF_ACC_LOG_PATH=log.txt"}, true},
		{[]string{"tf_log=TRACE"}, true}, // names on Windows are in any case
	} {
		if got := LogsWanted(test.environ); got != test.want {
			t.Errorf("%q: logs wanted: %t, want %t", test.environ, got, test.want)
		}
	}
}

func TestSilenceSDKLogs_silencesEachLogger(t *testing.T) {
	for _, name := range sdkLogLevels {
		t.Setenv(name, "")
	}
	SilenceSDKLogs()
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_MSGRAPH"} {
		if got := os.Getenv(name); got != "OFF" {
			t.Errorf("%s is %q, want OFF", name, got)
		}
	}
}
