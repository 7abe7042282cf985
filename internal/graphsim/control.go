package graphsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Control is an HTTP interface to a Server, for programs that run it as a
// separate process. Requests and responses are JSON, times RFC 3339, durations as
// Go writes them (46m). Errors are {"error": "..."} with a status of 400 or 404.
//
//	GET    /calls              every call
//	POST   /calls              put a Call there, as if it had been placed; all of its fields are optional
//	GET    /calls/{id}         a call as it is now
//	DELETE /calls/{id}         end it, for a ResultInfo (200/5001 without a body)
//	GET    /placed             the calls that clients have placed, an array of PlacedCall
//	GET    /clock              {"now": "..."}
//	POST   /clock              {"advance": "46m"} moves the clock, and returns the same
//	GET    /requests           the record, an array of Request
//	POST   /faults             inject a fault, see ControlFault
//	DELETE /faults             clear all
//
// clock is the clock that s was started with. The handler requires no
// credentials: serve it on loopback only.
func Control(s *Server, clock movable) http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, h func(*http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			response, err := h(r)
			switch {
			case errors.Is(err, errNoSuchCall):
				writeJSON(w, http.StatusNotFound, map[string]string{"error": err.Error()})
			case err != nil:
				writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			case response == nil:
				w.WriteHeader(http.StatusNoContent)
			default:
				writeJSON(w, http.StatusOK, response)
			}
		})
	}
	c := control{s, clock}
	handle("GET /calls", func(*http.Request) (any, error) { return s.Calls(), nil })
	handle("POST /calls", withBody(c.placeCall))
	handle("GET /calls/{id}", c.getCall)
	handle("DELETE /calls/{id}", withBody(c.endCall))
	handle("GET /placed", func(*http.Request) (any, error) { return s.Placed(), nil })
	handle("GET /clock", c.showClock)
	handle("POST /clock", withBody(c.moveClock))
	handle("GET /requests", func(*http.Request) (any, error) { return s.Requests(), nil })
	handle("POST /faults", withBody(c.inject))
	handle("DELETE /faults", func(*http.Request) (any, error) { s.ClearFaults(); return nil, nil })
	return mux
}

var errNoSuchCall = errors.New("no such call, or it has ended already")

// movable is a clock that can be advanced, such as [Clock].
type movable interface {
	Now() time.Time
	Advance(d time.Duration)
}

type control struct {
	server *Server
	clock  movable
}

func (c control) placeCall(_ *http.Request, call Call) (any, error) {
	return c.server.PlaceCall(call), nil
}

func (c control) getCall(r *http.Request) (any, error) {
	call, ok := c.server.Call(r.PathValue("id"))
	if !ok {
		return nil, errNoSuchCall
	}
	return call, nil
}

func (c control) endCall(r *http.Request, why *ResultInfo) (any, error) {
	if why == nil {
		why = &ResultInfo{Code: 200, Subcode: 5001, Message: "The conversation has ended."}
	}
	if !c.server.EndCall(r.PathValue("id"), why.Code, why.Subcode, why.Message) {
		return nil, errNoSuchCall
	}
	return c.getCall(r)
}

func (c control) showClock(*http.Request) (any, error) {
	return map[string]time.Time{"now": c.clock.Now()}, nil
}

type clockMove struct {
	Advance duration `json:"advance"`
}

func (c control) moveClock(r *http.Request, move clockMove) (any, error) {
	c.clock.Advance(time.Duration(move.Advance))
	return c.showClock(r)
}

func (c control) inject(_ *http.Request, fault ControlFault) (any, error) {
	f, err := fault.fault()
	if err == nil {
		c.server.Inject(f)
	}
	return nil, err
}

// ControlFault is a Fault as POST /faults takes it; the fields mean the same.
type ControlFault struct {
	Fault

	Header  map[string]string `json:"header"`
	Body    *string           `json:"body"` // text, not base64
	Delay   duration          `json:"delay"`
	Trickle duration          `json:"trickle"`
}

func (c ControlFault) fault() (Fault, error) {
	switch c.Cut {
	case NoCut, CutRequest, CutHeaders, CutBody:
	default:
		return Fault{}, fmt.Errorf("cut is %q, not %q, %q or %q", c.Cut, CutRequest, CutHeaders, CutBody)
	}
	if c.Status != 0 && (c.Status < 200 || c.Status > 599) {
		return Fault{}, fmt.Errorf("status is %d, not between 200 and 599", c.Status)
	}
	f := c.Fault
	f.Delay, f.Trickle, f.Header = time.Duration(c.Delay), time.Duration(c.Trickle), http.Header{}
	for name, value := range c.Header {
		f.Header.Set(name, value)
	}
	if c.Body != nil {
		f.Body = []byte(*c.Body)
	}
	return f, nil
}

// duration is a time.Duration that is a string in JSON.
type duration time.Duration

// UnmarshalText parses what time.ParseDuration takes.
func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = duration(parsed)
	return err
}

// withBody gives h the JSON body. Without one that is the zero value; an unknown field
// is an error, since it is a typing mistake in a test.
func withBody[T any](h func(*http.Request, T) (any, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		var body T
		d := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<20))
		d.DisallowUnknownFields()
		if err := d.Decode(&body); err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("reading the body: %w", err)
		}
		return h(r, body)
	}
}
