// A user of the widget: reads the page, fills in fields, clicks. Only the widget sends requests to the server.

import { Unsupported } from '../protocol.mjs';
import { countryAndNumber } from './phone.mjs';

/** Messages for which the widget shows its own text (from its label files), by message key. */
const WIDGET_TEXTS = {
  'idx.session.expired': 'You have been logged out due to inactivity. Refresh or return to the sign in screen.',
  E0000047: 'You exceeded the maximum number of requests. Try again in a while.',
};

/** Clears the recorded events and marks the current form. Runs in the page. */
function markForm() {
  globalThis.events?.splice(0);
  document.querySelector('#widget form')?.setAttribute('data-before', '');
}

/** Whether the widget has replaced the marked form: one renderer does so after a refusal. Runs in the page. */
function formIsNew() {
  return document.querySelector('#widget form:not([data-before])') !== null;
}

/** Whether a visible text field is empty. Runs in the page. */
function anyFieldIsBlank(forms) {
  const fields = forms.flatMap((form) => [...form.querySelectorAll('input:not([type=submit], [type=hidden], [type=radio], [type=checkbox])')]);
  return fields.some((field) => field.offsetParent !== null && field.value === '');
}

/** The key of a text on the page: from the widget's own texts, or from the server's response in the widget's error event. */
function keyOf(text, refusal = {}) {
  const own = Object.entries(WIDGET_TEXTS).find(([, wording]) => text.includes(wording));
  if (own) {
    return own[0];
  }
  const causes = [...(refusal.errorCauses ?? []), { errorSummary: refusal.errorSummary, errorKey: refusal.errorSummaryKeys }];
  const messages = causes.flatMap(({ errorSummary, errorKey }) => [errorSummary].flat().map((summary, at) => [summary, errorKey?.[at]]));
  return messages.find(([summary, key]) => summary && key && text.includes(summary))?.[1];
}

/** The application's origin in the browser. An email's link leads to it, so that the new tab shares the storage of the original tab. */
export const APPLICATION = 'http://localhost:8080';
/** The timeout for the widget to render the result of a click, in milliseconds. */
const RENDER_TIMEOUT = 20_000;
/** The time until the widget offers to resend a code, in milliseconds. */
const RESEND_AFTER = 30_000;
/** The time to wait for the new form after a refusal, in milliseconds. The widget does not replace every form. */
const REPLACE_TIMEOUT = 1_000;
/** If the widget sends no request within this time after a click, it has refused the input itself, in milliseconds. */
const REQUEST_TIMEOUT = 3_000;

/** Renders the widget and records its events. Runs in the page. */
function showWidget(options) {
  const events = (globalThis.events = []);
  const widget = new globalThis.OktaSignIn(options);
  widget.on('afterRender', (context) => events.push({ step: context }));
  widget.on('afterError', (context, error) => events.push({ refusal: error?.xhr?.responseJSON ?? {} }));
  const shown = widget.showSignInToGetTokens({ el: '#widget', scopes: options.scopes });
  shown.then((tokens) => events.push({ tokens })).catch((error) => events.push({ failed: String(error) }));
}

export class User {
  /** Opens a separate browser window at the application's address. */
  static async create(browser, renderer, screenshots, { issuer, clientId, redirectUri, scopes }) {
    const context = await browser.newContext();
    const options = { issuer, clientId, redirectUri, scopes, ...renderer.settings };
    const user = new User(context, { options, renderer, screenshots });
    await user.openTab(`${APPLICATION}/`);
    return user;
  }

  constructor(context, configuration) {
    Object.assign(this, { context, ...configuration, pictures: 0, requests: 0, pending: new Set(), step: undefined, tokens: undefined });
  }

  /** Opens an address in a new tab and makes that tab the current page. */
  async openTab(address) {
    this.page = await this.context.newPage();
    this.page.setDefaultTimeout(RENDER_TIMEOUT);
    // The page's clock runs as usual, and `resend` can advance it.
    await this.page.clock.install();
    this.page.on('request', (request) => {
      if (request.method() === 'POST') {
        this.requests += 1;
        this.pending.add(request);
      }
    });
    for (const end of ['requestfinished', 'requestfailed']) {
      this.page.on(end, (request) => this.pending.delete(request));
    }
    await this.page.goto(address);
  }

  close() {
    return this.context.close();
  }

  async open(flow) {
    const options = { ...this.options, ...(flow === 'signup' && { flow }) };
    const { step, ...reply } = await this.after(() => this.page.evaluate(showWidget, options));
    // With the flow `signup`, the widget has already left the start page. The page that it shows belongs to a later operation.
    return step?.name === 'identify' ? { ...reply, step } : reply;
  }

