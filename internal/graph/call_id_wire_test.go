package graph_test

import (
	"bufio"
	"io"
	"math/rand"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"terraform-provider-msgraph/internal/clock/clocktest"
	"terraform-provider-msgraph/internal/graph"
)

// rawServer responds to every request with 204 and tells the bytes of each one's first line.
func rawServer(t *testing.T) (root string, lines <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(chan string, 10)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for reader := bufio.NewReader(conn); ; {
					line, err := reader.ReadString('\n')
					if err != nil {
						return
					}
					for header := ""; header != "\r\n"; {
						if header, err = reader.ReadString('\n'); err != nil {
							return
						}
					}
					seen <- line
					_, _ = io.WriteString(conn, "HTTP/1.1 204 No Content\r\n\r\n")
				}
			}()
		}
	}()
	t.Cleanup(func() { listener.Close() })
	return "http://" + listener.Addr().String(), seen
}

// Byte for byte: an id that is accepted is the one segment after calls, in either version of
// the API, and nothing of it is read as anything else.
func TestCallID_reachesItsOwnPathOnTheWire(t *testing.T) {
	t.Parallel()
	root, lines := rawServer(t)
	transport := newTransport(t, newSim(t, time.Now).CACertificate())
	ids := append([]string{"https:", "//", "a//b", "x HTTP/1.1\r\nHost: evil.example\r\n\r\n", "a\uff0fb", "\u2215", "keepAlive", strings.Repeat("é", 700)}, escapingSeeds...)
	for source := rand.New(rand.NewSource(1)); len(ids) < 400; {
		ids = append(ids, randomID(source))
	}
	accepted := 0
	for _, version := range []string{graph.DefaultAPIVersion, graph.BetaAPIVersion} {
		client := graph.New(graph.Options{
			Endpoint: root, APIVersion: version, Credential: fixedToken{}, Transport: transport, UserAgent: userAgent,
			Clock: clocktest.New(epoch), Retry: once,
		})
		for _, id := range ids {
			_, err := client.KeepAlive(t.Context(), id, nil)
			if (err == nil) != (graph.CheckCallID(id) == nil) {
				t.Fatalf("id %q: %v", id, err)
			}
			if err != nil {
				select {
				case line := <-lines:
					t.Errorf("id %q is refused, and %q was sent", id, line)
				default:
				}
				continue
			}
			accepted++
			line := <-lines
			segment, ok := strings.CutPrefix(line, http.MethodPost+" /"+version+"/communications/calls/")
			segment, whole := strings.CutSuffix(segment, "/keepAlive HTTP/1.1\r\n")
			plain, err := url.PathUnescape(segment)
			if !ok || !whole || err != nil || plain != id || strings.ContainsFunc(segment, notInSegment) {
				t.Errorf("id %q: the request began %q", id, line)
			}
		}
	}
	if accepted < 100 {
		t.Errorf("%d ids were accepted, too few to show anything", accepted)
	}
}

// notInSegment reports whether r cannot stand in a segment of a path.
//
// Source: RFC 3986, section 3.3.
func notInSegment(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("/?#[]\\\"<>^`{|}", r)
}
