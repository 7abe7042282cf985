//go:build !windows

package negotiate

import (
	"cmp"
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
	names := cmp.Or(textfile.Line(getenv("KRB5_CONFIG")), defaultConfig)
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

// sections are the parts of the files, in their order, each as its lines, of which the first is the heading. The library
// knows no include, and takes the last value where Kerberos takes the first.
type sections [][]string

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
	heading := "" // of the section that the line is in
	for line := range strings.Lines(string(content)) {
		line = strings.TrimRight(line, "\r\n")
		if include := includeLine.FindStringSubmatch(line); include != nil {
			if err := s.include(include[1], include[2], depth+1); err != nil {
				return err
			}
			if heading != "" {
				*s = append(*s, []string{heading}) // it goes on
			}
			continue
		}
		if found := sectionLine.FindString(line); found != "" {
			heading = strings.TrimSpace(found)
			*s = append(*s, []string{heading})
		} else if text := strings.TrimSpace(line); heading != "" && !strings.HasPrefix(text, "#") && !strings.HasPrefix(text, ";") {
			last := len(*s) - 1
			(*s)[last] = append((*s)[last], line)
		}
	}
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
		bodies[section[0]] = append(bodies[section[0]], section[1:]...)
	}
	var b strings.Builder
	for _, heading := range []string{"[libdefaults]", "[realms]", "[domain_realm]"} {
		fmt.Fprintf(&b, "%s\n%s\n", heading, strings.Join(bodies[heading], "\n"))
	}
	return b.String()
}
