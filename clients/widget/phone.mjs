// The widget composes a number of a country and its digits.

import { Unsupported } from '../protocol.mjs';

const countries = { 1: 'US', 33: 'FR', 34: 'ES', 44: 'GB', 49: 'DE', 55: 'BR', 61: 'AU', 81: 'JP', 91: 'IN' };

/** `+33612345678` as France and its digits; what has no `+` is typed as it is, under the United States. */
export function countryAndNumber(phoneNumber) {
  if (!phoneNumber.startsWith('+')) {
    return { country: 'US', digits: phoneNumber };
  }
  const digits = phoneNumber.slice(1).replace(/\D/g, '');
  const code = Object.keys(countries).find((each) => digits.startsWith(each));
  if (!code) {
    throw new Unsupported(`the adapter knows no country for ${phoneNumber}`);
  }
  return { country: countries[code], digits: digits.slice(code.length) };
}
