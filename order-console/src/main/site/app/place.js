// A new order: the API's rules while one types, and the API's own answer at the field it points to.
import { html, nothing } from '../lib/lit-html/lit-html.js';
import { repeat } from '../lib/lit-html/directives/repeat.js';
import { live } from '../lib/lit-html/directives/live.js';
import { call, Problem } from './api.js';
import { currencies, exponent, format, parse } from './money.js';
import { focusOn, go, notify, update } from './page.js';
import { may } from './session.js';
import { field, fieldId } from './parts.js';
import { expectOrder } from './order.js';

const ADDRESS = [
  ['name', 'Name', 'name'], ['line1', 'Address', 'address-line1'], ['line2', 'Address, second line', 'address-line2'],
  ['postalCode', 'Postal code', 'postal-code'], ['city', 'City', 'address-level2'], ['country', 'Country code', 'country'],
];

let nextLine = 1;
let draft;
let errors = [];
let failure;
let sending = false;
let key; // of this order: kept through failures, so that sending again cannot order twice

const emptyLine = () => ({ id: nextLine++, sku: '', name: '', quantity: '1', unitPrice: '' });

function begin() {
  draft = { currency: 'EUR', lines: [emptyLine()], address: {}, reference: '', note: '', customerId: '' };
  errors = [];
  failure = undefined;
  key = crypto.randomUUID();
}

export function enter() {
  if (!draft) begin();
}

// -------------------------------------------------------------------------------------------------------- rules

const length = (text) => [...text].length; // code points, as the API counts
const integer = (text) => (/^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined);

/** The draft as the API wants it. What cannot be read is left out; `check` says so. */
function request() {
  const body = {
    currency: draft.currency.trim().toUpperCase(),
    lines: draft.lines.map(({ sku, name, quantity, unitPrice }) => clean({
      sku: sku.trim(), name: name.trim(), quantity: integer(quantity), unitPrice: parse(unitPrice, draft.currency) })),
  };
  const address = clean(Object.fromEntries(ADDRESS.map(([name]) => [name, (draft.address[name] ?? '').trim()])));
  if (Object.keys(address).length) body.shippingAddress = { ...address, ...(address.country && { country: address.country.toUpperCase() }) };
  if (draft.reference.trim()) body.reference = draft.reference.trim();
  if (draft.note.trim()) body.note = draft.note.trim();
  if (draft.customerId.trim() && may('orders/admin')) body.customerId = draft.customerId.trim();
  return body;
}

const clean = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== '' && value !== undefined));

/** What is wrong with the draft, in the form the API says it. */
function check() {
  const wrong = [];
  const say = (pointer, detail) => wrong.push({ pointer, detail });
  const { currency, lines, address, reference, note } = draft;
  if (!/^[A-Z]{3}$/i.test(currency.trim())) say('/currency', 'Three letters, such as EUR.');
  lines.forEach(({ sku, name, quantity, unitPrice }, i) => {
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(sku.trim())) say(`/lines/${i}/sku`, sku.trim() ? 'Letters, digits, dots, dashes and underscores only.' : 'Which item?');
    else if (lines.findIndex((other) => other.sku.trim() === sku.trim()) < i) say(`/lines/${i}/sku`, 'Already on a line above: change its quantity.');
    if (length(name.trim()) > 200) say(`/lines/${i}/name`, 'At most 200 characters.');
    const number = integer(quantity);
    if (number === undefined || number < 1 || number > 10_000) say(`/lines/${i}/quantity`, '1 to 10,000.');
    const price = parse(unitPrice, currency);
    if (price === undefined) say(`/lines/${i}/unitPrice`, unitPrice.trim() ? priceRule(currency) : 'What does one cost?');
    else if (price > 1e12) say(`/lines/${i}/unitPrice`, 'Too much for one item.');
  });
  if (total() === undefined && !wrong.length) say('/total', 'The total is too large.');
  if (ADDRESS.some(([name]) => (address[name] ?? '').trim())) {
    for (const name of ['name', 'line1', 'city', 'country']) if (!(address[name] ?? '').trim()) say(`/shippingAddress/${name}`, 'An address needs this.');
    if (address.country?.trim() && !/^[A-Za-z]{2}$/.test(address.country.trim())) say('/shippingAddress/country', 'Two letters, such as IE.');
  }
  if (reference.trim() && !/^[\x20-\x7e]{1,64}$/.test(reference.trim())) say('/reference', 'At most 64 plain characters.');
  if (length(note.trim()) > 500) say('/note', 'At most 500 characters.');
  return wrong;
}

