package entra

import "errors"

// errPanic is the error in place of a panic in a library.
var errPanic = errors.New("a library panicked while parsing its input; report it together with the version of the provider")

// guard runs f, in which a library parses untrusted input, and returns an error if it panics: one malformed
// response must not crash the provider.
func guard(f func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return f()
}
