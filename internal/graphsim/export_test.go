package graphsim

// What the tests of the package see of its table of Graph's types.
var (
	GraphTypes = graphTypes
	GraphEnums = graphEnums
)

// Base and Properties are the fields of a type.
func (t graphType) Base() string { return t.base }

func (t graphType) Properties() map[string]string { return t.properties }

// CheckSchema checks a response, which is to have no property that the schema
// does not declare, whatever types are open.
func CheckSchema(path, typ string, value any) (wrong []string) {
	for _, p := range (schemaCheck{}).check(path, typ, value) {
		wrong = append(wrong, p.String())
	}
	return wrong
}
