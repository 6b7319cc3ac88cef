// For each renderer: the selectors of the elements that a user clicks and reads, and the settings that the page must pass.

const gen2 = {
  script: 'js/okta-sign-in.min.js',
  style: 'css/okta-sign-in.min.css',
  settings: { authScheme: 'OAUTH2' },
  submit: 'input[type=submit]',
  authenticator: (key) => `[data-se="${key}"] a.select-factor`,
  skip: 'a.skip-all',
  resend: '.resend-link, .resend-number-action',
  replacesForm: true,
  errors: '.o-form-input-error, .infobox-error, .okta-form-infobox-error',
};

export const renderers = {
  gen2,
  // The bundle that supports only Identity Engine.
  oie: { ...gen2, script: 'js/okta-sign-in.oie.min.js', settings: { authScheme: 'OAUTH2', useClassicEngine: false } },
  gen3: {
    script: 'js/okta-sign-in.next.js',
    style: 'css/okta-sign-in.next.css',
    settings: { authScheme: 'OAUTH2' },
    submit: 'button[data-se=save]',
    authenticator: (key) => `button[data-se=authenticator-button]:has([data-se="${key}"])`,
    skip: 'button[data-se=save], button[data-se=skip]',
    resend: '[data-se=reminder-prompt] a',
    errors: '[role=alert], [id$="-error"]',
  },
};
