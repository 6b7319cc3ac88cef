// Version 7, and version 8 with enableLegacyMode: a call takes values, and the SDK submits as many remediations as the values allow.

import { Unsupported } from '../protocol.mjs';
import { followLink } from './link.mjs';
import { authenticatorKey, idOf } from './shown.mjs';

export class LegacyMode {
  constructor(sdk) {
    this.sdk = sdk;
  }

  start(activationToken) {
    return this.sdk.idx.startTransaction({ activationToken });
  }

  async fill({ passcode, ...values }) {
    if (!this.shows('enroll-profile', 'authenticator-enrollment-data')) {
      // Load the form first. Otherwise, after an error, the SDK starts again at the page before the form.
      this.transaction = await this.sdk.idx.register();
    }
    return this.sdk.idx.proceed(passcode === undefined ? values : { ...values, password: passcode });
  }

  choose(key, { methodType, phoneNumber }) {
    const authenticator = methodType || phoneNumber ? { id: idOf(this.transaction, key), methodType, phoneNumber } : key;
    // If the current page is not the list, name the step. Otherwise the SDK submits the page's first form.
    const step = this.shows('select-authenticator-enroll') ? undefined : 'select-authenticator-enroll';
    return this.sdk.idx.proceed({ step, authenticator });
  }

  answer(passcode) {
    const isPassword = authenticatorKey(this.transaction.nextStep) === 'okta_password';
    return this.sdk.idx.proceed(isPassword ? { password: passcode } : { verificationCode: passcode });
  }

  resend() {
    return this.act('currentAuthenticator-resend');
  }

  poll() {
    return this.act('currentAuthenticator-poll');
  }

  skip() {
    return this.sdk.idx.proceed({ skip: true });
  }

  async openLink(link) {
    const search = await followLink(link);
    if (!search) {
      return this.transaction;
    }
    this.answeredByLink = this.sdk.idx.parseEmailVerifyCallback(search).otp;
    return this.sdk.idx.handleEmailVerifyCallback(search);
  }

  shows(...names) {
    return names.includes(this.transaction.nextStep?.name);
  }

  act(action) {
    if (!this.transaction.availableSteps?.some((step) => step.name === action)) {
      throw new Unsupported(`the page has no action ${action}`);
    }
    return this.sdk.idx.proceed({ actions: [action] });
  }
}
