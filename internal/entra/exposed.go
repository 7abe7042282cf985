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

// othersRead is the permission of those who are neither the file's owner nor in its group. A
// file that its group may read is left alone: that is how a secret is handed to one other
// user, and how Kubernetes hands one to a container that runs without root.
const othersRead fs.FileMode = 0o004

// ExposedFiles returns the files of the settings that hold a secret and that every user of the
// machine may read. A file that cannot be read is none: whoever reads it says why. On
// Windows, whose permissions are others, there are none.
//
// The token of AKS workload identity is not checked: Kubernetes writes that file, as a rule
// readable by all of a pod that nobody else is in, and nobody could follow the advice.
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
