// Package textfile reads text that a user provides in a file, an attribute or an environment variable. It
// removes byte order marks and trailing line breaks, and returns an error for text that it cannot read.
package textfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// MaxSize is the maximum size of a file in bytes. It is far larger than any secret, token or certificate
// bundle, and limits what is read if the path is that of something else, such as a device.
const MaxSize = 1 << 20

// timeout is the maximum time to read a file. A pipe blocks until something writes to it, which may
// never happen.
const timeout = 10 * time.Second

// Read returns the content of a file, without a byte order mark. A pipe can be read only once, so callers
// that need the content again must keep it.
//
// Its errors name the file. They are about a file that cannot be read, that is larger than
// [MaxSize], that does not end within ten seconds, or that is UTF-16.
func Read(path string) ([]byte, error) {
	data, err := ReadBytes(path)
	if err != nil {
		return nil, err
	}
	if data, err = Clean(data); err != nil {
		return nil, fmt.Errorf("the file %q %w", path, err)
	}
	return data, nil
}

// ReadBytes is [Read] for a binary file, whose content it returns unchanged.
func ReadBytes(path string) ([]byte, error) { return readWithin(path, timeout) }

func readWithin(path string, limit time.Duration) ([]byte, error) {
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() { // opening a pipe that nobody writes to blocks, and cannot be interrupted
		data, err := readAll(path)
		done <- result{data, err}
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case r := <-done:
		return r.data, r.err
	case <-timer.C:
		return nil, fmt.Errorf("the file %q did not end within %s; if it is a pipe, something has to write to it and close it, once for each read", path, limit)
	}
}

func readAll(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // The user says which file.
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	if len(data) > MaxSize {
		return nil, fmt.Errorf("the file %q is larger than %d KiB", path, MaxSize>>10)
	}
	return data, nil
}

// unreadable says why the file cannot be read, without the name of the system call.
func unreadable(path string, err error) error {
	if failed, ok := errors.AsType[*os.PathError](err); ok {
		err = failed.Err
	}
	return fmt.Errorf("the file %q cannot be read: %w", path, err)
}

// BOM is the byte order mark of UTF-8, with which Windows PowerShell begins files.
const BOM = "\xef\xbb\xbf"

// errUTF16 completes a sentence that begins with what was read.
var errUTF16 = errors.New("is UTF-16, as the > of Windows PowerShell writes it; save it as UTF-8 " +
	"(Out-File -Encoding ascii, or Set-Content -Encoding utf8 in PowerShell 7)")

// Clean returns data without a byte order mark. Its error is about UTF-16, with a byte order
// mark or without, and completes a sentence that begins with the name of what was read.
func Clean(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) || plainUTF16(data) {
		return nil, errUTF16
	}
	for bytes.HasPrefix(data, []byte(BOM)) { // some programs add another one to what has one
		data = data[len(BOM):]
	}
	return data, nil
}

// plainUTF16 reports whether data is UTF-16 of ASCII without a byte order mark: every second of
// its first bytes is zero, and none of the others. DER and PKCS#12 do not begin so.
func plainUTF16(data []byte) bool {
	if len(data) < 4 || len(data)%2 != 0 {
		return false
	}
	head := data[:min(len(data), 16)]
	for _, zeros := range []int{0, 1} {
		match := true
		for i, b := range head {
			match = match && (b == 0) == (i%2 == zeros)
		}
		if match {
			return true
		}
	}
	return false
}

// Text is [Clean] for a string, without the white space at its end and beginning: editors and
// shells end a text with a line break, which is part of no secret, ID or token.
func Text(text string) (string, error) {
	data, err := Clean([]byte(text))
	return string(bytes.TrimSpace(data)), err
}

// ReadText returns the content of a file as [Text] does. An empty one is an error.
func ReadText(path string) (string, error) {
	data, err := Read(path)
	if err != nil {
		return "", err
	}
	text := string(bytes.TrimSpace(data))
	if text == "" {
		return "", fmt.Errorf("the file %q is empty", path)
	}
	return text, nil
}

// Line returns a value without a byte order mark and without the line breaks at its end, and
// leaves spaces as they are: shells end what they read from a file with a line break.
func Line(value string) string {
	return strings.TrimRight(strings.TrimPrefix(value, BOM), "\r\n")
}

// IsPipe reports whether path names something that can be read only once, such as a named pipe
// or what a shell makes of <(command).
func IsPipe(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&(os.ModeNamedPipe|os.ModeSocket) != 0
}