const priceRule = (currency) => {
  const digits = exponent(currency.trim().toUpperCase());
  return digits ? `An amount with at most ${digits} decimals.` : `${currency.toUpperCase()} has no decimals.`;
};

const amountOf = (line) => {
  const price = parse(line.unitPrice, draft.currency.trim().toUpperCase());
  const quantity = integer(line.quantity);
  return price === undefined || quantity === undefined ? undefined : price * quantity;
};

/** The sum of the lines that can be read; undefined when it is beyond what the API takes. */
function total() {
  const sum = draft.lines.reduce((sofar, line) => sofar + (amountOf(line) ?? 0), 0);
  return Number.isSafeInteger(sum) ? sum : undefined;
}

async function send(event) {
  event.preventDefault();
  if (sending) return;
  failure = undefined;
  errors = check();
  if (errors.length) return showErrors();
  sending = true;
  update();
  try {
    const { body } = await call('POST', '/orders', { key, body: request() });
    begin();
    expectOrder(body);
    notify('Accepted. It will be placed in a moment.', 'good');
    go(['orders', body.orderId]);
  } catch (problem) {
    failure = problem;
    // The key stays with a request that may have got through; a refused one left nothing behind.
    if (problem instanceof Problem && problem.slug === 'idempotency-key-reused') key = crypto.randomUUID();
    errors = problem.errors?.map((error) => ({ ...error, pointer: error.pointer ?? '' })) ?? [];
    showErrors();
  } finally {
    sending = false;
    update();
  }
}

function showErrors() {
  update();
  focusOn('.place [aria-invalid=true], .place .banner');
}

function edit(target, name, value, pointer) {
  target[name] = value;
  errors = errors.filter((error) => error.pointer !== pointer);
  update();
}

// ------------------------------------------------------------------------------------------------------ drawing

