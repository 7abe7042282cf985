package provider

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// The guide shows the matrix in fewer rows and columns: faults with equal outcomes share a row, and
// operations with equal outcomes a cell.

// outcome is a cell in the guide's terms: without the state where that is as after no fault at all.
func (m *matrix) outcome(length string, f matrixFault, o matrixOperation) string {
	cell := m.cells[length+"/"+f.name+"/"+o.name]
	state, rest, _ := strings.Cut(cell, " ")
	usual, _, _ := strings.Cut(m.cells[lasting+"/none/"+o.name], " ")
	if strings.HasPrefix(rest, "ok ") && state == usual {
		return "`" + rest + "`"
	}
	return "`" + cell + "`"
}

// pageRow is a row of the guide's table.
type pageRow struct {
	faults         []string
	cells          []string
	shortest, most time.Duration
}

// pageCells are the outcomes of a fault: that of most operations, of those with a column of their own, and of
// the exceptions.
func (m *matrix) pageCells(length string, f matrixFault) []string {
	var shared []matrixOperation
	var own []string
	count := map[string]int{}
	for _, o := range matrixOperations() {
		switch outcome := m.outcome(length, f, o); {
		case o.placed:
		case o.own:
			own = append(own, outcome)
		default:
			shared = append(shared, o)
			count[outcome]++
		}
	}
	most, exceptions := "", map[string][]string{}
	var order []string
	for _, o := range shared {
		if outcome := m.outcome(length, f, o); count[outcome] > count[most] {
			most = outcome
		}
	}
	for _, o := range shared {
		outcome := m.outcome(length, f, o)
		if outcome == most {
			continue
		}
		if exceptions[outcome] == nil {
			order = append(order, outcome)
		}
		exceptions[outcome] = append(exceptions[outcome], o.name)
	}
	for i, outcome := range order {
		order[i] = strings.Join(exceptions[outcome], ", ") + ": " + outcome
	}
	return append(append([]string{most}, own...), strings.Join(order, "; "))
}

// placedCells are the outcomes of a fault in the table of placed calls, where each operation has a column.
func (m *matrix) placedCells(length string, f matrixFault) (cells []string) {
	for _, o := range placedOperations() {
		cells = append(cells, m.outcome(length, f, o))
	}
	return cells
}

// pageTable is a table of the guide, in Markdown: of placed calls or of all else.
func (m *matrix) pageTable(length string, placed bool) string {
	var rows []*pageRow
	for _, f := range matrixFaults() {
		limit := f.bound(length)
		if limit < 0 {
			continue
		}
		cells := m.pageCells(length, f)
		if placed {
			cells = m.placedCells(length, f)
		}
		i := slices.IndexFunc(rows, func(r *pageRow) bool { return slices.Equal(r.cells, cells) })
		if i < 0 {
			i = len(rows)
			rows = append(rows, &pageRow{cells: cells, shortest: limit, most: limit})
		}
		r := rows[i]
		r.faults = append(r.faults, f.name)
		r.shortest, r.most = min(r.shortest, limit), max(r.most, limit)
	}
	head := []string{"fault", "most operations"}
	for _, o := range keptOperations() {
		if o.own {
			head = append(head, o.name)
		}
	}
	head = append(head, "except", "time")
	if placed {
		head = []string{"fault"}
		for _, o := range placedOperations() {
			head = append(head, strings.TrimPrefix(o.name, "call: "))
		}
	}
	var b strings.Builder
	b.WriteString("| " + strings.Join(head, " | ") + " |\n" + strings.Repeat("| --- ", len(head)) + "|\n")
	for _, r := range rows {
		bound := within(r.most)
		if r.shortest != r.most {
			bound = within(r.shortest) + " to " + bound
		}
		if placed {
			fmt.Fprintf(&b, "| %s | %s |\n", strings.Join(r.faults, "; "), strings.Join(r.cells, " | "))
			continue
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", strings.Join(r.faults, "; "), strings.Join(r.cells, " | "), bound)
	}
	return b.String()
}

// within is the bound in a row's last cell.
func within(d time.Duration) string {
	return fmt.Sprintf("%g s", d.Seconds())
}

// expectPage holds the tables in the guide against what was observed, or puts that there.
func (m *matrix) expectPage(t *testing.T) {
	t.Helper()
	const page = "../../templates/guides/fault-matrix.md"
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	want := string(got)
	for _, table := range []struct {
		length, heading string
		placed          bool
	}{
		{transient, "\n## Transient faults\n", false}, {lasting, "\n## Lasting faults\n", false},
		{transient, "\n### Placed calls: transient faults\n", true}, {lasting, "\n### Placed calls: lasting faults\n", true},
	} {
		heading := table.heading
		before, rest, found := strings.Cut(want, heading)
		intro, rest, tables := strings.Cut(rest, "\n|")
		if !found || !tables {
			t.Fatalf("%s has no table under %q", page, heading)
		}
		_, after, _ := strings.Cut(rest, "|\n\n")
		if after != "" {
			after = "\n" + after
		}
		want = before + heading + intro + "\n" + m.pageTable(table.length, table.placed) + after
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
