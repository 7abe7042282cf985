package terraformcli

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
)

// fakeScript is a CLI that answers `version` and `version -json` as product ("Terraform", "OpenTofu") does.
func fakeScript(product, version string) string {
	return fmt.Sprintf(`#!/bin/sh
case "$*" in
"version -json") echo '{"terraform_version": "%[2]s", "platform": "any"}' ;;
"version") echo "%[1]s v%[2]s"; echo "on any" ;;
*) echo "unexpected: $*" >&2; exit 64 ;;
esac
`, product, version)
}

// writeScript writes an executable. No process is forked meanwhile: a child that inherited the open file
// would make the first run of the script fail with "text file busy".
func writeScript(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// machine is a finder whose PATH is a map, whose module root is a new folder, and which has no network.
func machine(t *testing.T, env, path map[string]string) *finder {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module m\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	start := filepath.Join(root, "internal", "deep")
	if err := os.MkdirAll(start, 0o755); err != nil {
		t.Fatal(err)
	}
	return &finder{
		getenv: func(key string) string { return env[key] },
		lookPath: func(name string) (string, error) {
			if p, ok := path[name]; ok {
				return p, nil
			}
			return "", &exec.Error{Name: name, Err: exec.ErrNotFound}
		},
		startDir:    start,
		notify:      io.Discard,
		releasesURL: closedPort,
	}
}

func (f *finder) root() string { return filepath.Dir(filepath.Dir(f.startDir)) }

// closedPort is the URL of a loopback port that nothing listens at, and that the system hands out to no one meanwhile.
const closedPort = "http://127.0.0.1:1"

func wantCLI(t *testing.T, f *finder, want CLI) {
	t.Helper()
	got, err := f.find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("found %+v, want %+v", got, want)
	}
}

func wantError(t *testing.T, f *finder, parts ...string) {
	t.Helper()
	got, err := f.find(t.Context())
	if err == nil {
		t.Fatalf("found %+v, want an error", got)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not say %q:\n%v", part, err)
		}
	}
}

func TestFindOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	terraform := writeScript(t, filepath.Join(dir, "terraform"), fakeScript("Terraform", "1.2.3"))
	tofu := writeScript(t, filepath.Join(dir, "tofu"), fakeScript("OpenTofu", "1.6.0-rc1"))
	other := writeScript(t, filepath.Join(dir, "other"), fakeScript("OpenTofu", "1.9.0"))
	onPath := map[string]string{"terraform": terraform, "tofu": tofu}

	t.Run("the environment before PATH", func(t *testing.T) {
		t.Parallel()
		wantCLI(t, machine(t, map[string]string{EnvPath: other}, onPath), CLI{other, OpenTofu, "1.9.0"})
	})
	t.Run("the environment with a bare name", func(t *testing.T) {
		t.Parallel()
		wantCLI(t, machine(t, map[string]string{EnvPath: "tofu"}, onPath), CLI{tofu, OpenTofu, "1.6.0-rc1"})
	})
	t.Run("the environment with a path from the module root", func(t *testing.T) {
		t.Parallel()
		f := machine(t, map[string]string{EnvPath: "bin/tf"}, onPath)
		path := writeScript(t, filepath.Join(f.root(), "bin", "tf"), fakeScript("Terraform", "1.4.0"))
		wantCLI(t, f, CLI{path, Terraform, "1.4.0"})
	})
	t.Run("terraform before tofu", func(t *testing.T) {
		t.Parallel()
		wantCLI(t, machine(t, nil, onPath), CLI{terraform, Terraform, "1.2.3"})
	})
	t.Run("tofu alone", func(t *testing.T) {
		t.Parallel()
		wantCLI(t, machine(t, nil, map[string]string{"tofu": tofu}), CLI{tofu, OpenTofu, "1.6.0-rc1"})
	})
	t.Run("tofu under the name terraform", func(t *testing.T) {
		t.Parallel()
		wantCLI(t, machine(t, nil, map[string]string{"terraform": tofu}), CLI{tofu, OpenTofu, "1.6.0-rc1"})
	})
	t.Run("PATH before an earlier download", func(t *testing.T) {
		t.Parallel()
		f := machine(t, nil, map[string]string{"tofu": tofu})
		writeScript(t, fetchedPath(f), fakeScript("Terraform", fetchedVersion))
		wantCLI(t, f, CLI{tofu, OpenTofu, "1.6.0-rc1"})
	})
}

