// An embedded sign-up: shows a form for each page that the SDK reports, and submits each form through the SDK.

const config = await (await fetch('config.json')).json();
const okta = new globalThis.OktaAuth({
  issuer: config.issuer,
  clientId: config.clientId,
  redirectUri: `${location.origin}/`,
  scopes: ['openid', 'profile', 'email'],
  idx: { enableLegacyMode: true },
});
const page = document.querySelector('#page');

const forms = {
  'enroll-profile': ({ inputs }) => ({
    title: 'Create your account',
    fields: inputs.map(({ name, label }) => ({ name, label })),
    button: 'Sign up',
  }),
  'select-authenticator-enroll': ({ inputs: [{ options }] }) => ({
    title: 'Secure your account',
    choices: options.map(({ label, value }) => ({ label, values: { authenticator: value } })),
  }),
  'authenticator-enrollment-data': () => ({
    title: 'Your phone',
    fields: [{ name: 'phoneNumber', label: 'Phone number' }],
    always: { methodType: 'sms' },
    button: 'Send a code',
  }),
  'enroll-authenticator': ({ authenticator }) =>
    authenticator.key === 'okta_password'
      ? { title: 'Choose a password', fields: [{ name: 'password', label: 'Password', type: 'password' }], button: 'Set' }
      : { title: `Check your ${authenticator.displayName}`, fields: [{ name: 'verificationCode', label: 'Code' }], button: 'Verify' },
};

if (location.pathname === '/sign-up') {
  show(await okta.idx.register());
} else {
  page.replaceChildren(heading('Welcome'), link('Sign up', '/sign-up'));
}

function show(transaction) {
  if (transaction.status === 'SUCCESS') {
    return showUser(transaction.tokens);
  }
  const errors = (transaction.messages ?? []).map(({ message }) => paragraph(message, 'error'));
  const describe = forms[transaction.nextStep?.name];
  if (!describe) {
    return page.replaceChildren(heading('Something went wrong'), ...errors, link('Start again', '/sign-up'));
  }
  const form = describe(transaction.nextStep);
  const controls = form.choices ? form.choices.map(choose) : [ask(form)];
  const skip = transaction.nextStep.canSkip ? [button('Skip', () => proceed({ skip: true }))] : [];
  page.replaceChildren(heading(form.title), ...errors, ...controls, ...skip);
}

async function showUser(tokens) {
  okta.tokenManager.setTokens(tokens);
  const user = await okta.token.getUserInfo();
  page.replaceChildren(heading(`Hello, ${user.name}`), paragraph(user.email, 'email'));
}

function choose({ label, values }) {
  return button(label, () => proceed(values));
}

function ask({ fields, always = {}, button: text }) {
  const form = document.createElement('form');
  form.noValidate = true;
  form.append(...fields.map(input), submit(text));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    proceed({ ...always, ...Object.fromEntries(new FormData(form)) });
  });
  return form;
}

async function proceed(values) {
  page.inert = true;
  try {
    show(await okta.idx.proceed(values));
  } finally {
    page.inert = false;
  }
}

function input({ name, label, type = 'text' }) {
  const field = document.createElement('label');
  const box = document.createElement('input');
  Object.assign(box, { name, type });
  field.append(label, box);
  return field;
}

function heading(text) {
  return Object.assign(document.createElement('h1'), { textContent: text });
}

function paragraph(text, className) {
  return Object.assign(document.createElement('p'), { textContent: text, className });
}

function link(text, href) {
  return Object.assign(document.createElement('a'), { textContent: text, href });
}

function submit(text) {
  return Object.assign(document.createElement('button'), { textContent: text });
}

function button(text, onclick) {
  return Object.assign(document.createElement('button'), { textContent: text, type: 'button', onclick });
}
