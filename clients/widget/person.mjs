// A person before the widget: reads what is shown, fills in, clicks. Only the widget talks to the server.

import { Unsupported } from '../protocol.mjs';
import { countryAndNumber } from './phone.mjs';

/** What the widget says in words of its own, by the key that it translates (its label files). */
const WORDINGS = {
  'idx.session.expired': 'You have been logged out due to inactivity. Refresh or return to the sign in screen.',
  E0000047: 'You exceeded the maximum number of requests. Try again in a while.',
};

/** Forgets what happened so far, and marks the form that is there. */
function markForm() {
  globalThis.events?.splice(0);
  document.querySelector('#widget form')?.setAttribute('data-before', '');
}

/** Whether another form stands there: one renderer puts a new form in place of one that was refused. */
function formIsNew() {
  return document.querySelector('#widget form:not([data-before])') !== null;
}

/** Whether a field to type into stands empty. */
function anyFieldIsBlank(forms) {
  const fields = forms.flatMap((form) => [...form.querySelectorAll('input:not([type=submit], [type=hidden], [type=radio], [type=checkbox])')]);
  return fields.some((field) => field.offsetParent !== null && field.value === '');
}

/** The key behind a text on the page, as the widget's event tells it; the text itself may be the widget's own wording. */
function keyOf(text, refusal = {}) {
  const own = Object.entries(WORDINGS).find(([, wording]) => text.includes(wording));
  if (own) {
    return own[0];
  }
  const causes = [...(refusal.errorCauses ?? []), { errorSummary: refusal.errorSummary, errorKey: refusal.errorSummaryKeys }];
  const told = causes.flatMap(({ errorSummary, errorKey }) => [errorSummary].flat().map((summary, at) => [summary, errorKey?.[at]]));
  return told.find(([summary, key]) => summary && key && text.includes(summary))?.[1];
}

/** Where the application is for the browser: the link of a mail leads there, and has to find the storage of the tab that began. */
export const APPLICATION = 'http://localhost:8080';
/** How long the widget may take to show what a click led to. */
const PATIENCE = 20_000;
/** The widget offers to send a code again after half a minute, in milliseconds. */
const RESEND_AFTER = 30_000;
/** How long a form that was refused may stand until the new one is there. Not each is replaced. */
const REPLACED_WITHIN = 1_000;
/** How long after a click the widget must have asked the server, or it has refused the input itself. */
const REFUSES_WITHIN = 3_000;

/** Puts the widget on the page, and keeps what it tells. */
function showWidget(options) {
  const events = (globalThis.events = []);
  const widget = new globalThis.OktaSignIn(options);
  widget.on('afterRender', (context) => events.push({ step: context }));
  widget.on('afterError', (context, error) => events.push({ refusal: error?.xhr?.responseJSON ?? {} }));
  const shown = widget.showSignInToGetTokens({ el: '#widget', scopes: options.scopes });
  shown.then((tokens) => events.push({ tokens })).catch((error) => events.push({ failed: String(error) }));
}

export class Person {
  /** Opens a browser window of their own, at the application's address. */
  static async enter(browser, renderer, screenshots, { issuer, clientId, redirectUri, scopes }) {
    const context = await browser.newContext();
    const options = { issuer, clientId, redirectUri, scopes, ...renderer.settings };
    const person = new Person(context, { options, renderer, screenshots });
    await person.turnTo(`${APPLICATION}/`);
    return person;
  }

  constructor(context, given) {
    Object.assign(this, { context, ...given, pictures: 0, asked: 0, underWay: new Set(), step: undefined, tokens: undefined });
  }

  /** Opens an address in a new tab, and looks at that from now on. */
  async turnTo(address) {
    this.page = await this.context.newPage();
    this.page.setDefaultTimeout(PATIENCE);
    // A person's time is let run in the page, and can be let run faster.
    await this.page.clock.install();
    this.page.on('request', (request) => {
      if (request.method() === 'POST') {
        this.asked += 1;
        this.underWay.add(request);
      }
    });
    for (const end of ['requestfinished', 'requestfailed']) {
      this.page.on(end, (request) => this.underWay.delete(request));
    }
    await this.page.goto(address);
  }

  leave() {
    return this.context.close();
  }

  async open(flow) {
    const options = { ...this.options, ...(flow === 'signup' && { flow }) };
    const { step, ...reply } = await this.after(() => this.page.evaluate(showWidget, options));
    // With the flow `signup` the widget has gone past the start page by itself: what it shows belongs to a later operation.
    return step?.name === 'identify' ? { ...reply, step } : reply;
  }