// What is there and does not run is reported, although something that runs would come next.
func TestFindReportsWhatDoesNotRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := writeScript(t, filepath.Join(dir, "tofu"), fakeScript("OpenTofu", "1.9.0"))
	broken := writeScript(t, filepath.Join(dir, "broken"), "#!/bin/sh\necho 'no version is\n  configured' >&2\nexit 3\n")
	noJSON := writeScript(t, filepath.Join(dir, "nojson"), "#!/bin/sh\necho hello\n")
	neither := writeScript(t, filepath.Join(dir, "neither"), fakeScript("Terragrunt", "1.0.0"))
	missing := filepath.Join(dir, "missing")
	plainFile := filepath.Join(dir, "plain")
	if err := os.WriteFile(plainFile, []byte(fakeScript("Terraform", "1.0.0")), 0o644); err != nil {
		t.Fatal(err)
	}

	for _, tc := range []struct{ name, path, reason string }{
		{"exits with an error", broken, "exit status 3: no version is configured"},
		{"prints no JSON", noJSON, "`version -json` gave no version but \"hello\""},
		{"is another program", neither, "neither Terraform nor OpenTofu: `version` gave \"Terragrunt v1.0.0"},
		{"is not there", missing, "no such file"},
		{"is not executable", plainFile, "permission denied"},
	} {
		t.Run("on PATH/"+tc.name, func(t *testing.T) {
			t.Parallel()
			f := machine(t, nil, map[string]string{"terraform": tc.path, "tofu": good})
			wantError(t, f, tc.path, "found on PATH, does not run", tc.reason, EnvPath)
		})
		t.Run("in the environment/"+tc.name, func(t *testing.T) {
			t.Parallel()
			f := machine(t, map[string]string{EnvPath: tc.path}, map[string]string{"terraform": good})
			wantError(t, f, EnvPath+" is", tc.path, "does not run", tc.reason, "unset it")
		})
	}
	t.Run("in the environment/a name that is not on PATH", func(t *testing.T) {
		t.Parallel()
		f := machine(t, map[string]string{EnvPath: "nowhere"}, map[string]string{"terraform": good})
		wantError(t, f, EnvPath+` is "nowhere"`, "executable file not found")
	})
	t.Run("on PATH/in a relative folder", func(t *testing.T) {
		t.Parallel()
		f := machine(t, nil, nil)
		f.lookPath = func(name string) (string, error) { return name, &exec.Error{Name: name, Err: exec.ErrDot} }
		wantError(t, f, "looking for terraform on PATH", exec.ErrDot.Error())
	})
	t.Run("fetched earlier", func(t *testing.T) {
		t.Parallel()
		f := machine(t, nil, nil)
		path := writeScript(t, fetchedPath(f), "#!/bin/sh\nexit 9\n")
		wantError(t, f, path, "exit status 9", "Delete "+filepath.Dir(path))
	})
}

