package graph

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Each reason for which a call ends is on the page about troubleshooting, and the page has no other.
func TestEndReasons_areOnThePage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "troubleshooting.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## Why a call has ended\n")
	section, _, _ = strings.Cut(section, "\n## ")
	numbers := func(text string) (all []int64) {
		for _, digits := range regexp.MustCompile(`\d+`).FindAllString(text, -1) {
			n, err := strconv.ParseInt(digits, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, n)
		}
		return all
	}
	var onPage []int64 // subcodes: none belongs to two codes
	for _, row := range regexp.MustCompile(`(?m)^\| ([\d, ]+) \| ([\d, ]+) \|`).FindAllStringSubmatch(section, -1) {
		for _, subcode := range numbers(row[2]) {
			onPage = append(onPage, subcode)
			if !slices.ContainsFunc(numbers(row[1]), func(code int64) bool { return endReasons[[2]int64{code, subcode}] != "" }) {
				t.Errorf("the page has %d as a subcode of %s, of which nothing is known", subcode, row[1])
			}
		}
	}
	for pair, reason := range endReasons {
		if !slices.Contains(onPage, pair[1]) {
			t.Errorf("the page does not have %v: %s", pair, reason)
		}
	}
}