  /** Opens the link in another tab of the same window. If it leads to the application, the application passes state and code to the widget. */
  async openLink(link) {
    const before = this.page;
    await this.openTab(link);
    const { origin, searchParams } = new URL(this.page.url());
    const [state, otp] = [searchParams.get('state'), searchParams.get('otp')];
    if (origin !== APPLICATION || !otp) {
      await this.photograph();
      await this.page.close();
      this.page = before;
      return this.shown();
    }
    // Close the first tab, because it would continue to poll.
    await before.close();
    const reply = await this.after(() => this.page.evaluate(showWidget, { ...this.options, state, otp }));
    // The third generation accepts `otp` (okta-signin-widget#3374), but proceeds without a step name, and its generic remediators ignore that.
    // The page does not change, and the user must enter the code.
    this.answeredByLink = this.step?.authenticatorKey === 'okta_email' ? undefined : otp;
    return reply;
  }

  /** The widget polls by itself. */
  async poll() {
    await this.page.waitForResponse((response) => response.url().endsWith('/challenge/poll'));
    return this.shown();
  }

  async fill(values) {
    if (this.step?.formName === 'authenticator-enrollment-data') {
      return this.sendNumber(values);
    }
    if (this.step?.formName === 'identify') {
      await this.after(() => this.page.locator('[data-se=enroll]').click());
    }
    return this.submit(async () => {
      for (const [name, value] of Object.entries(values)) {
        await (name === 'passcode' ? this.typePassword(value) : this.fillAttribute(`userProfile.${name}`, value));
      }
    });
  }

  async choose({ authenticator, phoneNumber, methodType }) {
    if (phoneNumber || methodType) {
      throw new Unsupported('the widget asks for the method and number only after the list');
    }
    await this.returnToList();
    return this.after(() => this.page.locator(this.renderer.authenticator(authenticator)).first().click());
  }

  async answer(passcode) {
    if (passcode === this.answeredByLink) {
      return this.shown();
    }
    if (this.step?.authenticatorKey === 'okta_password') {
      return this.submit(() => this.typePassword(passcode));
    }
    await this.showCodeField();
    return this.submit(() => this.page.locator('[name="credentials.passcode"]').fill(passcode));
  }

  async resend() {
    const button = this.page.locator(this.renderer.resend).first();
    if (!(await button.isVisible())) {
      await this.page.clock.fastForward(RESEND_AFTER);
    }
    await button.waitFor();
    // Advancing the clock can start a poll, so wait for pending requests.
    while (this.pending.size > 0) {
      await this.page.waitForEvent('requestfinished');
    }
    // The page does not change, so wait for the response.
    const response = this.page.waitForResponse((response) => response.url().endsWith('/challenge/resend') && response.request().method() === 'POST');
    await button.click();
    if ((await response).status() >= 400) {
      await this.page.locator(this.renderer.errors).first().waitFor();
    }
    return this.shown();
  }

  async skip() {
    await this.returnToList();
    return this.after(() => this.page.locator(this.renderer.skip).first().click());
  }

  /** "Back to sign in" starts a new transaction with interact and does not send a cancel request. */
  cancel() {
    throw new Unsupported('the widget never sends a cancel request: "Back to sign in" starts a new transaction');
  }

  /** The current page as a reply. */
  async shown() {
    // A terminal page contains only messages.
    const selector = this.step?.formName === 'terminal' ? '#widget' : this.renderer.errors;
    const texts = await this.textsAt(selector);
    const messages = texts.map((text) => ({ class: 'ERROR', text, key: keyOf(text, this.refusal) }));
    if (this.tokens) {
      const { accessToken, idToken, refreshToken } = this.tokens;
      const tokens = { accessToken: accessToken?.accessToken, idToken: idToken?.idToken, refreshToken: refreshToken?.refreshToken };
      return { status: 'success', messages, tokens };
    }
    const step = this.step && { name: this.step.formName, authenticator: this.step.authenticatorKey };
    return { status: step?.name === 'terminal' ? 'terminal' : 'pending', step, messages };
  }

  /** During an enrollment, a link shows the list again; the widget sends no request for it. */
  async returnToList() {
    const link = this.page.locator('[data-se=switchAuthenticator]');
    if (this.step?.formName !== 'select-authenticator-enroll' && (await link.isVisible())) {
      await this.after(() => link.click(), { sendsRequest: false });
    }
  }

  /** Fills in and submits the form. If the widget rendered the form again meanwhile and lost the input, does so once more. */
  async submit(fillIn) {
    const send = () => this.page.locator(this.renderer.submit).first().click();
    const fillInAndSend = async () => {
      await fillIn();
      return send();
    };
    await fillIn();
    try {
      return await this.after(send, { retry: fillInAndSend });
    } catch (error) {
      if (error instanceof Unsupported && (await this.page.locator('#widget form').evaluateAll(anyFieldIsBlank))) {
        await fillIn();
        return this.after(send);
      }
      throw error;
    }
  }

