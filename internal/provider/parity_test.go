package provider

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// parityRow is one parameter of the cmdlet Invoke-MgKeepCommunicationCallAlive, or of what
// goes with it, and what stands for it here.
type parityRow struct {
	cmdlet string // as the migration guide writes it
	here   string // what the guide's row must name
	shown  func(t *testing.T)
}

// parity is every row, in the order of the guide. `go test -run 'TestParity/-CallId'` runs one.
var parity = []parityRow{
	{"-CallId", "`call_id`", parityCallID},
	{"-InputObject", "`identity`", parityInputObject},
	{"-Headers", "`headers`", parityHeaders},
	{"-ResponseHeadersVariable", "`response_headers`", parityResponseHeaders},
	{"-PassThru", "`alive`", parityPassThru},
	{"-Proxy", "`proxy { url }`", parityProxy},
	{"-ProxyCredential", "`username`", parityProxyCredential},
	{"-ProxyUseDefaultCredentials", "`use_default_credentials`", parityProxyUseDefaultCredentials},
	{"-HttpPipelinePrepend", "`position = \"prepend\"`", parityPipeline("prepend", 1)},
	{"-HttpPipelineAppend", "`position = \"append\"`", parityPipeline("append", 2)},
	{"-Break", "`terraform-provider-msgraph -debug`", parityBreak},
	{"-WhatIf", "`terraform plan`", parityWhatIf},
	{"-Confirm", "`terraform apply`", parityConfirm},
	{"-Debug", "`TF_LOG_PROVIDER=DEBUG`", parityLog("DEBUG", "http_status")},
	{"-Verbose", "`TF_LOG_PROVIDER=INFO`", parityLog("INFO", "Graph accepted a keepAlive")},
	{"-ErrorAction", "`msgraph_call`", parityErrorAction},
	{"-WarningAction", "warning", parityWarningAction},
	{"-ProgressAction", "progress", parityProgressAction},
	{"-OutVariable", "output", parityOutVariable},
	{"-ErrorVariable", "error", parityErrorVariable},
	{"Connect-MgGraph -Environment", "`environment`", parityEnvironment},
	{"Set-MgRequestContext -MaxRetry", "`retry { max_retries }`", parityRetry},
	{"Set-MgRequestContext -RetryDelay", "`retry { delay }`", parityRetryDelay},
	{"Set-MgRequestContext -RetriesTimeLimit", "`timeouts`", parityTimeouts},
	{"Set-MgRequestContext -ClientTimeout", "`timeouts`", parityTimeouts},
}

func TestParity(t *testing.T) {
	t.Parallel()
	for _, row := range parity {
		t.Run(strings.ReplaceAll(row.cmdlet, " ", "_"), func(t *testing.T) {
			t.Parallel()
			row.shown(t)
		})
	}
}

// The migration guide has the same rows, in the same order, and names what stands for each.
func TestParity_guide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../templates/guides/migrating-from-the-cmdlet.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `([A-Z-][^`]*)` \\|([^|]*)\\|(.*)\\|$").FindAllStringSubmatch(string(guide), -1)
	if len(rows) != len(parity) {
		t.Errorf("the guide's table has %d rows, want %d", len(rows), len(parity))
	}
	for i, row := range rows[:min(len(rows), len(parity))] {
		if row[1] != parity[i].cmdlet {
			t.Errorf("row %d of the guide is %q, want %q", i+1, row[1], parity[i].cmdlet)
		}
		if !strings.Contains(row[3], parity[i].here) {
			t.Errorf("the guide's row of %s does not name %s:\n%s", row[1], parity[i].here, row[0])
		}
	}
}
