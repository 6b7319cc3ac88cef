// The pattern of Okta's React samples: `Security` provides the SDK, and protected pages require an authenticated user.

import { OktaAuth } from '@okta/okta-auth-js';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router-dom';
import { App } from './app.jsx';

const config = await (await fetch('/config.json')).json();
const oktaAuth = new OktaAuth({
  issuer: config.issuer,
  clientId: config.clientId,
  redirectUri: `${location.origin}/login/callback`,
  postLogoutRedirectUri: location.origin,
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  idx: { enableLegacyMode: true },
});

createRoot(document.querySelector('#root')).render(
  <BrowserRouter>
    <App oktaAuth={oktaAuth} />
  </BrowserRouter>,
);
