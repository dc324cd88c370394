// A new order: the API's rules while one types, and the API's own answer at the field it points to.
import { html, nothing } from '../lib/lit-html/lit-html.js';
import { repeat } from '../lib/lit-html/directives/repeat.js';
import { live } from '../lib/lit-html/directives/live.js';
import { call, Problem } from './api.js';
import { countries, currencies } from './codes.js';
import { example, format, inWords, parse } from './money.js';
import { focusOn, go, notify, update } from './page.js';
import { keepDraft, keptDraft, may } from './session.js';
import { field, fieldId } from './parts.js';
import { expectOrder } from './order.js';

const ADDRESS = [
  ['name', 'Name', 'name'], ['line1', 'Address', 'address-line1'], ['line2', 'Address, second line', 'address-line2'],
  ['postalCode', 'Postal code', 'postal-code'], ['city', 'City', 'address-level2'], ['country', 'Country', 'country'],
];

let nextLine = 1;
let draft;
let errors = [];
let failure;
let sending = false;
let key; // of this order: kept through failures, so that sending again cannot order twice

const emptyLine = () => ({ id: nextLine++, sku: '', name: '', quantity: '1', unitPrice: '' });

const DRAFT = 'order';

function begin(kept) {
  draft = kept?.draft ?? { currency: 'EUR', lines: [emptyLine()], address: {}, reference: '', note: '', customerId: '' };
  draft.lines.forEach((line) => { line.id = nextLine++; });
  errors = [];
  failure = undefined;
  key = kept?.key ?? crypto.randomUUID();
}

/** Goes on with what this person typed in this tab, also after a reload or a session that ended. */
export function enter() {
  begin(keptDraft(DRAFT));
}

function startOver() {
  keepDraft(DRAFT);
  begin();
}

// -------------------------------------------------------------------------------------------------------- rules

const length = (text) => [...text].length; // code points, as the API counts
const priceOf = (text) => parse(text, draft.currency).minorUnits;
const integer = (text) => (/^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined);

/** The draft as the API wants it. What cannot be read is left out; `check` says so. */
function request() {
  const body = {
    currency: draft.currency,
    lines: draft.lines.map(({ sku, name, quantity, unitPrice }) => clean({
      sku: sku.trim(), name: name.trim(), quantity: integer(quantity), unitPrice: priceOf(unitPrice) })),
  };
  const address = clean(Object.fromEntries(ADDRESS.map(([name]) => [name, (draft.address[name] ?? '').trim()])));
  if (Object.keys(address).length) body.shippingAddress = address;
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
  lines.forEach(({ sku, name, quantity, unitPrice }, i) => {
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(sku.trim())) say(`/lines/${i}/sku`, sku.trim() ? 'Letters, digits, dots, dashes and underscores only.' : 'Which item?');
    else if (lines.findIndex((other) => other.sku.trim() === sku.trim()) < i) say(`/lines/${i}/sku`, 'Already on a line above: change its quantity.');
    if (length(name.trim()) > 200) say(`/lines/${i}/name`, 'At most 200 characters.');
    const number = integer(quantity);
    if (number === undefined || number < 1 || number > 10_000) say(`/lines/${i}/quantity`, '1 to 10,000.');
    const price = parse(unitPrice, currency);
    if (price.wrong) say(`/lines/${i}/unitPrice`, unitPrice.trim() ? price.wrong : 'What does one cost?');
    else if (price.minorUnits > 1e12) say(`/lines/${i}/unitPrice`, 'Too much for one item.');
  });
  if (total() === undefined && !wrong.length) say('/total', 'The total is too large.');
  if (ADDRESS.some(([name]) => (address[name] ?? '').trim())) {
    for (const name of ['name', 'line1', 'city', 'country']) if (!(address[name] ?? '').trim()) say(`/shippingAddress/${name}`, 'An address needs this.');
  }
  if (reference.trim() && !/^[\x20-\x7e]{1,64}$/.test(reference.trim())) say('/reference', 'At most 64 plain characters.');
  if (length(note.trim()) > 500) say('/note', 'At most 500 characters.');
  return wrong;
}

const amountOf = (line) => {
  const price = priceOf(line.unitPrice);
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
    startOver();
    expectOrder(body);
    notify(`Order accepted: ${inWords(body.total, body.currency)}.`, 'good');
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
  keepDraft(DRAFT, { draft, key });
  errors = errors.filter((error) => error.pointer !== pointer);
  update();
}

