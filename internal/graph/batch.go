package graph

import (
	"context"
	"sync"
)

// Batch is a number of operations of which none repeats a request before each has sent its first: the
// retries of some take no time from the others.
//
// A failure to get a token, or to get through the proxy, is no first request: it says nothing of a call.
type Batch struct {
	starting chan struct{} // has a value for each member that has not sent its first request yet

	mu       sync.Mutex
	untried  int
	allTried chan struct{}
}

// NewBatch returns a batch for that many operations, of which at most atATime are on the way to their
// first request.
func NewBatch(operations, atATime int) *Batch {
	b := &Batch{starting: make(chan struct{}, max(atATime, 1)), untried: operations, allTried: make(chan struct{})}
	if operations <= 0 {
		close(b.allTried)
	}
	return b
}

// Join waits for a turn to start, as long as ctx allows, and returns a member of the batch.
func (b *Batch) Join(ctx context.Context) (*BatchMember, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case b.starting <- struct{}{}:
		return &BatchMember{batch: b}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// BatchMember is the place in a [Batch] of one operation, or of several in a row that are one to whoever
// waits for them. Only one goroutine may use it at a time.
type BatchMember struct {
	batch *Batch
	tried bool
}

// Leave ends the membership. Until each member has sent a request or left, the others do not retry.
func (m *BatchMember) Leave() { m.noteTried() }

// OperationOption changes how an operation of a [Client] is carried out.
type OperationOption func(*operation)

// InBatch makes the operation that of a batch's member.
func InBatch(m *BatchMember) OperationOption { return func(op *operation) { op.member = m } }

// noteTried notes that the first request is over.
func (m *BatchMember) noteTried() {
	if m == nil || m.tried {
		return
	}
	m.tried = true
	<-m.batch.starting
	m.batch.mu.Lock()
	defer m.batch.mu.Unlock()
	if m.batch.untried--; m.batch.untried == 0 {
		close(m.batch.allTried)
	}
}

// awaitTurn waits, before every request but the first, until all members have sent theirs.
func (m *BatchMember) awaitTurn(ctx context.Context) error {
	if m == nil || !m.tried {
		return nil
	}
	select {
	case <-m.batch.allTried:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