  /** In another tab of the same window; where it leads to the application, that gives the widget what the link brought. */
  async openLink(link) {
    const before = this.page;
    await this.turnTo(link);
    const { origin, searchParams } = new URL(this.page.url());
    const [state, otp] = [searchParams.get('state'), searchParams.get('otp')];
    if (origin !== APPLICATION || !otp) {
      await this.photograph();
      await this.page.close();
      this.page = before;
      return this.shown();
    }
    // The first tab would go on polling.
    await before.close();
    const reply = await this.after(() => this.page.evaluate(showWidget, { ...this.options, state, otp }));
    // The third generation takes `otp` (okta-signin-widget#3374) and proceeds without naming a step, which its generic remediators do
    // nothing with: the page is the same, and the person types the code.
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
      throw new Unsupported('the widget shows the list first, and asks for method and number next');
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
    // The time that was let run may have been time to poll.
    while (this.underWay.size > 0) {
      await this.page.waitForEvent('requestfinished');
    }
    // The page stays as it is, so the answer is what there is to wait for.
    const answered = this.page.waitForResponse((response) => response.url().endsWith('/challenge/resend') && response.request().method() === 'POST');
    await button.click();
    if ((await answered).status() >= 400) {
      await this.page.locator(this.renderer.errors).first().waitFor();
    }
    return this.shown();
  }

  async skip() {
    await this.returnToList();
    return this.after(() => this.page.locator(this.renderer.skip).first().click());
  }

  /** "Back to sign in" begins anew by interact, and asks the server for nothing else. */
  cancel() {
    throw new Unsupported('the widget has no call that cancels: "Back to sign in" begins anew');
  }

  /** What stands on the page now. */
  async shown() {
    // A page that ends is all message.
    const where = this.step?.formName === 'terminal' ? '#widget' : this.renderer.errors;
    const texts = await this.textsAt(where);
    const messages = texts.map((text) => ({ class: 'ERROR', text, key: keyOf(text, this.refusal) }));
    if (this.tokens) {
      const { accessToken, idToken, refreshToken } = this.tokens;
      const tokens = { accessToken: accessToken?.accessToken, idToken: idToken?.idToken, refreshToken: refreshToken?.refreshToken };
      return { status: 'success', messages, tokens };
    }
    const step = this.step && { name: this.step.formName, authenticator: this.step.authenticatorKey };
    return { status: step?.name === 'terminal' ? 'terminal' : 'pending', step, messages };
  }

  /** The list stands behind a link while an authenticator is being enrolled; the widget asks nobody for it. */
  async returnToList() {
    const link = this.page.locator('[data-se=switchAuthenticator]');
    if (this.step?.formName !== 'select-authenticator-enroll' && (await link.isVisible())) {
      await this.after(() => link.click(), { asks: false });
    }
  }

  /** Fills the form in and sends it; once more where it was drawn again meanwhile and has lost what was typed. */
  async submit(fillIn) {
    const send = () => this.page.locator(this.renderer.submit).first().click();
    const fillInAndSend = async () => {
      await fillIn();
      return send();
    };
    await fillIn();
    try {
      return await this.after(send, { again: fillInAndSend });
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
    const again = this.page.locator('[name=confirmPassword], [name="credentials.confirmPassword"]');
    // On the profile form the password is asked for once.
    if ((await again.count()) > 0) {
      await again.fill(password);
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
        throw new Unsupported(`a checkbox has no ${value} to give ${name}`);
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

  /** Where the mail carries a link, the field for the code is behind a button. */
  async showCodeField() {
    const button = this.page.locator('.enter-auth-code-instead-link, [data-se="enter-auth-code-instead-link"]').or(this.page.getByText('Enter a verification code instead'));
    if ((await this.page.locator('[name="credentials.passcode"]').count()) === 0) {
      await button.first().click();
    }
  }

  /** Does something and waits for what the widget shows then. Where the widget took no notice, as it does while it draws, `again` is done. */
  async after(act, { asks = true, again } = {}) {
    const asked = this.asked;
    await this.page.evaluate(markForm);
    await act();
    const happened = () => globalThis.events?.length > 0;
    const soon = await this.page.waitForFunction(happened, undefined, { timeout: asks ? REFUSES_WITHIN : 500 }).then(() => true, () => false);
    if (!soon && asks) {
      if (this.asked === asked) {
        await this.refused();
        await again?.();
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
        ? this.page.waitForFunction(formIsNew, undefined, { timeout: REPLACED_WITHIN })
        : this.page.locator(this.renderer.errors).first().waitFor({ timeout: REPLACED_WITHIN });
      await shown.catch(() => {});
    }
    await this.photograph();
    return this.shown();
  }

  async textsAt(where) {
    return (await this.page.locator(where).allInnerTexts()).filter((text) => text.trim());
  }

  /** Throws where the widget says itself why it does not ask the server. */
  async refused() {
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
