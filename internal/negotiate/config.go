//go:build !windows

package negotiate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/jcmturner/gokrb5/v8/config"

	"terraform-provider-msgraph/internal/textfile"
)

// defaultConfig is where krb5.conf is.
const defaultConfig = "/etc/krb5.conf"

// maxIncludes bounds how deep files include others.
const maxIncludes = 10

// readConfig reads the files that KRB5_CONFIG names, with a colon between them.
//
// Source: https://web.mit.edu/kerberos/krb5-latest/doc/admin/conf_files/krb5_conf.html
func readConfig(getenv Getenv) (*config.Config, error) {
	names := textfile.Line(getenv("KRB5_CONFIG"))
	if names == "" {
		names = defaultConfig
	}
	var all sections
	for name := range strings.SplitSeq(names, ":") {
		if err := all.read(name, 0); err != nil {
			return nil, fmt.Errorf("the Kerberos configuration cannot be read: %w; correct it, or name another file in KRB5_CONFIG", err)
		}
	}
	var settings *config.Config
	var err error
	if panics(func() { settings, err = config.NewFromString(all.text()) }) {
		return nil, fmt.Errorf("the Kerberos configuration %s cannot be understood; correct it, or name another file in KRB5_CONFIG", names)
	}
	if _, harmless := errors.AsType[config.UnsupportedDirective](err); err != nil && !harmless {
		return nil, fmt.Errorf("the Kerberos configuration %s cannot be understood: %w", names, err)
	}
	settings.LibDefaults.UDPPreferenceLimit = 1 // TCP only: tickets of Active Directory hardly ever fit into a datagram
	settings.LibDefaults.Canonicalize = true    // or a KDC refers to no other
	return settings, nil
}

// sections are the parts of the files, in their order. The library knows no include, and takes
// the last value where Kerberos takes the first.
type sections []string

var (
	includeLine = regexp.MustCompile(`^(include|includedir)\s+(\S.*?)\s*$`)
	sectionLine = regexp.MustCompile(`^\s*\[[^\]]+\]`)
	includable  = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
)

func (s *sections) read(file string, depth int) error {
	if depth > maxIncludes {
		return fmt.Errorf("%s is included through more than %d other files", file, maxIncludes)
	}
	content, err := textfile.Read(file)
	if err != nil {
		return err
	}
	var part []string
	flush := func() {
		if len(part) > 0 {
			*s = append(*s, strings.Join(part, "\n"))
		}
		part = nil
	}
	for line := range strings.Lines(string(content)) {
		line = strings.TrimRight(line, "\r\n")
		if include := includeLine.FindStringSubmatch(line); include != nil {
			header := ""
			if len(part) > 0 {
				header = part[0]
			}
			flush()
			if err := s.include(include[1], include[2], depth+1); err != nil {
				return err
			}
			if header != "" {
				part = []string{header}
			}
			continue
		}
		if sectionLine.MatchString(line) {
			flush()
			part = []string{strings.TrimSpace(line)}
		} else if len(part) > 0 && !strings.HasPrefix(strings.TrimSpace(line), "#") && !strings.HasPrefix(strings.TrimSpace(line), ";") {
			part = append(part, line)
		}
	}
	flush()
	return nil
}

func (s *sections) include(directive, target string, depth int) error {
	if directive == "include" {
		return s.read(target, depth)
	}
	entries, err := os.ReadDir(target)
	if err != nil {
		return err
	}
	for _, entry := range entries { // by name
		name := entry.Name()
		if entry.IsDir() || strings.HasPrefix(name, ".") || !includable.MatchString(name) && !strings.HasSuffix(name, ".conf") {
			continue
		}
		if err := s.read(filepath.Join(target, name), depth); err != nil {
			return err
		}
	}
	return nil
}

// text is one file with all of them. Kerberos finds KDCs by DNS unless it is told not to; the
// library would only if it is told to. Sections of one name are made one: it would keep the last.
func (s sections) text() string {
	bodies := map[string][]string{"[libdefaults]": {"dns_lookup_kdc = true"}}
	for _, section := range slices.Backward(s) {
		header, body, _ := strings.Cut(section, "\n")
		header = sectionLine.FindString(header)
		bodies[header] = append(bodies[header], body)
	}
	var b strings.Builder
	for _, header := range []string{"[libdefaults]", "[realms]", "[domain_realm]"} {
		fmt.Fprintf(&b, "%s\n%s\n", header, strings.Join(bodies[header], "\n"))
	}
	return b.String()
}