// A wrapper that hangs ends with the context, even if it leaves a child that holds its output open.
func TestFindStopsWithTheContext(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	started := filepath.Join(dir, "started")
	hangs := writeScript(t, filepath.Join(dir, "terraform"), "#!/bin/sh\ntouch '"+started+"'\nsleep 20\n")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(started); err == nil {
				cancel()
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	begin := time.Now()
	_, err := machine(t, nil, map[string]string{"terraform": hangs}).find(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want %v", err, context.Canceled)
	}
	if took := time.Since(begin); took > 15*time.Second {
		t.Errorf("it waited %v for the child of the script", took)
	}
}

// An executable that another goroutine's fork still holds open for writing runs a moment later.
func TestFindWaitsForAFileThatIsBusy(t *testing.T) {
	t.Parallel()
	path := writeScript(t, filepath.Join(t.TempDir(), "terraform"), fakeScript("Terraform", "1.2.3"))
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(50*time.Millisecond, func() { _ = file.Close() })
	wantCLI(t, machine(t, nil, map[string]string{"terraform": path}), CLI{path, Terraform, "1.2.3"})
}

func TestFindWithoutCLIAndNetwork(t *testing.T) {
	t.Parallel()
	f := machine(t, nil, nil)
	_, err := f.find(t.Context())
	if err == nil {
		t.Fatal("want an error")
	}
	lines := strings.Split(err.Error(), "\n")
	wants := [][]string{
		{"no Terraform or OpenTofu"},
		{EnvPath, "terraform and tofu on PATH", downloadDir},
		{"Fetching Terraform " + fetchedVersion + " failed: ", "connection refused"},
		{"Install Terraform", "OpenTofu", EnvPath},
	}
	if len(lines) != len(wants) {
		t.Fatalf("want %d lines, the reason of the failure on one of them; got:\n%v", len(wants), err)
	}
	for i, parts := range wants {
		for _, part := range parts {
			if !strings.Contains(lines[i], part) {
				t.Errorf("line %d does not say %q: %s", i+1, part, lines[i])
			}
		}
	}
	wantFolder(t, f)
}

func TestFindWithoutModule(t *testing.T) {
	t.Parallel()
	f := machine(t, nil, nil)
	f.startDir = string(filepath.Separator) // any other folder may have a stray go.mod above it
	wantError(t, f, EnvPath, "neither terraform nor tofu is on PATH", "no go.mod in "+f.startDir)
}

func TestFindFetches(t *testing.T) {
	t.Parallel()
	site := newReleaseSite(t, fakeScript("Terraform", fetchedVersion))
	f := machine(t, nil, nil)
	var said bytes.Buffer
	f.notify, f.releasesURL, f.publicKey = &said, site.URL, site.publicKey
	want := CLI{fetchedPath(f), Terraform, fetchedVersion}
	wantCLI(t, f, want)
	wantFolder(t, f, filepath.Base(filepath.Dir(want.Path)))
	for _, part := range []string{"fetching Terraform " + fetchedVersion, filepath.Dir(want.Path)} {
		if !strings.Contains(said.String(), part) {
			t.Errorf("it did not say %q beforehand: %s", part, said.String())
		}
	}

	// From now on it needs no network, and says nothing.
	site.Close()
	said.Reset()
	wantCLI(t, f, want)
	if said.Len() > 0 {
		t.Errorf("the second time it said %s", said.String())
	}
}

func TestFindRefusesWhatItCannotTrust(t *testing.T) {
	t.Parallel()
	good := fakeScript("Terraform", fetchedVersion)
	for _, tc := range []struct {
		name   string
		script string
		spoil  func(*releaseSite, *finder)
		reason string
	}{
		{"another archive", good, func(s *releaseSite, _ *finder) {
			s.files[s.archive] = zipped(t, "terraform", fakeScript("Terraform", "6.6.6"))
		}, "checksum does not match"},
		{"an archive cut short", good, func(s *releaseSite, _ *finder) { s.cutShort = true }, "unexpected EOF"},
		{"signed with another key", good, func(_ *releaseSite, f *finder) {
			f.publicKey = newReleaseSite(t, good).publicKey
		}, "signature"},
		{"not signed by HashiCorp", good, func(_ *releaseSite, f *finder) { f.publicKey = "" }, "signature"},
		{"another version", fakeScript("Terraform", "0.1.2"), nil, "says that it is version 0.1.2"},
		{"does not run here", "#!/bin/sh\nexit 7\n", nil, "exit status 7"},
		{"gone from the site", good, func(s *releaseSite, _ *finder) { delete(s.files, s.archive) }, "404"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			site := newReleaseSite(t, tc.script)
			f := machine(t, nil, nil)
			f.releasesURL, f.publicKey = site.URL, site.publicKey
			if tc.spoil != nil {
				tc.spoil(site, f)
			}
			wantError(t, f, "Fetching Terraform "+fetchedVersion+" failed: ", tc.reason)
			wantFolder(t, f) // nothing that a later run would take for a download
		})
	}
}

