// 7.x, and 8.x with enableLegacyMode: values are thrown in, and the SDK goes as far as they carry.

import { Unsupported } from '../protocol.mjs';
import { followLink } from './link.mjs';
import { authenticatorKey } from './shown.mjs';

export class BagOfValues {
  constructor(sdk) {
    this.sdk = sdk;
  }

  start(activationToken) {
    return this.sdk.idx.register({ activationToken });
  }

  fill({ passcode, ...values }) {
    return this.sdk.idx.proceed(passcode === undefined ? values : { ...values, password: passcode });
  }

  choose(authenticator, { methodType, phoneNumber }) {
    return this.sdk.idx.proceed({ authenticator, methodType, phoneNumber });
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
    return this.sdk.idx.handleEmailVerifyCallback(await followLink(link));
  }

  act(action) {
    if (!this.transaction.availableSteps?.some((step) => step.name === action)) {
      throw new Unsupported(`the page has no action ${action}`);
    }
    return this.sdk.idx.proceed({ actions: [action] });
  }
}
