package graph

import (
	"encoding/base64"
	"testing"
)

func TestToken_isAUsersOnlyWhereItsClaimsSaySo(t *testing.T) {
	t.Parallel()
	jwt := func(claims string) string {
		return "Bearer eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2lnbmF0dXJl"
	}
	for _, test := range []struct {
		authorization string
		want          bool
	}{
		{jwt(`{"scp":"User.Read Calls.Initiate"}`), true},
		{jwt(`{"idtyp":"user"}`), true},
		{jwt(`{"idtyp":"user","scp":"User.Read"}`), true},
		{jwt(`{"idtyp":"app","roles":["Calls.Initiate.All"]}`), false},
		{jwt(`{"idtyp":"app","scp":"odd"}`), false},
		{jwt(`{"roles":["Calls.Initiate.All"]}`), false},
		{jwt(`{"scp":""}`), false},
		{jwt(`{"scp":["User.Read"]}`), false},
		{jwt(`{}`), false},
		{jwt(`not JSON`), false},
		{"Bearer eyJhbGciOiJSUzI1NiJ9.!!!.c2lnbmF0dXJl", false},
		{"Bearer opaque", false},
		{"Bearer a.b", false},
		{"", false},
		// Some issuers write padding, which a JWT must not have.
		{"Bearer e30." + base64.URLEncoding.EncodeToString([]byte(`{"scp":"a"}`)) + ".", true},
	} {
		if got := claimsIn(test.authorization).delegated(); got != test.want {
			t.Errorf("claimsIn(%q).delegated(): got %t, want %t", test.authorization, got, test.want)
		}
	}
}
