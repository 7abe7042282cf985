//go:build !windows

package negotiate

import "encoding/binary"

// wellFormed reports whether the lengths and counts in a ticket cache, of version 3 or 4, stay
// within it. The library makes room for whatever number it reads, and no recover helps against
// memory that is not there.
//
// Source: https://web.mit.edu/kerberos/krb5-latest/doc/formats/ccache_file_format.html
func wellFormed(cache []byte) bool {
	if len(cache) < 2 || cache[0] != 5 || cache[1] != 3 && cache[1] != 4 {
		return false
	}
	c := &cursor{rest: cache[2:]}
	if cache[1] == 4 {
		c.skip(c.number(2)) // header fields
	}
	c.principal()
	for !c.failed && len(c.rest) > 0 {
		c.credential(cache[1] == 3)
	}
	return !c.failed
}

// cursor walks over the fields of a ticket cache, as long as they are there.
type cursor struct {
	rest   []byte
	failed bool
}

func (c *cursor) skip(n int) {
	if n > len(c.rest) {
		c.rest, c.failed = nil, true
		return
	}
	c.rest = c.rest[n:]
}

// number is an unsigned integer of two or four bytes.
func (c *cursor) number(size int) int {
	if len(c.rest) < size {
		c.rest, c.failed = nil, true
		return 0
	}
	field := c.rest[:size]
	c.rest = c.rest[size:]
	if size == 2 {
		return int(binary.BigEndian.Uint16(field))
	}
	return int(binary.BigEndian.Uint32(field))
}

// data is a length and as many bytes.
func (c *cursor) data() { c.skip(c.number(4)) }

// each goes over as many fields as a count says, each of four bytes at least.
func (c *cursor) each(count int, field func()) {
	if count > len(c.rest)/4 {
		c.rest, c.failed = nil, true
	}
	for i := 0; i < count && !c.failed; i++ {
		field()
	}
}

func (c *cursor) principal() {
	c.skip(4) // type of the name
	count := c.number(4)
	c.data() // realm
	c.each(count, c.data)
}

// credential is one entry. In version 3 the type of the key stands there twice.
func (c *cursor) credential(typeTwice bool) {
	c.principal()
	c.principal()
	c.skip(2)
	if typeTwice {
		c.skip(2)
	}
	c.data()            // key
	c.skip(4*4 + 1 + 4) // times, whether the key is another ticket's, flags
	typed := func() { c.skip(2); c.data() }
	c.each(c.number(4), typed) // addresses
	c.each(c.number(4), typed) // authorization data
	c.data()                   // ticket
	c.data()                   // second ticket
}