// ------------------------------------------------------------------------------------------------------ drawing

export function view() {
  if (!draft) enter();
  const { currency } = draft;
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
          ${picker('/currency', 'Currency', draft, 'currency', CURRENCY_OPTIONS)}
          ${input('/reference', 'Your reference', draft, 'reference', { maxlength: 64, hint: 'Optional: your own name or number for this order' })}
          ${may('orders/admin') ? input('/customerId', 'For customer', draft, 'customerId', { maxlength: 128, hint: 'Optional: leave it empty to order for yourself' }) : nothing}
        </div>
        <ul class="entry">
          ${repeat(draft.lines, ({ id }) => id, (line, i) => entry(line, i, currency))}
        </ul>
        <div class="row end">
          <button type="button" class="small" ?disabled=${draft.lines.length >= 100} @click=${addLine}>Add a line</button>
          <div class="spread"></div>
          <p class="running" aria-live="polite">Total <strong>${sum === undefined ? 'too large' : format(sum, currency)}</strong></p>
        </div>
      </fieldset>

      <fieldset class="card">
        <legend>Where to <span class="muted">optional</span></legend>
        <div class="address">
          ${ADDRESS.map(([name, label, autocomplete]) => name === 'country'
            ? picker('/shippingAddress/country', label, draft.address, name, COUNTRY_OPTIONS, { autocomplete, class: name })
            : input(`/shippingAddress/${name}`, label, draft.address, name, { autocomplete, maxlength: 200, class: name }))}
        </div>
        ${field({ pointer: '/note', label: 'Note', errors, control: (a) => html`
          <textarea id=${a.id} rows="2" .value=${live(draft.note)} aria-invalid=${a.invalid} aria-describedby=${a.describedBy}
            @input=${(e) => edit(draft, 'note', e.target.value, '/note')}></textarea>` })}
      </fieldset>

      <div class="actions">
        <p class="will muted small" aria-live="polite">${sum ? html`You are ordering for <strong>${inWords(sum, currency)}</strong>.` : nothing}</p>
        <button type="button" @click=${() => { startOver(); update(); focusOn('#place-title'); }}>Start over</button>
        <button class="primary large" ?disabled=${sending}>${sending ? 'Sending…' : 'Place order'}</button>
      </div>
    </form>`;
}

const CURRENCY_OPTIONS = currencies().map(({ code, name }) => [code, name ? `${code} – ${name}` : code]);
const COUNTRY_OPTIONS = [['', ''], ...countries().map(({ code, name }) => [code, name])];

function picker(pointer, label, target, name, options, { autocomplete = 'off', class: extra = '' } = {}) {
  return field({ pointer, label, errors, class: extra, control: (a) => html`
    <select id=${a.id} autocomplete=${autocomplete} aria-invalid=${a.invalid} aria-describedby=${a.describedBy}
      @change=${(e) => edit(target, name, e.target.value, pointer)}>
      ${options.map(([value, text]) => html`<option value=${value} .selected=${live(value === (target[name] ?? ''))}>${text}</option>`)}
    </select>` });
}

function input(pointer, label, target, name, { hint, hideLabel, class: extra = '', maxlength, autocomplete = 'off', inputmode, placeholder } = {}) {
  return field({ pointer, label, hint, errors, hideLabel, class: extra, control: (a) => html`
    <input id=${a.id} .value=${live(target[name] ?? '')} maxlength=${maxlength ?? nothing}
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
      ${input(`/lines/${i}/unitPrice`, `Price of one`, line, 'unitPrice', { class: 'price', inputmode: 'decimal', placeholder: example(currency) })}
      <output class="amount">${amount === undefined ? '–' : format(amount, currency)}</output>
      <button type="button" class="quiet icon" aria-label="Remove line ${i + 1}" ?disabled=${draft.lines.length === 1} @click=${() => removeLine(i)}>×</button>
    </li>`;
}

function addLine() {
  draft.lines.push(emptyLine());
  keepDraft(DRAFT, { draft, key });
  focusOn(`#${fieldId(`/lines/${draft.lines.length - 1}/sku`)}`);
}

function removeLine(i) {
  draft.lines.splice(i, 1);
  keepDraft(DRAFT, { draft, key });
  errors = errors.filter(({ pointer }) => !pointer?.startsWith('/lines/')); // what they pointed to has moved
  focusOn(`#${fieldId(`/lines/${Math.min(i, draft.lines.length - 1)}/sku`)}`);
}