// Test processes of several packages find nothing at the same time, and all of them fetch.
func TestFindFetchesConcurrently(t *testing.T) {
	t.Parallel()
	const n = 8
	site := newReleaseSite(t, fakeScript("Terraform", fetchedVersion))
	site.together(n)
	f := machine(t, nil, nil)
	f.releasesURL, f.publicKey = site.URL, site.publicKey
	want := CLI{fetchedPath(f), Terraform, fetchedVersion}

	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			got, err := f.find(context.WithoutCancel(t.Context()))
			if err != nil || got != want {
				t.Errorf("found %+v, %v; want %+v", got, err, want)
			}
		})
	}
	all.Wait()
	wantFolder(t, f, filepath.Base(filepath.Dir(want.Path)))
}

// fetchedPath is where f looks for an earlier download.
func fetchedPath(f *finder) string {
	dir := fmt.Sprintf("terraform_%s_%s_%s", fetchedVersion, runtime.GOOS, runtime.GOARCH)
	return filepath.Join(f.root(), downloadDir, dir, "terraform")
}

// wantFolder checks what the project's download folder holds.
func wantFolder(t *testing.T, f *finder, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(f.root(), downloadDir))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("%s holds %q, want %q", downloadDir, got, names)
	}
}

// releaseSite serves one signed release in the layout of HashiCorp's release site.
type releaseSite struct {
	*httptest.Server
	publicKey string            // armored
	archive   string            // path of the archive
	files     map[string][]byte // by path; changed only before the first request
	gate      func()            // passed by every request for the archive
	cutShort  bool              // promises more bytes of the archive than come
}

func newReleaseSite(t *testing.T, script string) *releaseSite {
	t.Helper()
	key, err := openpgp.NewEntity("release test", "", "release@example.test", nil)
	if err != nil {
		t.Fatal(err)
	}
	var public, signature bytes.Buffer
	armored, err := armor.Encode(&public, openpgp.PublicKeyType, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := key.Serialize(armored); err != nil {
		t.Fatal(err)
	}
	if err := armored.Close(); err != nil {
		t.Fatal(err)
	}

	dir := "/terraform/" + fetchedVersion + "/"
	archive := fmt.Sprintf("terraform_%s_%s_%s.zip", fetchedVersion, runtime.GOOS, runtime.GOARCH)
	sums := "terraform_" + fetchedVersion + "_SHA256SUMS"
	content := zipped(t, "terraform", script)
	sumsText := fmt.Appendf(nil, "%x  %s\n", sha256.Sum256(content), archive)
	if err := openpgp.DetachSign(&signature, key, bytes.NewReader(sumsText), nil); err != nil {
		t.Fatal(err)
	}
	index, err := json.Marshal(map[string]any{
		"name": "terraform", "version": fetchedVersion, "shasums": sums, "shasums_signature": sums + ".sig",
		"builds": []map[string]string{{
			"name": "terraform", "version": fetchedVersion, "os": runtime.GOOS, "arch": runtime.GOARCH,
			"filename": archive, "url": "https://releases.example.test" + dir + archive,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}

	site := &releaseSite{
		publicKey: public.String(),
		archive:   dir + archive,
		files: map[string][]byte{
			dir + "index.json":  index,
			dir + sums:          sumsText,
			dir + sums + ".sig": signature.Bytes(),
			dir + archive:       content,
		},
		gate: func() {},
	}
	site.Server = httptest.NewServer(site)
	t.Cleanup(site.Close)
	return site
}

// together lets requests for the archive pass only when n of them are waiting.
func (s *releaseSite) together(n int) {
	var arrived sync.WaitGroup
	arrived.Add(n)
	s.gate = func() { arrived.Done(); arrived.Wait() }
}

func (s *releaseSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	content, ok := s.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	switch filepath.Ext(r.URL.Path) {
	case ".json":
		w.Header().Set("Content-Type", "application/json")
	case ".zip":
		s.gate()
		w.Header().Set("Content-Type", "application/zip")
		if s.cutShort {
			w.Header().Set("Content-Length", strconv.Itoa(len(content)+1))
		}
	}
	_, _ = w.Write(content)
}

// zipped returns a ZIP archive that holds one file.
func zipped(t *testing.T, name, text string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	file, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}
