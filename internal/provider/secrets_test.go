package provider

import (
	"archive/zip"
	"bytes"
	"context"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"terraform-provider-msgraph/internal/redact"
)

// watchedLog is the log of a provider at TRACE, of which no line may show a token or one of
// the secrets.
type watchedLog struct {
	t     *testing.T
	forms []string
	lines atomic.Int64
}

func newWatchedLog(t *testing.T, secrets ...string) *watchedLog {
	t.Helper()
	w := &watchedLog{t: t}
	for _, secret := range secrets {
		w.forms = append(w.forms, redact.New(secret).Forms()...)
	}
	return w
}

// of returns a context whose requests are logged here.
func (w *watchedLog) of(ctx context.Context) context.Context { return tflogtest.RootLogger(ctx, w) }

// Write implements [io.Writer]; the log writes line by line.
func (w *watchedLog) Write(line []byte) (int, error) {
	w.lines.Add(1)
	w.expectNoSecret("the log", string(line))
	return len(line), nil
}

func (w *watchedLog) expectNoSecret(where, text string) {
	w.t.Helper()
	for _, form := range w.forms {
		if strings.Contains(text, form) {
			w.t.Errorf("%s shows a secret as %q: %s", where, form, text)
		}
	}
	if token := redact.Token.FindString(text); token != "" {
		w.t.Errorf("%s shows the token %q: %s", where, token, text)
	}
}

// expectLines fails the test when there were fewer lines: nothing was watched then.
func (w *watchedLog) expectLines(least int) {
	w.t.Helper()
	if got := w.lines.Load(); got < int64(least) {
		w.t.Errorf("the log has %d lines, want %d at least", got, least)
	}
}

// expectNoSecret fails the test for each of the secrets that a text has, in any form.
func expectNoSecret(t *testing.T, where, text string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		for _, form := range redact.New(secret).Forms() {
			if at := strings.Index(text, form); at >= 0 {
				t.Errorf("%s shows the secret %q as %q: …%s…", where, secret, form, text[max(0, at-200):min(len(text), at+len(form)+100)])
				break
			}
		}
	}
}

// unzipped returns the files in an archive, such as a saved plan, or else the content itself.
func unzipped(t *testing.T, content []byte) [][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return [][]byte{content}
	}
	all := [][]byte{content}
	for _, file := range archive.File {
		text, err := fs.ReadFile(archive, file.Name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	return all
}