  async sendNumber({ methodType, phoneNumber }) {
    const { country, digits } = countryAndNumber(phoneNumber);
    const countries = 'select[name=country], select[name="authenticator.phoneNumber.country"], [data-se=country] select';
    return this.submit(async () => {
      const method = this.page.locator(`input[type=radio][value="${methodType}"]`);
      if ((await method.count()) > 0) {
        await method.check({ force: true });
      }
      await this.page.locator(countries).first().selectOption(country);
      await this.page.locator('[name="authenticator.phoneNumber"]').fill(digits);
    });
  }

  async typePassword(password) {
    await this.page.locator('[name="credentials.passcode"]').fill(password);
    const confirmation = this.page.locator('[name=confirmPassword], [name="credentials.confirmPassword"]');
    // The profile form has no field to confirm the password.
    if ((await confirmation.count()) > 0) {
      await confirmation.fill(password);
    }
  }

  async fillAttribute(name, value) {
    const field = this.page.locator(`[name="${name}"]`);
    if ((await field.count()) === 0) {
      throw new Unsupported(`the widget shows no field ${name}`);
    }
    const kind = await field.first().evaluate((element) => element.type);
    if (kind === 'select-one') {
      const offered = await field.first().locator('option').evaluateAll((options) => options.map((option) => option.value));
      if (!offered.includes(String(value))) {
        throw new Unsupported(`the widget offers no ${value} for ${name}`);
      }
      return field.first().selectOption(String(value), { force: true });
    }
    if (kind === 'checkbox') {
      if (typeof value !== 'boolean') {
        throw new Unsupported(`the widget shows a checkbox for ${name}, which cannot have the value ${value}`);
      }
      return field.first().setChecked(Boolean(value), { force: true });
    }
    if (kind !== 'radio') {
      return field.first().fill(String(value));
    }
    const choice = this.page.locator(`[name="${name}"][value="${value}"]`);
    if ((await choice.count()) === 0) {
      throw new Unsupported(`the widget offers no ${value} for ${name}`);
    }
    return choice.check({ force: true });
  }

  /** If the email contains a link, a button shows the field for the code. */
  async showCodeField() {
    const button = this.page.locator('.enter-auth-code-instead-link, [data-se="enter-auth-code-instead-link"]').or(this.page.getByText('Enter a verification code instead'));
    if ((await this.page.locator('[name="credentials.passcode"]').count()) === 0) {
      await button.first().click();
    }
  }

  /**
   * Performs an action and waits until the widget shows the result. While it renders, the widget can ignore a click; then `retry` runs.
   */
  async after(act, { sendsRequest = true, retry } = {}) {
    const requestsBefore = this.requests;
    await this.page.evaluate(markForm);
    await act();
    const happened = () => globalThis.events?.length > 0;
    const soon = await this.page.waitForFunction(happened, undefined, { timeout: sendsRequest ? REQUEST_TIMEOUT : 500 }).then(() => true, () => false);
    if (!soon && sendsRequest) {
      if (this.requests === requestsBefore) {
        await this.throwIfRefused();
        await retry?.();
      }
      await this.page.waitForFunction(happened);
    }
    const events = (await this.page.evaluate(() => globalThis.events)) ?? [];
    this.refusal = events.findLast((event) => event.refusal)?.refusal;
    for (const event of events) {
      this.step = event.step ?? this.step;
      this.tokens = event.tokens ?? this.tokens;
    }
    if (this.refusal) {
      const shown = this.renderer.replacesForm
        ? this.page.waitForFunction(formIsNew, undefined, { timeout: REPLACE_TIMEOUT })
        : this.page.locator(this.renderer.errors).first().waitFor({ timeout: REPLACE_TIMEOUT });
      await shown.catch(() => {});
    }
    await this.photograph();
    return this.shown();
  }

  async textsAt(selector) {
    return (await this.page.locator(selector).allInnerTexts()).filter((text) => text.trim());
  }

  /** Throws if the widget shows an error without having sent a request. */
  async throwIfRefused() {
    const texts = await this.textsAt(this.renderer.errors);
    if (texts.length > 0) {
      throw new Unsupported(`the widget refuses the input itself: ${texts.join(' ').replaceAll('\n', ' ')}`);
    }
  }

  async photograph() {
    if (this.screenshots) {
      this.pictures += 1;
      const name = `${String(this.pictures).padStart(2, '0')}-${this.step?.formName ?? 'page'}.png`;
      await this.page.screenshot({ path: `${this.screenshots}/${name}`, fullPage: true });
    }
  }
}
