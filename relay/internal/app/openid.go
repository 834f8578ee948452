package app

import (
	"github.com/lendhand/lendhand/relay/internal/account/openid"
	"github.com/lendhand/lendhand/relay/internal/web"
)

// openID returns what asks the OpenID provider, nil when none is configured.
func (a *App) openID() (web.OpenID, error) {
	c := a.cfg.OpenID
	if c.Issuer == "" {
		return nil, nil
	}
	secret := ""
	if c.SecretFile != "" {
		var err error
		if secret, err = openid.ReadSecret(c.SecretFile); err != nil {
			return nil, err
		}
	}
	callback := *a.public
	callback.Path = web.OpenIDCallback
	return openid.New(openid.Config{
		Issuer: c.Issuer, ClientID: c.Client, Secret: secret, Name: c.Name, GroupsClaim: c.GroupsClaim, Roles: c.Roles,
		Callback: callback.String(),
	})
}