export function view() {
  if (!draft) begin();
  const currency = draft.currency.trim().toUpperCase();
  const sum = total();
  const elsewhere = errors.filter(({ pointer }) => !document.getElementById(fieldId(pointer)));
  return html`
    <form class="place" novalidate @submit=${send} aria-labelledby="place-title">
      <h1 id="place-title" tabindex="-1">New order</h1>
      ${failure || errors.length ? html`
        <div class="banner bad" role="alert" tabindex="-1">
          <div>
            <p>${failure && (elsewhere.length || !errors.length) ? failure.message : 'Please look at the marked fields.'}</p>
            ${elsewhere.length ? html`<ul>${elsewhere.map(({ pointer, detail }) => html`<li>${pointer ? html`<span class="mono">${pointer}</span> ` : nothing}${detail}</li>`)}</ul>` : nothing}
          </div>
        </div>` : nothing}

      <fieldset class="card">
        <legend>What</legend>
        <div class="row">
          ${input('/currency', 'Currency', draft, 'currency', { list: 'currencies', size: 5, maxlength: 3, class: 'short' })}
          <datalist id="currencies">${currencies().map((code) => html`<option value=${code}></option>`)}</datalist>
          ${input('/reference', 'Your reference', draft, 'reference', { maxlength: 64, hint: 'Optional: how you call this order' })}
          ${may('orders/admin') ? input('/customerId', 'For customer', draft, 'customerId', { maxlength: 128, hint: 'Optional: empty orders for yourself' }) : nothing}
        </div>
        <ul class="entry">
          ${repeat(draft.lines, ({ id }) => id, (line, i) => entry(line, i, currency))}
        </ul>
        <div class="row end">
          <button type="button" class="small" ?disabled=${draft.lines.length >= 100} @click=${addLine}>Add a line</button>
          <div class="spread"></div>
          <p class="running" aria-live="polite">Total <strong>${sum === undefined ? 'too large' : format(sum, currency || 'EUR')}</strong></p>
        </div>
      </fieldset>

      <fieldset class="card">
        <legend>Where to <span class="muted">optional</span></legend>
        <div class="address">
          ${ADDRESS.map(([name, label, autocomplete]) => input(`/shippingAddress/${name}`, label, draft.address, name,
            { autocomplete, maxlength: name === 'country' ? 2 : 200, class: name }))}
        </div>
        ${field({ pointer: '/note', label: 'Note', errors, control: (a) => html`
          <textarea id=${a.id} rows="2" .value=${live(draft.note)} aria-invalid=${a.invalid} aria-describedby=${a.describedBy}
            @input=${(e) => edit(draft, 'note', e.target.value, '/note')}></textarea>` })}
      </fieldset>

      <div class="actions">
        <button type="button" @click=${() => { begin(); update(); focusOn('#place-title'); }}>Start over</button>
        <button class="primary large" ?disabled=${sending}>${sending ? 'Sending…' : 'Place order'}</button>
      </div>
    </form>`;
}

function input(pointer, label, target, name, { hint, hideLabel, class: extra = '', list, size, maxlength, autocomplete = 'off', inputmode, placeholder } = {}) {
  return field({ pointer, label, hint, errors, hideLabel, class: extra, control: (a) => html`
    <input id=${a.id} .value=${live(target[name] ?? '')} list=${list ?? nothing} size=${size ?? nothing} maxlength=${maxlength ?? nothing}
      autocomplete=${autocomplete} inputmode=${inputmode ?? nothing} placeholder=${placeholder ?? nothing} spellcheck="false"
      aria-invalid=${a.invalid} aria-describedby=${a.describedBy}
      @input=${(e) => edit(target, name, e.target.value, pointer)}>` });
}

function entry(line, i, currency) {
  const amount = amountOf(line);
  return html`
    <li>
      <span class="sr-only">Line ${i + 1}</span>
      ${input(`/lines/${i}/sku`, 'Item (SKU)', line, 'sku', { class: 'sku', maxlength: 64, placeholder: 'JACKET-1' })}
      ${input(`/lines/${i}/name`, 'Name', line, 'name', { class: 'title', maxlength: 200, placeholder: 'Beautiful Jacket' })}
      ${input(`/lines/${i}/quantity`, 'Quantity', line, 'quantity', { class: 'quantity', inputmode: 'numeric' })}
      ${input(`/lines/${i}/unitPrice`, `Price of one`, line, 'unitPrice', { class: 'price', inputmode: 'decimal', placeholder: exponent(currency) ? '0.' + '0'.repeat(exponent(currency)) : '0' })}
      <output class="amount">${amount === undefined ? '–' : format(amount, currency)}</output>
      <button type="button" class="quiet icon" aria-label="Remove line ${i + 1}" ?disabled=${draft.lines.length === 1} @click=${() => removeLine(i)}>×</button>
    </li>`;
}

function addLine() {
  draft.lines.push(emptyLine());
  focusOn(`#${fieldId(`/lines/${draft.lines.length - 1}/sku`)}`);
}

function removeLine(i) {
  draft.lines.splice(i, 1);
  errors = errors.filter(({ pointer }) => !pointer?.startsWith('/lines/')); // what they pointed to has moved
  focusOn(`#${fieldId(`/lines/${Math.min(i, draft.lines.length - 1)}/sku`)}`);
}
