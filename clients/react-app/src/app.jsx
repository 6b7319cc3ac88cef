// The pages of the application and their routes.

import { toRelativeUrl } from '@okta/okta-auth-js';
import { Security, useOktaAuth } from '@okta/okta-react';
import { useEffect, useState } from 'react';
import { Link, Outlet, Route, Routes, useNavigate } from 'react-router-dom';

export function App({ oktaAuth }) {
  const navigate = useNavigate();
  const restoreOriginalUri = (_, originalUri) =>
    navigate(toRelativeUrl(originalUri || '/', location.origin), { replace: true });
  return (
    <Security oktaAuth={oktaAuth} restoreOriginalUri={restoreOriginalUri}>
      <Routes>
        <Route path="/" element={<Home />} />
        <Route path="/sign-up" element={<SignUp />} />
        <Route element={<RequiredAuth />}>
          <Route path="/profile" element={<Profile />} />
        </Route>
      </Routes>
    </Security>
  );
}

function RequiredAuth() {
  const { oktaAuth, authState } = useOktaAuth();
  const navigate = useNavigate();
  useEffect(() => {
    if (authState && !authState.isAuthenticated) {
      oktaAuth.setOriginalUri(toRelativeUrl(location.href, location.origin));
      navigate('/sign-up');
    }
  }, [oktaAuth, authState, navigate]);
  return authState?.isAuthenticated ? <Outlet /> : <p>Loading</p>;
}

function Home() {
  const { authState } = useOktaAuth();
  if (!authState) {
    return <p>Loading</p>;
  }
  return (
    <>
      <h1>{authState.isAuthenticated ? 'Signed in' : 'Signed out'}</h1>
      <Link to="/profile">Profile</Link>
    </>
  );
}

function SignUp() {
  const { oktaAuth } = useOktaAuth();
  const [problem, setProblem] = useState();
  const submit = async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.target));
    const { status, tokens, messages } = await oktaAuth.idx.register({ ...values, authenticators: ['okta_password'], skip: true });
    if (status === 'SUCCESS') {
      return oktaAuth.handleLoginRedirect(tokens);
    }
    setProblem(messages?.map(({ message }) => message).join(' ') ?? status);
  };
  return (
    <form onSubmit={submit} noValidate>
      <h1>Create your account</h1>
      {problem && <p className="error">{problem}</p>}
      <Field name="firstName" label="First name" />
      <Field name="lastName" label="Last name" />
      <Field name="email" label="Email" />
      <Field name="password" label="Password" type="password" />
      <button>Sign up</button>
    </form>
  );
}

function Field({ name, label, type = 'text' }) {
  return (
    <label>
      {label}
      <input name={name} type={type} />
    </label>
  );
}

function Profile() {
  const { oktaAuth, authState } = useOktaAuth();
  const [user, setUser] = useState();
  const [problem, setProblem] = useState();
  const { accessToken } = authState;
  useEffect(() => {
    oktaAuth.getUser().then(setUser, (error) => setProblem(error.message));
  }, [oktaAuth, accessToken]);
  const renew = async () => oktaAuth.tokenManager.setTokens(await oktaAuth.token.renewTokens());
  return (
    <>
      <h1>{user ? `Hello, ${user.name}` : 'Loading'}</h1>
      {problem && <p className="error">{problem}</p>}
      <p>{user?.email}</p>
      <button onClick={renew}>Renew tokens</button>
      <button onClick={() => oktaAuth.signOut()}>Sign out</button>
    </>
  );
}
