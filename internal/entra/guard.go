package entra

import "errors"

// errPanic is what became of a panic of a library.
var errPanic = errors.New("a library failed over what it read; report it together with the version of the provider")

// guard runs f, which has a library read what comes from outside, and makes an error of a panic:
// one hostile or damaged response must not end the provider and all of its other objects.
func guard(f func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return f()
}
