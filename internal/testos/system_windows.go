package testos

const (
	suffix = ".exe"
	unix   = false
)

var needed = []string{"PATH", "SYSTEMROOT", "TEMP", "APPDATA", "USERPROFILE"}
