package graph_test

import (
	"bytes"
	"crypto/tls"
	"encoding/pem"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"terraform-provider-msgraph/internal/graph"
)

// newHTTP2 returns a client of a server that refuses the requests up to the last-th once it has received them whole, and places
// those that follow.
func newHTTP2(t testing.TB, last int32, refuse func(f *http2.Framer, stream uint32) error) (b bench, received *atomic.Int32) {
	t.Helper()
	received = &atomic.Int32{}
	server := httptest.NewUnstartedServer(nil)
	server.TLS = &tls.Config{NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}
	server.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){"h2": func(_ *http.Server, conn *tls.Conn, _ http.Handler) {
		f := http2.NewFramer(conn, conn)
		_, err := io.CopyN(io.Discard, conn, int64(len(http2.ClientPreface)))
		if err == nil {
			err = f.WriteSettings()
		}
		for err == nil {
			var frame http2.Frame
			if frame, err = f.ReadFrame(); err != nil {
				return
			}
			switch frame := frame.(type) {
			case *http2.SettingsFrame:
				if !frame.IsAck() {
					err = f.WriteSettingsAck()
				}
			case *http2.DataFrame:
				switch {
				case !frame.StreamEnded():
				case received.Add(1) <= last:
					err = refuse(f, frame.StreamID)
				default:
					err = f.WriteHeaders(http2.HeadersFrameParam{StreamID: frame.StreamID, EndHeaders: true, EndStream: true, BlockFragment: placedHeader(t)})
				}
			}
		}
	}}
	server.StartTLS()
	t.Cleanup(server.Close)
	return newClient(t).with(t, graph.Options{Endpoint: server.URL, Transport: newTransport(t, certificate(server))}), received
}

// certificate returns a server's certificate as PEM.
func certificate(server *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}

// placedHeader is the header of a response to a call that was placed.
func placedHeader(t testing.TB) []byte {
	t.Helper()
	var header bytes.Buffer
	e := hpack.NewEncoder(&header)
	for _, field := range []hpack.HeaderField{{Name: ":status", Value: "201"}, {Name: "location", Value: "https://graph.microsoft.com" + placePath + "/placed"}} {
		if err := e.WriteField(field); err != nil {
			t.Error(err)
		}
	}
	return header.Bytes()
}

// net/http by itself repeats a request that the server has taken whole if that resets its stream with PROTOCOL_ERROR.
func TestPlace_isSentOnceIfTheServerResetsItsStream(t *testing.T) {
	t.Parallel()
	for _, code := range []http2.ErrCode{
		http2.ErrCodeNo, http2.ErrCodeProtocol, http2.ErrCodeInternal, http2.ErrCodeFlowControl, http2.ErrCodeCancel, http2.ErrCodeEnhanceYourCalm,
		http2.ErrCodeInadequateSecurity, http2.ErrCodeHTTP11Required,
	} {
		t.Run(code.String(), func(t *testing.T) {
			t.Parallel()
			b, received := newHTTP2(t, 1, func(f *http2.Framer, stream uint32) error { return f.WriteRSTStream(stream, code) })
			_, err := place(t, b)
			e := wantKind(t, err, graph.KindNetwork)
			wantText(t, e.Error(), "stream error", code.String())
			if got := received.Load(); got != 1 || e.Attempts != 1 || !e.MayHaveTakenEffect || len(e.Error()) > 200 {
				t.Errorf("got %d requests and %+v, want one that may have taken effect", got, e)
			}
		})
	}
}

func TestPlace_isRepeatedIfAnHTTP2ServerHasNotProcessedIt(t *testing.T) {
	t.Parallel()
	for name, refuse := range map[string]func(f *http2.Framer, stream uint32) error{
		"REFUSED_STREAM": func(f *http2.Framer, stream uint32) error {
			return f.WriteRSTStream(stream, http2.ErrCodeRefusedStream)
		},
		"GOAWAY": func(f *http2.Framer, stream uint32) error { return f.WriteGoAway(stream-1, http2.ErrCodeNo, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, received := newHTTP2(t, 1, refuse)
			call, err := place(t, b)
			if err != nil || call.ID != "placed" || received.Load() != 2 || len(b.clock.Slept()) != 1 {
				t.Errorf("got %+v, %v and %d requests with the waits %v, want it placed by the second", call, err, received.Load(), b.clock.Slept())
			}
			b, received = newHTTP2(t, math.MaxInt32, refuse)
			_, err = place(t, b)
			e := wantKind(t, err, graph.KindNetwork)
			wantText(t, e.Error(), name, "did not process it", "this operation's timeout")
			if e.MayHaveTakenEffect || e.Attempts < 5 || int(received.Load()) != e.Attempts {
				t.Errorf("got %d requests and %+v, want tries for as long as there is time, and none that took effect", received.Load(), e)
			}
		})
	}
}
