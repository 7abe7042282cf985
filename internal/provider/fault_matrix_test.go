package provider

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"terraform-provider-msgraph/internal/graphsim"
)

var (
	showMatrix   = flag.Bool("show-fault-matrix", false, "print what is observed")
	updateMatrix = flag.Bool("update-fault-matrix", false, "write templates/guides/fault-matrix.md from what is observed")
)

// realBound is how long a cell may take in real time: an operation's timeout is a second
// where it can be set and renewTimeout at most where it cannot. The rest is for slow machines.
const realBound = 30 * time.Second

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
	"Connection Failed":               "unreached",
	"Certificate Not Trusted":         "untrusted",
	"No Token From Entra ID":          "no token",
	"Call Not Hung Up":                "not hung up",
	"Call May End Soon":               "may end soon",
}

// matrix is where every operation meets every fault.
type matrix struct {
	// other is a host that the provider trusts and that nothing may reach, strange one that
	// it does not trust.
	other, strange *graphsim.Server
	log            *watchedLog

	mu    sync.Mutex
	cells map[string]string
}

// The whole of it: each operation with each fault, once passing and once lasting, against
// the tables of what is to be expected. The guide shows what was observed.
func TestFaultMatrix(t *testing.T) { //nolint:tparallel // what is compared is there once all cells have run
	t.Parallel()
	m := &matrix{cells: map[string]string{}, log: newWatchedLog(t, graphsim.ClientSecret)}
	for _, server := range []**graphsim.Server{&m.other, &m.strange} {
		s, err := graphsim.Start(graphsim.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		*server = s
	}
	t.Run("cells", func(t *testing.T) {
		var hanging []func()
		for _, c := range matrixCells() {
			if c.fault.hangs {
				hanging = append(hanging, m.meet(t, c))
				continue
			}
			t.Run(strings.ReplaceAll(c.name(), " ", "_"), func(t *testing.T) {
				t.Parallel()
				m.meet(t, c)()
			})
		}
		var all sync.WaitGroup
		for _, run := range hanging { // all at once, as they wait for real time
			all.Go(run)
		}
		all.Wait()
	})
	if graphs, entras := m.other.Connections(); graphs+entras != 0 || len(m.other.Requests()) != 0 {
		t.Errorf("the host of the redirects got %d connections and %v", graphs+entras, m.other.Requests())
	}
	m.log.expectLines(len(m.cells))
	m.compare(t, passing, matrixPassing)
	m.compare(t, lasting, matrixLasting)
	m.comparePage(t)
}

const (
	passing = "passing"
	lasting = "lasting"
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
			if f.passing >= 0 {
				cells = append(cells, matrixCell{f, o, passing, 1})
			}
			cells = append(cells, matrixCell{f, o, lasting, -1})
		}
	}
	return cells
}

// meet prepares a cell, and returns a function that has the operation meet the fault and
// notes the outcome.
func (m *matrix) meet(t *testing.T, c matrixCell) func() {
	t.Helper()
	f := c.fault
	l := newLab(t)
	l.trustToo(t, m.other.CACertificate())
	if !f.defaults {
		l.block = attributes{"retry": attributes{"max_retries": 3, "delay": "100ms"}}
	}
	w := &wire{strange: m.strange}
	l.dial = w.dial
	l.skewed(f.skew)
	l.AgeTokens(f.aged)
	b := &bench{rpc: l.rpc(t), lab: l, hangs: f.hangs}
	run := c.operation.prepare(b)
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
	return func() {
		began, moved := time.Now(), l.clock.Now()
		state, diags := run(m.log.of(t.Context()))
		m.log.expectNoSecret(c.name(), said(diags))
		c.expectBounds(t, l.clock.Now().Sub(moved), time.Since(began))
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
}

// expectBounds holds the time that a cell took against what it may take.
func (c matrixCell) expectBounds(t *testing.T, moved, took time.Duration) {
	t.Helper()
	limit := c.fault.passing
	if c.length == lasting {
		limit = c.fault.lasting
	}
	switch {
	case c.fault.ranged && c.length == lasting:
		limit = 0
		for _, own := range c.operation.limits() {
			limit += own
		}
	case c.operation.name == "close":
		limit *= 2
	}
	if moved > limit {
		t.Errorf("%s: it took %s on the moved clock, want at most %s", c.name(), moved, limit)
	}
	if took > realBound {
		t.Errorf("%s: it took %s in real time, want at most %s", c.name(), took, realBound)
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
	ended := c.fault.name == statusName(http.StatusNotFound) || c.fault.name == "404, garbage"
	switch c.operation.name {
	case "read", "data source", "renew":
		if (state == gone) != ended {
			t.Errorf("%s: the state is %q", c.name(), state)
		}
	case "create", "update", "delete", "import", "open", "action":
		if failed := len(diags) > 0; failed != (state == same) {
			t.Errorf("%s: the state is %q with %s", c.name(), state, said(diags))
		}
	}
}

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
		fault := f.graph.To("", callID).For(times)
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

// within is the bound in a row's last cell.
func within(d time.Duration) string {
	return fmt.Sprintf("%g s", d.Seconds())
}

// table is what was observed, in Markdown.
func (m *matrix) table(length string) string {
	var b strings.Builder
	b.WriteString("| fault |")
	operations := matrixOperations()
	for _, o := range operations {
		b.WriteString(" " + o.name + " |")
	}
	b.WriteString(" time |\n" + strings.Repeat("| --- ", len(operations)+2) + "|\n")
	for _, f := range matrixFaults() {
		limit := f.passing
		if length == lasting {
			limit = f.lasting
		}
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
func (m *matrix) compare(t *testing.T, length, expected string) {
	t.Helper()
	observed := m.table(length)
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

// comparePage holds the tables in the guide against what was observed, or puts that there.
func (m *matrix) comparePage(t *testing.T) {
	t.Helper()
	const page = "../../templates/guides/fault-matrix.md"
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	want := string(got)
	for length, heading := range map[string]string{passing: "## Faults that pass\n", lasting: "## Faults that last\n"} {
		before, rest, found := strings.Cut(want, heading)
		intro, rest, tables := strings.Cut(rest, "\n|")
		if !found || !tables {
			t.Fatalf("%s has no table under %q", page, heading)
		}
		_, after, _ := strings.Cut(rest, "|\n\n")
		if after != "" {
			after = "\n" + after
		}
		want = before + heading + intro + "\n" + m.table(length) + after
	}
	if *updateMatrix {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(got) != want {
		t.Errorf("%s is not what was observed: look at what changed, then run make fault-matrix UPDATE=yes", page)
	}
}
