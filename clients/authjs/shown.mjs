// What a transaction of the SDK shows its application, in the words of the adapter protocol.

// After CANCELED a sign-up can begin again, which the protocol calls pending.
const statuses = { PENDING: 'pending', SUCCESS: 'success', TERMINAL: 'terminal', CANCELED: 'pending', FAILURE: 'error' };

export function shown(transaction) {
  const { status, messages = [], tokens, error } = transaction;
  return {
    status: statuses[status] ?? 'error',
    step: status === 'PENDING' ? step(transaction) : undefined,
    messages: (messages.length > 0 ? messages : ofFields(transaction.nextStep?.inputs)).map(shownMessage),
    tokens: tokens && flat(tokens),
    error: error && String(error.message || error.errorSummary || error),
  };
}

function shownMessage({ class: kind, i18n, message }) {
  return { class: kind, key: i18n?.key, text: message };
}

/** Messages on the fields of a raw form, which the generic remediator leaves where they are. */
function ofFields(inputs) {
  const fields = Array.isArray(inputs) ? inputs : [];
  return fields.flatMap(({ messages, value }) => [...(messages?.value ?? messages ?? []), ...ofFields(value)]);
}

/** The key of the authenticator that a step is about, in either model of the SDK. */
export function authenticatorKey(nextStep) {
  return nextStep?.authenticator?.key ?? nextStep?.relatesTo?.value?.key ?? nextStep?.relatesTo?.key;
}

/** The id of an authenticator that the page lists. */
export function idOf(transaction, key) {
  const authenticators = transaction.context.authenticators?.value ?? [];
  return authenticators.find((authenticator) => authenticator.key === key)?.id;
}

function step({ nextStep, availableSteps = [] }) {
  const name = nextStep?.name ?? availableSteps[0]?.name;
  return (
    name && {
      name,
      authenticator: authenticatorKey(nextStep),
      inputs: nextStep?.inputs?.map((input) => input.name),
      canSkip: availableSteps.some((each) => each.name === 'skip') || nextStep?.canSkip === true,
      canResend: availableSteps.some((each) => each.name.includes('resend')) || nextStep?.canResend === true,
      poll: nextStep?.poll,
    }
  );
}

function flat({ accessToken, idToken, refreshToken }) {
  return {
    accessToken: accessToken?.accessToken,
    idToken: idToken?.idToken,
    refreshToken: refreshToken?.refreshToken,
    scope: accessToken?.scopes?.join(' '),
  };
}
