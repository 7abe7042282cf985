package provider

import (
	"encoding/json"
	"maps"
	"slices"
)

// keptByKey is the key of [keepers] in the private state.
const keptByKey = "kept_by"

// keepers are the applications that have kept calls alive: one for all calls but some, which have their own by their IDs. As a
// call was visible to its application, that is the one that placed it. It is not on record in the state of an earlier version,
// nor before any call was kept alive.
type keepers struct {
	applicationRef

	others map[string]applicationRef
}

// keepersJSON is the JSON of [keepers]. As most calls have one application, it is short however many there are.
type keepersJSON struct {
	applicationRef

	Others []otherKeeper `json:"others,omitempty"`
}

// otherKeeper is the application of some calls.
type otherKeeper struct {
	applicationRef

	Calls []string `json:"calls"`
}

// UnmarshalJSON implements [json.Unmarshaler]. What has no endpoint is on record as nothing, see [applicationRef.recorded].
func (k *keepers) UnmarshalJSON(text []byte) error {
	var record keepersJSON
	if err := json.Unmarshal(text, &record); err != nil {
		return err
	}
	*k = keepers{record.applicationRef, map[string]applicationRef{}}
	for _, other := range record.Others {
		for _, id := range other.Calls {
			if other.recorded() {
				k.others[id] = other.applicationRef
			}
		}
	}
	return nil
}

// MarshalJSON implements [json.Marshaler].
func (k keepers) MarshalJSON() ([]byte, error) {
	var others []otherKeeper
	for _, id := range slices.Sorted(maps.Keys(k.others)) {
		by := k.others[id]
		i := slices.IndexFunc(others, func(o otherKeeper) bool { return o.applicationRef == by })
		if i < 0 {
			i, others = len(others), append(others, otherKeeper{applicationRef: by})
		}
		others[i].Calls = append(others[i].Calls, id)
	}
	return json.Marshal(keepersJSON{k.applicationRef, others})
}

// of returns the application that kept a call alive last.
func (k keepers) of(id string) applicationRef {
	if other, ok := k.others[id]; ok {
		return other
	}
	return k.applicationRef
}

// record records which application has kept calls alive; known are all calls that were ever kept alive.
func (k *keepers) record(by applicationRef, calls []namedCall, known map[string]int64) {
	now := make(map[string]bool, len(calls))
	for _, c := range calls {
		now[c.id] = true
	}
	n, all := 0, make(map[string]applicationRef, len(known))
	for id := range known {
		all[id] = k.of(id)
		if now[id] || !all[id].recorded() {
			all[id] = by
		}
		if all[id] == by {
			n++
		}
	}
	if !k.recorded() || 2*n >= len(known) {
		k.applicationRef = by
	}
	maps.DeleteFunc(all, func(_ string, a applicationRef) bool { return a == k.applicationRef })
	k.others = all
}

// adviceMaybeAnotherApplication is what to add where Graph knows none of the calls and it is not on record who kept them alive.
const adviceMaybeAnotherApplication = "If the provider's tenant_id, client_id or graph_endpoint has changed since these calls were kept alive, they may still be " +
	"alive: Graph shows a call only to the application that placed it."
