package graph

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// object is a JSON object whose properties may be of any type. Reading one of a nil object
// is like reading one that is missing.
type object map[string]json.RawMessage

// objectIn returns the JSON object in raw, and nil for anything else.
func objectIn(raw json.RawMessage) object {
	var o object
	if json.Unmarshal(raw, &o) != nil {
		return nil
	}
	return o
}

func (o object) object(name string) object { return objectIn(o[name]) }

func (o object) text(name string) *string { return pointer(textIn(o[name])) }

func (o object) number(name string) *int64 { return pointer(numberIn(o[name])) }

func (o object) flag(name string) *bool {
	var flag *bool
	if json.Unmarshal(o[name], &flag) != nil {
		return nil
	}
	return flag
}

// textIn returns the JSON string in raw, and false for anything else.
func textIn(raw json.RawMessage) (string, bool) {
	var s *string
	if json.Unmarshal(raw, &s) != nil || s == nil {
		return "", false
	}
	return *s, true
}

// numberIn returns the whole number in raw, be it a JSON number or a string, and false for
// anything else.
func numberIn(raw json.RawMessage) (int64, bool) {
	n, err := strconv.ParseInt(string(bytes.Trim(raw, `"`)), 10, 64)
	if err != nil {
		return 0, false
	}
	return n, true
}

// listIn returns what read makes of the elements of the JSON list in raw, without those it
// refuses; nil for anything that is no list.
func listIn[T any](raw json.RawMessage, read func(json.RawMessage) (T, bool)) []T {
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil || elements == nil {
		return nil
	}
	list := make([]T, 0, len(elements))
	for _, element := range elements {
		if value, ok := read(element); ok {
			list = append(list, value)
		}
	}
	return list
}

// looseString returns the JSON string in raw, and "" for anything else.
func looseString(raw json.RawMessage) string {
	s, _ := textIn(raw)
	return s
}

// looseInt returns the whole number in raw, be it a JSON number or a string, and 0 for
// anything else.
func looseInt(raw json.RawMessage) int {
	n, _ := numberIn(raw)
	return int(n)
}

func pointer[T any](value T, ok bool) *T {
	if !ok {
		return nil
	}
	return &value
}
