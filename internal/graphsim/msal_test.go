package graphsim_test

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"terraform-provider-msgraph/internal/graphsim"
)

func TestToken_isShapedLikeEntras(t *testing.T) {
	s := start(t)
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(s.token, claims); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"aud": s.GraphURL(), "tid": graphsim.TenantID, "appid": graphsim.ClientID, "idtyp": "app",
		"iss": s.AuthorityURL() + "/" + graphsim.TenantID + "/v2.0",
	} {
		if claims[name] != want {
			t.Errorf("%s is %v, want %s", name, claims[name], want)
		}
	}
	if roles, _ := claims["roles"].([]any); len(roles) != 3 || roles[0] != graphsim.RoleCallsInitiate {
		t.Errorf("roles are %v", claims["roles"])
	}
}

func TestToken_lifetime(t *testing.T) {
	s := start(t)
	s.SetTokenLifetime(10*time.Minute + 400*time.Millisecond)
	if left := time.Until(s.newToken().ExpiresOn); left > 10*time.Minute || left < 9*time.Minute {
		t.Errorf("%s left, want just under 10m", left)
	}
}

func TestAgeTokens_tellsClientsLess(t *testing.T) {
	s := start(t)
	call := s.PlaceCall(graphsim.Call{})
	for aged, left := range map[time.Duration]time.Duration{56 * time.Minute: 4 * time.Minute, 2 * time.Hour: 0} {
		s.AgeTokens(aged)
		token := s.newToken()
		if got := time.Until(token.ExpiresOn); got > left || got < left-time.Minute {
			t.Errorf("aged by %s, a token has %s left, want just under %s", aged, got, left)
		}
		s.token = token.Token
		s.get(call.ID).wantStatus(t, 200)
	}
}

// A token that has run out is the one thing here that takes real time.
func TestToken_expiredIsRefused(t *testing.T) {
	s := start(t)
	call := s.PlaceCall(graphsim.Call{})
	for lifetime := time.Second; ; lifetime *= 2 { // until it is long enough for one request, on a busy machine
		s.SetTokenLifetime(lifetime)
		s.token = s.newToken().Token
		if s.get(call.ID).StatusCode == 200 {
			break
		}
	}
	got := s.get(call.ID)
	for ; got.StatusCode == 200; got = s.get(call.ID) {
		time.Sleep(20 * time.Millisecond)
	}
	got.wantError(t, 401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.")
}
