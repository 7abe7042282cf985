package graphsim

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// schemaCheck holds JSON against the types of Graph's schema.
type schemaCheck struct {
	// request is for what a client sends: open types take properties that they do not declare, and
	// the properties that are not nullable have to be there, other than those of a call itself.
	request bool
}

// schemaProblem is something that does not agree with the schema.
type schemaProblem struct {
	path, typ, text string
}

func (p schemaProblem) String() string { return p.path + ": " + p.text }

// ofIdentity reports whether the problem is the shape of an identity.
func (p schemaProblem) ofIdentity() bool { return isA(p.typ, "identity") || isA(p.typ, "identitySet") }

// check returns what is wrong with a value of a type, which is written as in graphTypes.
func (c schemaCheck) check(path, typ string, value any) []schemaProblem {
	plain, required := strings.CutSuffix(typ, "!")
	if element, ok := strings.CutPrefix(plain, "[]"); ok {
		return c.checkCollection(path, element, value)
	}
	problem := func(format string, args ...any) []schemaProblem {
		return []schemaProblem{{path, plain, fmt.Sprintf(format, args...)}}
	}
	members, isEnum := graphEnums[plain]
	switch {
	case value == nil && required:
		return problem("null is not allowed")
	case value == nil:
		return nil
	case strings.HasPrefix(plain, "Edm."):
		if !isPrimitive(plain, value) {
			return problem("%v is no %s", value, plain)
		}
		return nil
	case isEnum:
		if s, ok := value.(string); !ok || !slices.Contains(members, s) {
			return problem("%v is no member of %s", value, plain)
		}
		return nil
	}
	o, ok := value.(object)
	if !ok {
		return problem("%v is no %s", value, plain)
	}
	if annotation, ok := o["@odata.type"]; ok {
		actual := strings.TrimPrefix(fmt.Sprint(annotation), "#microsoft.graph.")
		if !isA(actual, plain) {
			return problem("%v is no %s", annotation, plain)
		}
		plain = actual
	}
	if graphTypes[plain].abstract {
		return problem("%s is abstract, and @odata.type does not say more", plain)
	}
	return c.checkProperties(path, plain, o)
}

func (c schemaCheck) checkCollection(path, element string, value any) (wrong []schemaProblem) {
	list, ok := value.([]any)
	if !ok {
		return []schemaProblem{{path, element, fmt.Sprintf("%v is no collection", value)}}
	}
	for i, v := range list {
		wrong = append(wrong, c.check(fmt.Sprintf("%s[%d]", path, i), element+"!", v)...)
	}
	return wrong
}

// checkProperties checks what an object of a type holds, and what it lacks.
func (c schemaCheck) checkProperties(path, typ string, o object) (wrong []schemaProblem) {
	for _, name := range slices.Sorted(maps.Keys(o)) {
		switch declared, ok := property(typ, name); {
		case strings.HasPrefix(name, "@odata."):
		case ok:
			wrong = append(wrong, c.check(path+"."+name, declared, o[name])...)
		case !c.request || !graphTypes[typ].open:
			wrong = append(wrong, schemaProblem{path, typ, fmt.Sprintf("%s has no property %s", typ, name)})
		default:
			wrong = append(wrong, c.checkUndeclared(path+"."+name, typ, name, o[name])...)
		}
	}
	if !c.request || isA(typ, "entity") {
		return wrong
	}
	for t := typ; t != ""; t = graphTypes[t].base {
		for _, name := range slices.Sorted(maps.Keys(graphTypes[t].properties)) {
			if _, ok := o[name]; !ok && strings.HasSuffix(graphTypes[t].properties[name], "!") {
				wrong = append(wrong, schemaProblem{path, typ, name + " is missing"})
			}
		}
	}
	return wrong
}

// checkUndeclared checks a property that an open type does not declare. Nothing but its own
// @odata.type says what an object there is. Who takes part in a call is in properties that
// only communicationsIdentitySet declares, phone and applicationInstance among them: strings
// there have failed with error 9999.
// https://github.com/microsoftgraph/microsoft-graph-docs/issues/16084
func (c schemaCheck) checkUndeclared(path, typ, name string, value any) []schemaProblem {
	declared, isIdentity := property("communicationsIdentitySet", name)
	isIdentity = isIdentity && isA(typ, "identitySet") && declared == "identity"
	o, isObject := value.(object)
	switch {
	case isIdentity && value != nil && (!isObject || o["@odata.type"] == nil):
		return []schemaProblem{{path, declared, "no object with an @odata.type of its own"}}
	case isIdentity:
		return c.check(path, declared, value)
	case !isObject:
		return nil
	}
	actual := strings.TrimPrefix(fmt.Sprint(o["@odata.type"]), "#microsoft.graph.")
	if _, known := graphTypes[actual]; !known {
		return []schemaProblem{{path, typ, fmt.Sprintf("%s is not declared, and its @odata.type names no type", name)}}
	}
	return c.check(path, actual, value)
}

// property finds the type of a property in a type or those it derives from.
func property(typ, name string) (string, bool) {
	for ; typ != ""; typ = graphTypes[typ].base {
		if declared, ok := graphTypes[typ].properties[name]; ok {
			return declared, true
		}
	}
	return "", false
}

// isA reports whether typ is base or derives from it.
func isA(typ, base string) bool {
	for ; typ != ""; typ = graphTypes[typ].base {
		if _, known := graphTypes[typ]; known && typ == base {
			return true
		}
	}
	return false
}

func isPrimitive(typ string, value any) bool {
	switch typ {
	case "Edm.String":
		_, ok := value.(string)
		return ok
	case "Edm.Boolean":
		_, ok := value.(bool)
		return ok
	case "Edm.Int32", "Edm.Int64":
		n, ok := value.(float64)
		return ok && n == math.Trunc(n) && (typ == "Edm.Int64" || math.Abs(n) <= math.MaxInt32)
	case "Edm.DateTimeOffset":
		s, ok := value.(string)
		_, err := time.Parse(time.RFC3339Nano, s)
		return ok && err == nil
	}
	return false
}
