package provider

import (
	"bytes"
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"terraform-provider-msgraph/internal/graphsim"
)

var (
	showMatrix   = flag.Bool("show-fault-matrix", false, "print what is observed")
	updateMatrix = flag.Bool("update-fault-matrix", false, "write templates/guides/fault-matrix.md from what is observed")
)

// matrixCodes are the diagnostics, by their summaries.
var matrixCodes = map[string]string{
	"Call Has Ended":                  "ended",
	"Call Not Found":                  "not found",
	"Unexpected Response":             "not Graph",
	"Graph Refused the Token":         "token refused",
	"Graph Denied Access to the Call": "denied",
	"Graph Is Throttling Requests":    "throttled",
	"Graph Is Unavailable":            "unavailable",
	"Graph Refused the Request":       "refused",
	"Graph Cannot Be Reached":         "unreached",
	"Connection Failed":               "no connection",
	"Certificate Not Trusted":         "untrusted",
	"No Token From Entra ID":          "no token",
	"Call Not Hung Up":                "not hung up",
	"Call May End Soon":               "may end soon",
	summaryNotPlaced:                  "not placed",
	summaryMaybePlaced:                "may be placed",
	summaryNotEstablished:             "not established",
	"Call Will Be Placed Again":       "ended",
	"Call Still Ending":               "still ending",
	"Contradictory Responses":         "contradictory",
}

// matrix is where every operation meets every fault.
type matrix struct {
	// other is a host that the provider trusts and that nothing may reach, strange one that
	// it does not trust.
	other, strange *graphsim.Server
	log            *watchedLog
	earlier        *earlierRuns

	mu    sync.Mutex
	cells map[string]string
}

// The whole of it: each operation with each fault, once transient and once lasting, against
// the tables of what is to be expected. The guide shows what was observed.
func TestFaultMatrix_everyOutcomeIsKnown(t *testing.T) { //nolint:tparallel // what is compared is there once all cells have run
	t.Parallel()
	m := &matrix{cells: map[string]string{}, log: newWatchedLog(t, graphsim.ClientSecret), earlier: newEarlierRuns(t)}
	for _, server := range []**graphsim.Server{&m.other, &m.strange} {
		s, err := graphsim.Start(graphsim.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		*server = s
	}
	t.Run("cells", func(t *testing.T) {
		for _, c := range matrixCells() {
			t.Run(strings.ReplaceAll(c.name(), " ", "_"), func(t *testing.T) {
				t.Parallel()
				m.meet(t, c)
			})
		}
	})
	if graphs, entras := m.other.Connections(); graphs+entras != 0 || len(m.other.Requests()) != 0 {
		t.Errorf("the host of the redirects got %d connections and %v", graphs+entras, m.other.Requests())
	}
	m.log.expectLines(len(m.cells))
	m.compare(t, transient, matrixTransient, false)
	m.compare(t, lasting, matrixLasting, false)
	m.compare(t, transient, matrixPlacedTransient, true)
	m.compare(t, lasting, matrixPlacedLasting, true)
	m.expectPage(t)
}

const (
	transient = "transient"
	lasting   = "lasting"
)

// matrixCell is an operation that meets a fault, which hits so many times.
type matrixCell struct {
	fault     matrixFault
	operation matrixOperation
	length    string
	times     int
}

func (c matrixCell) name() string { return c.length + "/" + c.fault.name + "/" + c.operation.name }

func matrixCells() []matrixCell {
	var cells []matrixCell
	for _, f := range matrixFaults() {
		for _, o := range matrixOperations() {
			for i, length := range []string{transient, lasting} {
				if f.bound(length) < 0 {
					continue
				}
				if n := len(f.turns); n > 0 {
					f.graph = &f.turns[len(cells)%n]
				}
				cells = append(cells, matrixCell{f, o, length, []int{1, -1}[i]})
			}
		}
	}
	return cells
}

// meet has the operation of a cell meet its fault, and notes the outcome.
func (m *matrix) meet(t *testing.T, c matrixCell) {
	t.Helper()
	f := c.fault
	l := newLab(t)
	l.trustToo(t, m.other.CACertificate())
	if !f.defaults {
		l.block = attributes{"retry": attributes{"max_retries": 3, "delay": "100ms", "max_delay": "100ms"}}
	}
	w := &wire{strange: m.strange}
	l.dial = w.dial
	l.skewed(f.skew)
	l.AgeTokens(f.aged)
	b := &bench{rpc: l.rpc(t), lab: l, earlier: m.earlier}
	run := c.operation.prepare(b)
	if f.refreshes {
		l.RenewTokensAtOnce()
		l.RevokeTokens()
	}
	if f.ofTokens() {
		if _, diags := b.reading(t.Context()); len(diags) != 0 { // so that there is a token
			t.Fatal(said(diags))
		}
		l.AgeTokens(0)
	}
	if f.revoked {
		l.RevokeTokens()
	}
	m.arrange(t, l, w, f, c.times)
	l.ResetRequests()
	moved := l.clock.Now()
	var state string
	var diags []*tfprotov6.Diagnostic
	log := &cellLog{watchedLog: m.log, wire: w}
	l.outlast(t, c.waits(), func() int { return l.hanging(f, log) }, func() { state, diags = run(tflogtest.RootLogger(t.Context(), log)) })
	m.log.expectNoSecret(c.name(), said(diags))
	c.expectBound(t, l.clock.Now().Sub(moved))
	c.expectHarmless(t, state, diags)
	graphs, tokens := l.counted(w, f)
	sent := strconv.Itoa(graphs)
	switch {
	case f.ofTokens():
		sent += "/" + c.counted(tokens)
	default:
		sent = c.counted(graphs)
	}
	cell := fmt.Sprintf("%s %s %s", state, coded(t, diags), sent)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cells[c.name()] = cell
}

// hanging is how many requests have met the fault.
func (l *lab) hanging(f matrixFault, log *cellLog) int {
	if f.trickles {
		return int(log.responses.Load())
	}
	service := graphsim.ServiceGraph
	if f.entra != nil {
		service = graphsim.ServiceEntra
	}
	return len(l.RequestsWhere(func(r graphsim.Request) bool {
		return r.Service == service && (f.hangs == anyMethod || r.Method == f.hangs)
	}))
}

// cellLog is the log of a cell. It counts the requests, and the responses about calls whose headers the provider has.
type cellLog struct {
	*watchedLog
	wire      *wire
	responses atomic.Int64
}

// Write implements [io.Writer].
func (l *cellLog) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("HTTP request sent")) {
		l.wire.sent.Add(1)
	}
	if bytes.Contains(line, []byte("HTTP response received")) && bytes.Contains(line, []byte("/communications/calls")) {
		l.responses.Add(1)
	}
	return l.watchedLog.Write(line)
}

