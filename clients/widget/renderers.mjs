// Where the two renderers put what a person clicks and reads.

export const renderers = {
  gen2: {
    script: 'js/okta-sign-in.min.js',
    style: 'css/okta-sign-in.min.css',
    submit: 'input[type=submit]',
    authenticator: (key) => `[data-se="${key}"] a.select-factor`,
    skip: 'a.skip-all',
    resend: '.resend-link, .resend-number-action',
    replacesForm: true,
    errors: '.o-form-input-error, .infobox-error, .okta-form-infobox-error',
  },
  gen3: {
    script: 'js/okta-sign-in.next.js',
    style: 'css/okta-sign-in.next.css',
    submit: 'button[data-se=save]',
    authenticator: (key) => `button[data-se=authenticator-button]:has([data-se="${key}"])`,
    skip: 'button[data-se=save], button[data-se=skip]',
    resend: '[data-se=reminder-prompt] a',
    errors: '[role=alert], [id$="-error"]',
  },
};
