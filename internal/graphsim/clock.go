package graphsim

import (
	"sync/atomic"
	"time"
)

// Clock shows real time, ahead by what it was advanced. The zero value is ready for use.
type Clock struct{ ahead atomic.Int64 }

// Now is the time the clock shows.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Advance moves the clock by d, back when d is negative.
func (c *Clock) Advance(d time.Duration) { c.ahead.Add(int64(d)) }