// waits are the times that pass while requests hang.
func (c matrixCell) waits() []time.Duration {
	switch {
	case c.fault.hangs == "":
		return nil
	case c.fault.refreshes:
		return []time.Duration{refreshWait}
	}
	return append(c.operation.limits(), c.operation.follows...)
}

// expectBound holds the time that a cell took on the moved clock against what it may take.
func (c matrixCell) expectBound(t *testing.T, moved time.Duration) {
	t.Helper()
	limit := c.fault.bound(c.length)
	switch {
	case c.fault.timed() && c.length == lasting:
		limit = 0
		for _, own := range c.operation.limits() {
			limit += own
		}
	case c.operation.name == "close":
		limit *= 2
	}
	limit += c.operation.more
	if moved > limit {
		t.Errorf("%s: it took %s on the moved clock, want at most %s", c.name(), moved, limit)
	}
}

// counted is a number of requests, or between which two it is where that depends on chance.
func (c matrixCell) counted(n int) string {
	if !c.fault.ranged || c.length != lasting {
		return strconv.Itoa(n)
	}
	least, most := 0, 0
	for _, limit := range c.operation.limits() {
		fewest, mostOf := triesWithin(limit)
		least, most = least+fewest, most+mostOf
	}
	if c.fault.ofTokens() { // a later part takes over that there was no token just before
		parts := len(c.operation.limits())
		least, most = least-(parts-1), most-(parts-1)
	}
	if n == 0 || n < least || n > most {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d–%d", least, most)
}

// triesWithin is how many requests fit into a time by default: the first, and one after each
// wait that ends before the time does. The waits are a second, two, four and so on up to
// thirty, and by chance down to a half of that.
func triesWithin(limit time.Duration) (least, most int) {
	count := func(share time.Duration) int {
		n, spent := 1, time.Duration(0)
		for wait := time.Second; spent+wait/share < limit; wait = min(2*wait, 30*time.Second) {
			n, spent = n+1, spent+wait/share
		}
		return n
	}
	return count(1), count(2)
}

// expectHarmless checks what holds for all cells, whatever the tables say: one diagnostic at
// most, and no refresh drops state, and no data source says that a call has ended, but
// after a 404 of Graph's own.
func (c matrixCell) expectHarmless(t *testing.T, state string, diags []*tfprotov6.Diagnostic) {
	t.Helper()
	if len(diags) > 1 {
		t.Errorf("%s: %d diagnostics: %s", c.name(), len(diags), said(diags))
	}
	if text := said(diags); contextText.MatchString(text) {
		t.Errorf("%s: the words of Go are in %s", c.name(), text)
	}
	own := c.fault.name == statusName(http.StatusNotFound)
	ended := own || c.fault.name == "404, garbage"
	if c.operation.placed {
		// A single 404 can be false, and so can those of a gateway: the call would be placed twice.
		ended = own && c.length == lasting
	}
	switch {
	case c.operation.places: // checks itself
	case c.operation.name == "renew" && (c.length == transient || !own): // as for a call that is placed
		if state == gone {
			t.Errorf("%s: the hold is over", c.name())
		}
	case c.operation.looks:
		if (state == gone) != ended {
			t.Errorf("%s: the state is %q", c.name(), state)
		}
	case c.operation.name != "close":
		if failed := len(diags) > 0 && diags[0].Severity != isWarning; failed != (state == same) {
			t.Errorf("%s: the state is %q with %s", c.name(), state, said(diags))
		}
	}
}

// contextText is what Go says of time that is up, and of an interrupt.
var contextText = regexp.MustCompile(`(?i)context (deadline exceeded|canceled)`)

// trustToo has the provider trust another authority besides the stand-in's.
func (l *lab) trustToo(t *testing.T, certificate []byte) {
	t.Helper()
	if err := os.WriteFile(l.caFile, slices.Concat(l.CACertificate(), certificate), 0o600); err != nil {
		t.Fatal(err)
	}
}

// arrange brings the fault about.
func (m *matrix) arrange(t *testing.T, l *lab, w *wire, f matrixFault, times int) {
	t.Helper()
	if f.graph != nil {
		fault := f.graph.To("", "/communications/calls").For(times)
		if f.dateIn != 0 {
			fault.Header = http.Header{"Retry-After": {l.clock.Now().Add(f.dateIn).Format(http.TimeFormat)}}
		}
		l.Inject(m.redirected(fault, m.other.GraphURL()+"/v1.0/communications/calls/"+callID))
	}
	if f.entra != nil {
		l.Inject(m.redirected(f.entra.For(times), m.other.AuthorityURL()+"/"+graphsim.TenantID+"/oauth2/v2.0/token"))
	}
	if f.dial != nil {
		url := l.GraphURL()
		if f.entraToo {
			url = l.AuthorityURL()
		}
		w.fail(t, url, times, f.dial(w))
	}
}

// redirected puts the host that nothing may reach into a redirect.
func (m *matrix) redirected(f graphsim.Fault, location string) graphsim.Fault {
	if f.Header.Get("Location") == otherHost {
		f.Header = http.Header{"Location": {location}}
	}
	return f
}

// counted is how many requests there were, to Graph and for tokens; a connection that failed
// counts as the request that it was made for.
func (l *lab) counted(w *wire, f matrixFault) (graphs, tokens int) {
	for _, r := range l.Requests() {
		switch {
		case r.Service == graphsim.ServiceGraph:
			graphs++
		case r.Method == http.MethodPost:
			tokens++
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if f.entraToo {
		return graphs, tokens + w.tries
	}
	return graphs + w.tries, tokens
}

// coded is the code of the one diagnostic, "ok" for none.
func coded(t *testing.T, diags []*tfprotov6.Diagnostic) string {
	t.Helper()
	if len(diags) == 0 {
		return "ok"
	}
	summary, _, _ := strings.Cut(diags[0].Summary, ": ") // which a warning about a call is followed by
	code, known := matrixCodes[summary]
	if !known {
		t.Errorf("there is no code for %s", said(diags))
	}
	if diags[0].Severity == isWarning {
		code += " (w)"
	}
	return code
}

// table is what was observed, in Markdown, of a placed call or of all else.
func (m *matrix) table(length string, placed bool) string {
	var b strings.Builder
	b.WriteString("| fault |")
	operations := slices.DeleteFunc(matrixOperations(), func(o matrixOperation) bool { return o.placed != placed })
	for _, o := range operations {
		b.WriteString(" " + o.name + " |")
	}
	b.WriteString(" time |\n" + strings.Repeat("| --- ", len(operations)+2) + "|\n")
	for _, f := range matrixFaults() {
		limit := f.bound(length)
		if limit < 0 {
			continue
		}
		b.WriteString("| " + f.name + " |")
		for _, o := range operations {
			b.WriteString(" " + m.cells[length+"/"+f.name+"/"+o.name] + " |")
		}
		b.WriteString(" " + within(limit) + " |\n")
	}
	return b.String()
}

// compare holds what was observed against the table of what is expected, cell by cell.
func (m *matrix) compare(t *testing.T, length, expected string, placed bool) {
	t.Helper()
	observed := m.table(length, placed)
	if *showMatrix {
		fmt.Printf("%s faults\n\n%s\n", length, observed) //nolint:forbidigo // what make fault-matrix is for
	}
	got, want := tableRows(observed), tableRows(expected)
	if len(got) != len(want) {
		t.Errorf("%s: %d rows, want %d", length, len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		for j := range max(len(got[i]), len(want[i])) {
			if at(got[i], j) != at(want[i], j) {
				t.Errorf("%s, %s, %s: got %q, want %q", length, at(want[i], 0), at(got[0], j), at(got[i], j), at(want[i], j))
			}
		}
	}
}

func at(row []string, i int) string {
	if i < len(row) {
		return row[i]
	}
	return "nothing"
}

// tableRows takes a Markdown table apart.
func tableRows(table string) [][]string {
	var rows [][]string
	for line := range strings.Lines(strings.TrimSpace(table)) {
		row := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		rows = append(rows, row)
	}
	return rows
}
