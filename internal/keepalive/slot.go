package keepalive

import "context"

// slot is a mutex that can be waited for with a context.
type slot chan struct{}

func newSlot() slot { return make(slot, 1) }

// acquire waits until the slot is free and takes it, or returns false once ctx is done.
func (s slot) acquire(ctx context.Context) bool {
	select {
	case s <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s slot) release() { <-s }
