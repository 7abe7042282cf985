package provider

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// parityRow is one parameter of the cmdlet Invoke-MgKeepCommunicationCallAlive, or of what
// goes with it, and what stands for it here.
type parityRow struct {
	cmdlet string // as the migration guide writes it
	here   string // what the guide's row must name
	shown  func(t *testing.T)
	// test is the one that shows it, where that is not here.
	test string
}

// parity is every row, in the order of the guide. `go test -run 'TestParity_/-CallId'` runs one.
var parity = []parityRow{
	{"-CallId", "`call_id`", nil, "TestCallKeepalive_keepsTheCallAliveWhenDue"},
	{"-InputObject", "`identity`", parityInputObject, ""},
	{"-Headers", "`headers`", nil, "TestCallKeepalive_sendsTheHeadersAndNamesTheVersions"},
	{"-ResponseHeadersVariable", "`response_headers`", nil, "TestCallKeepaliveExportResponseHeaders_fillsThemFromTheNextKeepAliveOn"},
	{"-PassThru", "`alive`", nil, "TestCallKeepalive_keepsTheCallAliveWhenDue"},
	{"-Proxy", "`proxy { url }`", nil, "TestProviderProxy_block"},
	{"-ProxyCredential", "`username`", nil, "TestProviderProxy_block"},
	{"-ProxyUseDefaultCredentials", "`use_default_credentials`", parityProxyUseDefaultCredentials, ""},
	{"-HttpPipelinePrepend", "`position = \"prepend\"`", nil, "TestSteps_seeOperationsAndAttemptsInOrder"},
	{"-HttpPipelineAppend", "`position = \"append\"`", nil, "TestSteps_seeOperationsAndAttemptsInOrder"},
	{"-Break", "`terraform-provider-msgraph -debug`", parityBreak, ""},
	{"-WhatIf", "`terraform plan`", nil, "TestCallKeepalive_keepsTheCallAliveWhenDue"},
	{"-Confirm", "`terraform apply`", nil, "TestCallKeepalive_keepsTheCallAliveWhenDue"},
	{"-Debug", "`TF_LOG_PROVIDER=DEBUG`", nil, "TestLog_atDebug"},
	{"-Verbose", "`TF_LOG_PROVIDER=INFO`", nil, "TestLogger_keepAliveIsOneLineAtInfo"},
	{"-ErrorAction", "`msgraph_call`", nil, "TestExamples_dataSource"},
	{"-WarningAction", "warning", nil, "TestCallKeepalive_readDropsOnlyEndedCalls"},
	{"-ProgressAction", "progress", nil, "TestAction_holds"},
	{"-OutVariable", "output", nil, "TestExamples_resource"},
	{"-ErrorVariable", "error", nil, "TestCallKeepalive_failedKeepAliveLeavesStateAlone"},
	{"-WarningVariable", "`terraform plan -json`", nil, "TestSchedulers_keepaliveOfAnEndedCall"},
	{"Connect-MgGraph -Environment", "`environment`", nil, "TestProviderCloud_settings"},
	{"Set-MgRequestContext -MaxRetry", "`retry { max_retries }`", nil, "TestProviderRetry_block"},
	{"Set-MgRequestContext -RetryDelay", "`retry { delay }`", nil, "TestProviderRetry_block"},
	{"Set-MgRequestContext -RetriesTimeLimit", "`timeouts`", nil, "TestCallKeepalive_timeoutBoundsRetries"},
	{"Set-MgRequestContext -ClientTimeout", "`timeouts`", nil, "TestCallKeepalive_timeoutBoundsRetries"},
}

func TestParity_everyRowIsShown(t *testing.T) {
	t.Parallel()
	for _, row := range parity {
		t.Run(strings.ReplaceAll(row.cmdlet, " ", "_"), func(t *testing.T) {
			t.Parallel()
			if row.shown != nil {
				row.shown(t)
			} else if !hasTest(t, row.test) {
				t.Errorf("there is no %s", row.test)
			}
		})
	}
}

// hasTest reports whether this package, or one beside it, has a test of that name.
func hasTest(t *testing.T, name string) bool {
	t.Helper()
	files, err := filepath.Glob("../*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		return strings.Contains(readFile(t, file), "\nfunc "+name+"(t *testing.T) {")
	})
}

// The migration guide has the same rows, in the same order, and names what stands for each.
func TestParity_isTheGuidesTable(t *testing.T) {
	t.Parallel()
	rows := regexp.MustCompile("(?m)^\\| `([A-Z-][^`]*)` \\|([^|]*)\\|(.*)\\|$").FindAllStringSubmatch(guide(t, "migrating-from-the-cmdlet.md"), -1)
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
