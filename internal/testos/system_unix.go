//go:build unix

package testos

const (
	suffix = ""
	unix   = true
)

var needed = []string{"PATH"}
