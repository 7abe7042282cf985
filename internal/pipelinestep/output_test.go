package pipelinestep

import (
	"slices"
	"testing"
)

// Of a long standard error the end is kept, from the beginning of a line on: half of a secret would not be redacted.
func TestTail_keepsWholeLines(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ written, kept string }{
		{"", ""},
		{"short", "short"},
		{"first\nlast\n", "first\nlast\n"},
		{"secret=abcdefghijkl\nlast\n", "last\n"},
		{"secret=abcdefghijkl", ""},
	} {
		for _, size := range []int{1, 7, 100} { // of each write
			kept := &tail{limit: 12}
			for part := range slices.Chunk([]byte(test.written), size) {
				if n, err := kept.Write(part); n != len(part) || err != nil {
					t.Fatal(n, err)
				}
			}
			if got := kept.String(); got != test.kept {
				t.Errorf("of %q, in writes of %d bytes, %q is kept, want %q", test.written, size, got, test.kept)
			}
		}
	}
}
