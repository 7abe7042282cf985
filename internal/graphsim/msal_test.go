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

func TestAgeTokens_tellsClientsLess(t *testing.T) {
	s := start(t)
	call := s.PlaceCall(graphsim.Call{})
	for aged, left := range map[time.Duration]time.Duration{0: time.Hour, 56 * time.Minute: 4 * time.Minute, 2 * time.Hour: 0} {
		s.AgeTokens(aged)
		token := s.newToken()
		if !token.RefreshOn.IsZero() {
			t.Errorf("to be renewed on %s", token.RefreshOn)
		}
		if got := time.Until(token.ExpiresOn); got > left || got < left-time.Minute {
			t.Errorf("aged by %s, a token has %s left, want just under %s", aged, got, left)
		}
		s.token = token.Token
		s.get(call.ID).wantStatus(t, 200)
	}
}
