// Converts a transaction of the SDK to a reply of the adapter protocol.

// After CANCELED, a new sign-up can start; the protocol calls this state pending.
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

/** The messages on the fields of a raw form. The generic remediator does not move them to the transaction. */
function ofFields(inputs) {
  const fields = Array.isArray(inputs) ? inputs : [];
  return fields.flatMap(({ messages, value }) => [...(messages?.value ?? messages ?? []), ...ofFields(value)]);
}

/** The key of a step's authenticator, in either model of the SDK. */
export function authenticatorKey(nextStep) {
  return nextStep?.authenticator?.key ?? nextStep?.relatesTo?.value?.key ?? nextStep?.relatesTo?.key;
}

/** The id of an authenticator on the current page. */
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
