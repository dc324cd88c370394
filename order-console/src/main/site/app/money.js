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

/** The amount in words of money, such as "157.78 euros". */
export function inWords(minorUnits, currency) {
  const digits = exponent(currency);
  try {
    return new Intl.NumberFormat(undefined, {
      style: 'currency', currency, currencyDisplay: 'name', minimumFractionDigits: digits, maximumFractionDigits: digits,
    }).format(decimal(minorUnits, currency));
  } catch {
    return format(minorUnits, currency);
  }
}

const GROUPED = /^\d{1,3}(?:,\d{2,3})*,\d{3}$/;

/**
 * What a person's amount means, read by the separators and digits of a locale.
 * @param {string} text
 * @param {string} currency ISO 4217 code
 * @param {string} [locale] the person's
 * @returns {{minorUnits: number} | {wrong: string}} `wrong` says why it means nothing, or which two things it may mean
 */
export function parse(text, currency, locale) {
  const { decimalSign, plain } = signsOf(locale);
  const typed = plain(text.trim());
  const digits = exponent(currency);
  if (!/^\d/.test(typed) || /[^\d.,]/.test(typed) || typed.length > 24) return { wrong: 'An amount, such as ' + example(currency) + '.' };
  const separators = [...typed].filter((sign) => sign === '.' || sign === ',');
  const last = separators.at(-1);
  const other = last === '.' ? ',' : '.';
  if (!last) return amount(typed, '', currency);
  const [whole, fraction] = [typed.slice(0, typed.lastIndexOf(last)), typed.slice(typed.lastIndexOf(last) + 1)];
  if (separators.includes(other)) { // the last one separates the decimals, the others the thousands
    if (whole.includes(last) || !GROUPED.test(whole.replaceAll(other, ','))) return { wrong: 'An amount, such as ' + example(currency) + '.' };
    return amount(whole.replaceAll(other, ''), fraction, currency);
  }
  const grouped = GROUPED.test(typed.replaceAll(last, ','));
  if (separators.length > 1) {
    return grouped ? amount(typed.replaceAll(last, ''), '', currency) : { wrong: 'An amount, such as ' + example(currency) + '.' };
  }
  if (grouped && !whole.startsWith('0')) {
    const byLocale = last === decimalSign ? 'decimal' : 'group';
    if (byLocale === 'decimal' && digits >= 3) return amount(whole, fraction, currency);
    if (byLocale === 'group' && digits === 0) return amount(whole + fraction, '', currency);
    const [thousands, decimals] = [format(Number(whole + fraction) * 10 ** digits, currency), inLocale(whole, fraction, currency)];
    return { wrong: `This can be read as ${thousands} or as ${decimals}. Type it without a thousands separator.` };
  }
  return amount(whole, fraction, currency);
}

function amount(whole, fraction, currency) {
  const digits = exponent(currency);
  const decimals = fraction.replace(/0+$/, '');
  if (decimals.length > digits) return { wrong: digits ? `${currency} has at most ${digits} decimals.` : `${currency} has no decimals.` };
  const minorUnits = Number(whole + decimals.padEnd(digits, '0'));
  return Number.isSafeInteger(minorUnits) ? { minorUnits } : { wrong: 'Too large.' };
}

/** An amount as one may type it. */
export const example = (currency, locale) => {
  const digits = exponent(currency);
  return digits ? '12' + signsOf(locale).decimalSign + '3456'.slice(0, digits) : '12';
};

function inLocale(whole, fraction, currency) {
  const decimals = fraction.replace(/0+$/, '');
  return new Intl.NumberFormat(undefined, {
    style: 'currency', currency, minimumFractionDigits: Math.max(exponent(currency), decimals.length) }).format(`${whole}.${decimals || 0}`);
}

const signs = new Map();

/** The locale's decimal sign, and what writes a text with its digits and signs in 0-9, dots and commas, without spaces. */
function signsOf(locale) {
  if (!signs.has(locale)) {
    const number = new Intl.NumberFormat(locale);
    const part = (type) => number.formatToParts(1234567.5).find((found) => found.type === type)?.value ?? '';
    const numerals = [...new Intl.NumberFormat(locale, { useGrouping: false }).format(9876543210)].reverse();
    const [own, group] = [part('decimal'), part('group')];
    const decimalSign = own === ',' || own === '.' ? own : '.';
    signs.set(locale, {
      decimalSign,
      plain: (text) => [...text.replace(/(?<=\d)[\s\u00a0\u202f'\u2019](?=\d{3})/gu, '')].map((sign) => {
        if (numerals.includes(sign)) return numerals.indexOf(sign);
        if (sign === own) return decimalSign;
        return sign === group && sign !== ',' && sign !== '.' ? '' : sign;
      }).join(''),
    });
  }
  return signs.get(locale);
}
