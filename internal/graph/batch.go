package graph

import (
	"context"
	"sync/atomic"
)

// Batch is a set of operations, none of which repeats a request before each has sent its first: the
// retries of some take no time from the others.
//
// A failure to get a token, or to get through the proxy, is not a first request: it says nothing about a call.
type Batch struct {
	starting chan struct{} // has a value for each member that has not sent its first request yet
	unsent   atomic.Int64  // operations that have not sent their first request yet
	allSent  chan struct{} // closed once all have
}

// NewBatch returns a batch for that many operations, of which at most atATime prepare their first request at once.
func NewBatch(operations, atATime int) *Batch {
	b := &Batch{starting: make(chan struct{}, max(atATime, 1)), allSent: make(chan struct{})}
	b.unsent.Store(int64(operations))
	return b
}

// Join waits until another operation may start, or until ctx is done, and returns a member of the batch.
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

// BatchMember is the membership in a [Batch] of one operation, or of several in a row that count as one. Only one
// goroutine may use it at a time.
type BatchMember struct {
	batch *Batch
	sent  bool // its first request
}

// Leave ends the membership. Until each member has sent a request or left, the others do not retry.
func (m *BatchMember) Leave() { m.markFirstSent() }

// OperationOption changes how an operation of a [Client] is carried out.
type OperationOption func(*operation)

// InBatch makes the operation one of a batch's member.
func InBatch(m *BatchMember) OperationOption { return func(op *operation) { op.member = m } }

// markFirstSent records that the first request is over.
func (m *BatchMember) markFirstSent() {
	if m == nil || m.sent {
		return
	}
	m.sent = true
	<-m.batch.starting
	if m.batch.unsent.Add(-1) == 0 {
		close(m.batch.allSent)
	}
}

// waitForOthers waits, before every request but the first, until all members have sent theirs.
func (m *BatchMember) waitForOthers(ctx context.Context) error {
	if m == nil || !m.sent {
		return nil
	}
	select {
	case <-m.batch.allSent:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
