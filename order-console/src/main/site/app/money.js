// Money is an integer of minor units and a currency, here as on the wire: never a fraction.

// ISO 4217's exponents where they are not 2. Intl has CLDR's, which round away minor units that some currencies have on
// paper (IQD, LBP, …); the API's are ISO's.
const exponents = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0, XAF: 0,
  XOF: 0, XPF: 0, BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3, CLF: 4, UYW: 4,
};

const formats = new Map();

/** How many decimals the currency has. */
export const exponent = (currency) => exponents[currency] ?? 2;

/** The amount as a plain decimal: 7889 EUR is "78.89", 500 JPY is "500". */
export function decimal(minorUnits, currency) {
  const digits = exponent(currency);
  if (!digits) return String(minorUnits);
  const text = String(minorUnits).padStart(digits + 1, '0');
  return text.slice(0, -digits) + '.' + text.slice(-digits);
}

/** The amount as the reader's language writes it, with its currency. */
export function format(minorUnits, currency) {
  if (!formats.has(currency)) formats.set(currency, formatOf(currency));
  // A decimal string is formatted exactly; a number of cents divided by 100 is not.
  return formats.get(currency).format(decimal(minorUnits, currency));
}

function formatOf(currency) {
  const digits = exponent(currency);
  try {
    return new Intl.NumberFormat(undefined, {
      style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
  } catch {
    return { format: (text) => `${text} ${currency}` };
  }
}

/** The minor units that a person's decimal means, or undefined when it is none or has more decimals than the currency. */
export function parse(text, currency) {
  const found = /^(\d{1,13})(?:[.,](\d*))?$/.exec(text.trim());
  if (!found) return undefined;
  const digits = exponent(currency);
  const decimals = (found[2] ?? '').replace(/0+$/, '');
  if (decimals.length > digits) return undefined;
  const minorUnits = Number(found[1] + decimals.padEnd(digits, '0'));
  return Number.isSafeInteger(minorUnits) ? minorUnits : undefined;
}

/** The currencies the reader's browser knows, by code. */
export const currencies = () => Intl.supportedValuesOf?.('currency') ?? ['EUR', 'GBP', 'JPY', 'USD'];
