// The widget has separate fields for a phone number's country and its digits.

import { Unsupported } from '../protocol.mjs';

const countries = { 1: 'US', 33: 'FR', 34: 'ES', 44: 'GB', 49: 'DE', 55: 'BR', 61: 'AU', 81: 'JP', 91: 'IN' };

/** Splits `+33612345678` into France and its digits. A number without `+` is returned unchanged, with the United States as the country. */
export function countryAndNumber(phoneNumber) {
  if (!phoneNumber.startsWith('+')) {
    return { country: 'US', digits: phoneNumber };
  }
  const digits = phoneNumber.slice(1).replace(/\D/g, '');
  const code = Object.keys(countries).find((each) => digits.startsWith(each));
  if (!code) {
    throw new Unsupported(`the adapter does not know the country of ${phoneNumber}`);
  }
  return { country: countries[code], digits: digits.slice(code.length) };
}
