package keepalive_test

import (
	"sync"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock/clocktest"
	"terraform-provider-msgraph/internal/keepalive"
)

func TestServerClock_tellsTheLocalTimeUntilItHears(t *testing.T) {
	t.Parallel()
	local := clocktest.New(sentAt)
	c := keepalive.NewServerClock(local)
	local.Advance(time.Hour)
	if got, want := c.Now(), local.Now(); !got.Equal(want) || c.Heard() {
		t.Errorf("got %s, heard %t, want %s, false", got, c.Heard(), want)
	}
}

func TestServerClock_tellsTheServersTimeOnceItHears(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{0, 20 * time.Minute, -20 * time.Minute, 10 * 365 * 24 * time.Hour} {
		server := clocktest.New(sentAt)
		c := keepalive.NewServerClock(clocktest.Skewed{Clock: server, Offset: skew})
		c.Observe(server.Now())
		server.Advance(7 * time.Minute)
		if got, want := c.Now(), server.Now(); !got.Equal(want) || !c.Heard() {
			t.Errorf("skew %s: got %s, heard %t, want %s, true", skew, got, c.Heard(), want)
		}
	}
}

func TestServerClock_followsTheLastThatItHeard(t *testing.T) {
	t.Parallel()
	local := clocktest.New(sentAt)
	c := keepalive.NewServerClock(local)
	for _, told := range []time.Duration{time.Hour, -time.Hour, 0} {
		c.Observe(sentAt.Add(told))
		if got, want := c.Now(), sentAt.Add(told); !got.Equal(want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestServerClock_responseWithoutATimeIsHeardAndChangesNothing(t *testing.T) {
	t.Parallel()
	local := clocktest.New(sentAt)
	c := keepalive.NewServerClock(local)
	c.Observe(time.Time{})
	if got := c.Now(); !got.Equal(sentAt) || !c.Heard() {
		t.Errorf("got %s, heard %t, want %s, true", got, c.Heard(), sentAt)
	}
	c.Observe(sentAt.Add(time.Hour))
	c.Observe(time.Time{})
	if got, want := c.Now(), sentAt.Add(time.Hour); !got.Equal(want) {
		t.Errorf("got %s, want what was heard before, %s", got, want)
	}
}

// The age of a keepAlive does not depend on whose clock is wrong.
func TestServerClock_dueKeepAliveIsSentWhateverTheMachinesClock(t *testing.T) {
	t.Parallel()
	const renewAfter = 10 * time.Minute
	for _, skew := range []time.Duration{0, time.Minute, -time.Minute, 11 * time.Minute, -11 * time.Minute, 20 * time.Minute, -20 * time.Minute, -1000 * time.Hour} {
		server := clocktest.New(sentAt)
		c := keepalive.NewServerClock(clocktest.Skewed{Clock: server, Offset: skew})
		for age := time.Duration(0); age <= 50*time.Minute; age += 30 * time.Second {
			c.Observe(server.Now())
			if got, want := keepalive.Due(sentAt, c.Now(), renewAfter), age >= renewAfter; got != want {
				t.Errorf("skew %s, age %s: got %t, want %t", skew, age, got, want)
			}
			server.Advance(30 * time.Second)
		}
	}
}

func TestServerClock_isForManyAtOnce(t *testing.T) {
	t.Parallel()
	local := clocktest.New(sentAt)
	c := keepalive.NewServerClock(local)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			c.Observe(sentAt)
			_, _ = c.Now(), c.Heard()
		})
	}
	all.Wait()
	if got := c.Now(); !got.Equal(sentAt) {
		t.Errorf("got %s, want %s", got, sentAt)
	}
}
