package entra

import (
	"io/fs"
	"os"
	"runtime"
)

// ExposedFile is a file that holds a secret and that every user of the machine may read.
type ExposedFile struct {
	// Setting is the provider's setting that names the file.
	Setting string
	// Path is the file's path, as the setting gives it.
	Path string
	// Mode are the file's permissions.
	Mode fs.FileMode
}

// othersRead is the read permission of users who are neither the file's owner nor in its group. A file that
// is readable by its group is not reported: that is how a secret is shared with one other user, and how
// Kubernetes mounts one for a container that does not run as root.
const othersRead fs.FileMode = 0o004

// ExposedFiles returns the files of the settings that hold a secret and that every user of the
// machine may read. Files that do not exist are skipped: reading them reports that. On Windows, whose
// permissions are different, it returns none.
//
// The token of AKS workload identity is not checked: Kubernetes writes that file, usually readable by every
// user in the pod, and the user could not change its permissions.
func (c Config) ExposedFiles() []ExposedFile {
	if runtime.GOOS == "windows" {
		return nil
	}
	files := []ExposedFile{
		{Setting: "client_secret_file_path", Path: c.ClientSecretFile},
		{Setting: "client_certificate_path", Path: c.CertificateFile},
	}
	if c.UseOIDC {
		files = append(files, ExposedFile{Setting: "oidc_token_file_path", Path: c.OIDCTokenFile})
	}
	var exposed []ExposedFile
	for _, file := range files {
		info, err := os.Stat(file.Path)
		if err == nil && info.Mode().IsRegular() && info.Mode()&othersRead != 0 {
			file.Mode = info.Mode().Perm()
			exposed = append(exposed, file)
		}
	}
	return exposed
}
