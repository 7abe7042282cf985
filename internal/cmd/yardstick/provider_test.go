package yardstick_test

import (
	"bytes"
	"os"
	"os/signal"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"terraform-provider-msgraph/internal/cmd/yardstick"
)

var empty = yardstick.Provider{TypeName: "empty"}

func TestServe_endsAtAnInterrupt(t *testing.T) {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	mine := make(chan os.Signal, 1) // so that an interrupt before the provider serves does not end the test
	signal.Notify(mine, os.Interrupt)
	defer signal.Stop(mine)
	var said bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- empty.Serve(t.Context(), providerserver.ServeOpts{Address: "terraform.local/local/empty", Debug: true}, &said)
	}()
	for {
		select {
		case code := <-ended:
			if code != 0 || said.Len() != 0 {
				t.Errorf("the exit code is %d, and it said %q", code, &said)
			}
			return
		case <-time.After(50 * time.Millisecond):
			if err := self.Signal(os.Interrupt); err != nil {
				t.Skip("this system has no signals") // Windows
			}
		}
	}
}

func TestServe_says(t *testing.T) {
	var said bytes.Buffer
	if code := empty.Serve(t.Context(), providerserver.ServeOpts{}, &said); code != 1 || !strings.HasPrefix(said.String(), "emptyprovider: ") {
		t.Errorf("without an address the exit code is %d, and it said %q", code, &said)
	}
}
