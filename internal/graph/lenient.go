package graph

import "encoding/json"

// lenient returns the T in raw, and nil for null, for nothing, and for anything else: Graph's responses are
// known to disagree with its schema.
func lenient[T any](raw json.RawMessage) *T {
	var value *T
	if json.Unmarshal(raw, &value) != nil {
		return nil
	}
	return value
}

// orZero returns the value, the type's zero for nil.
func orZero[T any](value *T) T {
	if value == nil {
		var zero T
		return zero
	}
	return *value
}

// object is a JSON object whose properties may be of any type. Reading one of a nil object
// is like reading one that is missing.
type object map[string]json.RawMessage

// objectIn returns the JSON object in raw, and nil for anything else.
func objectIn(raw json.RawMessage) object { return orZero(lenient[object](raw)) }

func (o object) object(name string) object { return objectIn(o[name]) }

func (o object) text(name string) *string { return lenient[string](o[name]) }

func (o object) flag(name string) *bool { return lenient[bool](o[name]) }

// number returns a whole number, which may come as a string.
func (o object) number(name string) *int64 {
	value, err := orZero(lenient[json.Number](o[name])).Int64()
	if err != nil {
		return nil
	}
	return &value
}

// list returns what read makes of the elements of a list, nil for anything that is no list.
func list[T any](raw json.RawMessage, read func(json.RawMessage) T) []T {
	elements := lenient[[]json.RawMessage](raw)
	if elements == nil {
		return nil
	}
	all := make([]T, 0, len(*elements))
	for _, element := range *elements {
		all = append(all, read(element))
	}
	return all
}
