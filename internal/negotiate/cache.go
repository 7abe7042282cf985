//go:build !windows

package negotiate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/credentials"

	"terraform-provider-msgraph/internal/textfile"
)

// cache is a ticket cache, and its name for people.
type cache struct {
	*credentials.CCache
	name string
}

// cacheFile is the file that KRB5CCNAME names.
//
// Source: https://web.mit.edu/kerberos/krb5-latest/doc/basic/ccache_def.html
func cacheFile(getenv Getenv) (string, error) {
	name := textfile.Line(getenv("KRB5CCNAME"))
	if name == "" {
		return "/tmp/krb5cc_" + strconv.Itoa(os.Getuid()), nil
	}
	kind, rest, typed := strings.Cut(name, ":")
	switch {
	case !typed || strings.Contains(kind, "/"):
		return name, nil
	case kind == "FILE":
		return rest, nil
	case kind == "DIR" && strings.HasPrefix(rest, ":"):
		return rest[1:], nil
	case kind == "DIR":
		return primary(rest)
	}
	return "", fmt.Errorf("KRB5CCNAME names a ticket cache of the type %s, which is not supported; have kinit write a file "+
		"(export KRB5CCNAME=FILE:/tmp/krb5cc_terraform; kinit), or a DIR: one", kind)
}

// primary is the cache in use of a collection in a directory.
func primary(dir string) (string, error) {
	content, err := textfile.Read(filepath.Join(dir, "primary"))
	if errors.Is(err, fs.ErrNotExist) {
		return filepath.Join(dir, "tkt"), nil
	}
	if err != nil {
		return "", fmt.Errorf("the collection of ticket caches %s, which KRB5CCNAME names, cannot be read: %w", dir, err)
	}
	name := strings.TrimSpace(string(content))
	if !strings.HasPrefix(name, "tkt") || name != filepath.Base(name) {
		return "", fmt.Errorf("the collection of ticket caches %s, which KRB5CCNAME names, does not say which is in use: its file primary "+
			"is damaged; run kinit or kswitch", dir)
	}
	return filepath.Join(dir, name), nil
}

// readCache reads the ticket cache.
func readCache(getenv Getenv) (*cache, error) {
	file, err := cacheFile(getenv)
	if err != nil {
		return nil, err
	}
	content, err := textfile.ReadBytes(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no Kerberos ticket cache %s; run kinit, or name the cache in KRB5CCNAME", file)
	case err != nil:
		return nil, fmt.Errorf("the Kerberos ticket cache cannot be read: %w; check KRB5CCNAME, and who may read the file", err)
	}
	damaged := fmt.Errorf("the file %s is not a Kerberos ticket cache, or is damaged; run kinit, or correct KRB5CCNAME", file)
	c := &cache{new(credentials.CCache), file}
	// The library trusts the lengths in the file.
	if !wellFormed(content) {
		return nil, damaged
	}
	if panics(func() { err = c.Unmarshal(content) }) || err != nil {
		return nil, damaged
	}
	return c, nil
}

// granting returns the ticket-granting ticket of the client's realm.
func (c *cache) granting(now time.Time) (*credentials.Credential, error) {
	realm := c.GetClientRealm()
	var found *credentials.Credential
	for _, entry := range c.GetEntries() {
		if entry.Server.Realm == realm && entry.Server.PrincipalName.PrincipalNameString() == "krbtgt/"+realm &&
			(found == nil || entry.EndTime.After(found.EndTime)) {
			found = entry
		}
	}
	switch {
	case found == nil:
		return nil, fmt.Errorf("the Kerberos ticket cache %s holds no ticket-granting ticket of realm %s; run kinit", c.name, realm)
	case !found.EndTime.After(now):
		return nil, fmt.Errorf("the Kerberos ticket in %s expired at %s; run kinit", c.name, found.EndTime.UTC().Format(time.RFC3339))
	case found.StartTime.After(now.Add(5 * time.Minute)): // the difference between clocks that Kerberos takes by default
		return nil, fmt.Errorf("the Kerberos ticket in %s is valid from %s only; run kinit, or set this machine's clock",
			c.name, found.StartTime.UTC().Format(time.RFC3339))
	}
	return found, nil
}
