// Command checkrelease checks what goreleaser made, as a registry, a user and an auditor would: every platform has an
// archive with the program and the licence, the programs report the release's version and commit, each has a bill of
// materials, and the checksums match the files.
package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

// platforms are those that a release must have. HashiCorp recommends all but windows_arm64.
var platforms = []string{
	"darwin_amd64", "darwin_arm64", "freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
	"linux_386", "linux_amd64", "linux_arm", "linux_arm64", "windows_386", "windows_amd64", "windows_arm64",
}

// short are the platforms of a short dry run.
var short = []string{"linux_amd64", "windows_arm64"}

// commitID is a full commit ID of Git. goreleaser continues with "none" if it finds no commit.
var commitID = regexp.MustCompile("^[0-9a-f]{40}$")

func main() {
	want := platforms
	if os.Getenv("MSGRAPH_RELEASE_SHORT") != "" {
		want = short
	}
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: checkrelease ROOT DIST")
		os.Exit(2)
	}
	if err := check(os.Args[1], os.Args[2], want, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "checkrelease:", err)
		os.Exit(1)
	}
}

// release is goreleaser's dist/metadata.json.
type release struct {
	Project string `json:"project_name"`
	Version string `json:"version"`
	Commit  string `json:"commit"`

	dist string
}

// stem is the prefix of the names of the release's files.
func (r release) stem() string { return r.Project + "_" + r.Version + "_" }

// check reports every problem of the release in dist, made from the source in root.
func check(root, dist string, want []string, w io.Writer) error {
	text, err := os.ReadFile(filepath.Join(dist, "metadata.json")) //nolint:gosec // The caller chooses the release.
	if err != nil {
		return err
	}
	r := release{dist: dist}
	if err := json.Unmarshal(text, &r); err != nil {
		return fmt.Errorf("metadata.json: %w", err)
	}
	if !commitID.MatchString(r.Commit) {
		return fmt.Errorf("the release has the commit %q, which is not a full commit ID", r.Commit)
	}
	sums, err := r.checksums()
	if err != nil {
		return err
	}
	expected := map[string]string{r.stem() + "manifest.json": filepath.Join(root, "terraform-registry-manifest.json")}
	var problems []error
	for _, platform := range want {
		for _, extension := range []string{".zip", ".cdx.json"} {
			expected[r.stem()+platform+extension] = filepath.Join(dist, r.stem()+platform+extension)
		}
		if err := r.checkPlatform(platform); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", platform, err))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(expected)) {
		text, err := os.ReadFile(expected[name])
		if err != nil {
			problems = append(problems, err)
		} else if sum := sha256.Sum256(text); sums[name] != hex.EncodeToString(sum[:]) {
			problems = append(problems, fmt.Errorf("the checksum of %s is %x, not %q", name, sum, sums[name]))
		}
	}
	for name := range sums {
		if _, ok := expected[name]; !ok {
			problems = append(problems, fmt.Errorf("SHA256SUMS has %s, which is not part of a release", name))
		}
	}
	fmt.Fprintf(w, "%s %s from commit %s: %d archives, %d bills of materials, the manifest, %d checksums\n",
		r.Project, r.Version, r.Commit, len(want), len(want), len(sums))
	return errors.Join(problems...)
}

// checksums reads SHA256SUMS.
func (r release) checksums() (map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(r.dist, r.stem()+"SHA256SUMS"))
	if err != nil {
		return nil, err
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok {
			return nil, fmt.Errorf("SHA256SUMS has the line %q", line)
		}
		sums[name] = sum
	}
	return sums, nil
}

// checkPlatform checks the archive and the bill of materials of one platform.
func (r release) checkPlatform(platform string) error {
	goos, goarch, _ := strings.Cut(platform, "_")
	binary := r.Project + "_v" + r.Version
	if goos == "windows" {
		binary += ".exe"
	}
	archive, err := zip.OpenReader(filepath.Join(r.dist, r.stem()+platform+".zip"))
	if err != nil {
		return err
	}
	defer func() { _ = archive.Close() }() // it is only read
	names, err := fs.Glob(archive, "*")
	if err != nil || !slices.Equal(names, []string{"LICENSE.txt", binary}) {
		return fmt.Errorf("the archive contains %q", names)
	}
	program, err := fs.ReadFile(archive, binary)
	if err != nil {
		return err
	}
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		return err
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	var problems []error
	for key, want := range map[string]string{"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0", "-trimpath": "true", "vcs.revision": ""} {
		if settings[key] != want {
			problems = append(problems, fmt.Errorf("built with %s=%q, not %q", key, settings[key], want))
		}
	}
	return errors.Join(append(problems, r.checkSBOM(platform, info), r.checkVersion(goos, goarch, program))...)
}

// checkSBOM compares the bill of materials with the modules that the program reports.
func (r release) checkSBOM(platform string, info *buildinfo.BuildInfo) error {
	text, err := os.ReadFile(filepath.Join(r.dist, r.stem()+platform+".cdx.json")) //nolint:gosec // As above.
	if err != nil {
		return err
	}
	var bill struct {
		Format     string `json:"bomFormat"`
		Components []struct {
			Name    string `json:"name"`
			Version string `json:"version"`
		} `json:"components"`
	}
	if err := json.Unmarshal(text, &bill); err != nil {
		return err
	}
	if bill.Format != "CycloneDX" {
		return fmt.Errorf("the bill of materials has the format %q, not CycloneDX", bill.Format)
	}
	want := []string{"std " + info.GoVersion}
	for _, dep := range info.Deps {
		want = append(want, dep.Path+" "+dep.Version)
	}
	got := make([]string, 0, len(want))
	for _, component := range bill.Components {
		got = append(got, component.Name+" "+component.Version)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		return fmt.Errorf("the bill of materials has %q, and the program reports %q", got, want)
	}
	return nil
}

// checkVersion runs the program with -version if it is for this platform.
func (r release) checkVersion(goos, goarch string, binary []byte) error {
	if goos != runtime.GOOS || goarch != runtime.GOARCH {
		return nil
	}
	dir, err := os.MkdirTemp("", "checkrelease-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a leftover in the temporary directory does not affect the release
	path := filepath.Join(dir, "provider.exe")
	if err := os.WriteFile(path, binary, 0o700); err != nil { //nolint:gosec // It must be executable.
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "-version").Output() //nolint:gosec // The program that was built.
	if err != nil {
		return err
	}
	if want := fmt.Sprintf("%s %s (commit %s, ", r.Project, r.Version, r.Commit); !strings.HasPrefix(string(out), want) {
		return fmt.Errorf("-version prints %q instead of %q", out, want)
	}
	return nil
}
