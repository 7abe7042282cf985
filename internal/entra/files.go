package entra

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Load returns the settings with the files of client id and client secret read into them.
// A value that is given twice, by itself and by a file, must be the same in both. Its
// errors are of type [*SettingError].
func (c Config) Load() (Config, error) {
	for _, s := range []struct {
		name        string
		value, file *string
	}{
		{"client_id", &c.ClientID, &c.ClientIDFile},
		{"client_secret", &c.ClientSecret, &c.ClientSecretFile},
	} {
		if *s.file == "" {
			continue
		}
		text, err := readText(*s.file)
		if err == nil && *s.value != "" && *s.value != text {
			err = fmt.Errorf("the file holds something else than %s; give one of the two", s.name)
		}
		if err != nil {
			return Config{}, &SettingError{Setting: s.name + "_file_path", Err: err}
		}
		*s.value, *s.file = text, ""
	}
	return c, nil
}

// readText returns what a file holds, without the white space around it: editors and echo
// end a file with a line break, which is part of no secret, id or token.
func readText(path string) (string, error) {
	data, err := readFile(path)
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(data))
	if text == "" {
		return "", fmt.Errorf("the file %q is empty", path)
	}
	return text, nil
}

// fileLimit bounds what is read of a file of settings, in bytes: far above any of them, so
// that a path to something else, such as a device, does no harm.
const fileLimit = 1 << 20

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // The user says which file.
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, fileLimit+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	if len(data) > fileLimit {
		return nil, fmt.Errorf("the file %q is larger than %d KiB", path, fileLimit>>10)
	}
	return data, nil
}

// unreadable says why the file cannot be read, without the name of the system call that
// noticed.
func unreadable(path string, err error) error {
	if failed, ok := errors.AsType[*os.PathError](err); ok {
		err = failed.Err
	}
	return fmt.Errorf("the file %q cannot be read: %w", path, err)
}
