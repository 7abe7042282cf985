// Package permanent marks errors that must not be retried.
package permanent

import "errors"

// wrapped is a permanent error.
type wrapped struct{ error }

// NonRetriable is the mark, as azcore's retry policy looks for it.
func (wrapped) NonRetriable() {}

// Unwrap returns the error as it was.
func (e wrapped) Unwrap() error { return e.error }

// Error returns err with the mark, which also keeps azcore and azidentity from retrying. Its text stays.
func Error(err error) error { return wrapped{err} }

// Is reports whether err or one that it wraps has the mark.
func Is(err error) bool {
	var marked interface{ NonRetriable() }
	return errors.As(err, &marked)
}
