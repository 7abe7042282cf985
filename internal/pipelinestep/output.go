package pipelinestep

import (
	"bytes"
	"strings"
)

// bounded keeps what is written to it up to a limit, and says when it is full.
type bounded struct {
	kept  bytes.Buffer // no embedded one, whose ReadFrom would know no limit
	limit int
	full  func()
}

// Write implements [io.Writer].
func (b *bounded) Write(p []byte) (int, error) {
	if b.kept.Len()+len(p) > b.limit {
		b.full()
		return 0, errTooLarge
	}
	return b.kept.Write(p)
}

// tail keeps the end of what is written to it.
type tail struct {
	kept  []byte
	limit int
	cut   bool
}

// Write implements [io.Writer].
func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - t.limit; over > 0 {
		t.kept, t.cut = append(t.kept[:0], t.kept[over:]...), true
	}
	return len(p), nil
}

// String is what was kept, from the beginning of a line on: the rest of a secret that was cut
// in two would not be known as one.
func (t *tail) String() string {
	text := string(t.kept)
	if t.cut {
		_, text, _ = strings.Cut(text, "\n")
	}
	return text
}
