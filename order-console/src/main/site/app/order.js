// One order: its lines, its history as a time line, and the moves that its status and the reader's scopes allow.
import { html, nothing } from '../lib/lit-html/lit-html.js';
import { call, etagOf, Problem, repeatedly } from './api.js';
import { format } from './money.js';
import { announce, ask, href, notify, place, update } from './page.js';
import { may, settings } from './session.js';
import { chip, copy, count, empty, failed, field, instant, moment, shortId, wordOf } from './parts.js';
import { reload } from './orders.js';

const LIVE_MILLIS = 2000;
const WAITING_MILLIS = 250; // while a command is on its way through the queue
const PATIENCE_MILLIS = 30_000;

/** What one may do to an order, in the order in which it happens. */
const MOVES = {
  confirm: { from: ['PLACED'], target: 'CONFIRMED', title: 'Confirm', scope: 'orders/admin' },
  ship: { from: ['CONFIRMED'], target: 'SHIPPED', title: 'Ship', scope: 'orders/admin' },
  deliver: { from: ['SHIPPED'], target: 'DELIVERED', title: 'Deliver', scope: 'orders/admin' },
  amend: { from: ['PLACED'], title: 'Amend', scope: 'orders/write' },
  cancel: { from: ['PLACED', 'CONFIRMED'], target: 'CANCELLED', title: 'Cancel order', scope: 'orders/write' },
};

const PATH = ['PENDING', 'PLACED', 'CONFIRMED', 'SHIPPED', 'DELIVERED'];

const WORDS = {
  'order.placed.v1': 'Placed', 'order.amended.v1': 'Amended', 'order.confirmed.v1': 'Confirmed', 'order.shipped.v1': 'Shipped',
  'order.delivered.v1': 'Delivered', 'order.cancelled.v1': 'Cancelled', 'order.change-refused.v1': 'Change refused',
};

let watch;
let id;
let order;
let etag;
let history = [];
let failure;
let waiting; // { name, version, until }: a command was accepted and is on its way
let lost; // { title, why, version }: a command that lost to another, told until it is dismissed

/** Begins to watch one order; a call for the same one changes nothing. */
export function watchOrder(orderId) {
  if (watch && orderId === id) return;
  leaveOrder();
  id = orderId;
  watch = new AbortController();
  const { signal } = watch;
  repeatedly(() => load(signal), () => (waiting || order?.status === 'PENDING' ? WAITING_MILLIS : LIVE_MILLIS), signal);
}

export function leaveOrder() {
  watch?.abort();
  watch = id = order = etag = failure = waiting = lost = undefined;
  history = [];
}

/** Shows an order as the API accepted it, before it is asked for. */
export function expectOrder(accepted) {
  watchOrder(accepted.orderId);
  order = accepted;
}

async function load(signal) {
  const path = `/orders/${encodeURIComponent(id)}`;
  try {
    const answer = await call('GET', path, { signal, ifNoneMatch: etag });
    if (signal.aborted) return;
    if (answer.status === 200) {
      const entries = (await call('GET', `${path}/history`, { signal })).body.history;
      if (signal.aborted) return;
      show(answer.body, answer.etag, entries);
    }
    failure = undefined;
    if (waiting && Date.now() > waiting.until) {
      waiting = undefined;
      notify('This takes longer than usual. The command is safe in the queue, and the order will change when it is through.');
    }
  } catch (problem) {
    if (signal.aborted) return;
    failure = problem;
  }
  update();
}

function show(next, nextEtag, entries) {
  const before = order;
  order = next;
  etag = nextEtag;
  history = entries;
  if (before && before.status !== order.status) {
    announce(`The order is now ${wordOf(order.status)}.`);
    reload();
  }
  if (waiting) settle();
}

// The command is through when the history has an entry beyond the version it was given on.
function settle() {
  const since = history.filter(({ version }) => version > waiting.version);
  const refusal = since.find(({ type }) => type === 'order.change-refused.v1');
  if (!refusal && !since.length && order.status !== waiting.target) return;
  if (refusal) lost = { title: waiting.title, why: refusal.reason, version: waiting.version };
  waiting = undefined;
}

// ------------------------------------------------------------------------------------------------------- moves

async function move(name) {
  const { title, target } = MOVES[name];
  const seen = order;
  const key = crypto.randomUUID(); // one for the whole decision: pressing twice or retrying makes it once
  const send = (path, method, body) => call(method, `/orders/${seen.orderId}${path}`, { ifMatch: etagOf(seen), key, body });
  lost = undefined;
  try {
    const sent = await { confirm: () => send('/confirm', 'POST'), deliver: () => send('/deliver', 'POST'), ship: () => askShipment(send),
      cancel: () => askReason(send), amend: () => askChanges(seen, send) }[name]();
    if (!sent) return;
    waiting = { title, target, version: seen.version, until: Date.now() + PATIENCE_MILLIS };
    announce(`${title}: accepted.`);
  } catch (problem) {
    if (problem instanceof Problem && (problem.status === 412 || problem.status === 409)) {
      lost = { title, why: problem.message, version: seen.version };
      announce(`${title} was not made: the order had changed meanwhile.`);
    } else {
      notify(problem.message, 'bad');
    }
  }
  etag = undefined;
  if (watch) await load(watch.signal);
  reload();
}

const text = (form, name) => form.get(name).trim() || undefined;

const askShipment = (send) => ask({
  title: 'Ship this order?',
  action: 'Ship',
  body: (errors) => html`
    ${field({ pointer: '/carrier', label: 'Carrier', hint: 'Optional', errors, control: (a) => html`
      <input name="carrier" id=${a.id} maxlength="200" autocomplete="off" aria-invalid=${a.invalid} aria-describedby=${a.describedBy}>` })}
    ${field({ pointer: '/trackingNumber', label: 'Tracking number', hint: 'Optional', errors, control: (a) => html`
      <input name="trackingNumber" id=${a.id} maxlength="200" autocomplete="off" aria-invalid=${a.invalid} aria-describedby=${a.describedBy}>` })}`,
  submit: (form) => send('/ship', 'POST', { carrier: text(form, 'carrier'), trackingNumber: text(form, 'trackingNumber') }),
});

const askReason = (send) => ask({
  title: 'Cancel this order?',
  action: 'Cancel order',
  danger: true,
  body: (errors) => html`
    <p>A cancelled order stays in the list and in its history. It cannot be revived.</p>
    ${field({ pointer: '/reason', label: 'Reason', hint: 'Optional, kept in the history', errors, control: (a) => html`
      <input name="reason" id=${a.id} maxlength="500" autocomplete="off" aria-invalid=${a.invalid} aria-describedby=${a.describedBy}>` })}`,
  submit: (form) => send('/cancel', 'POST', { reason: text(form, 'reason') }),
});

const askChanges = (seen, send) => ask({
  title: 'Amend this order',
  action: 'Amend',
  body: (errors) => html`
    ${field({ pointer: '/reference', label: 'Reference', errors, control: (a) => html`
      <input name="reference" id=${a.id} .value=${seen.reference ?? ''} maxlength="64" autocomplete="off" aria-invalid=${a.invalid} aria-describedby=${a.describedBy}>` })}
    ${seen.lines.map((line, i) => field({ pointer: `/lines/${i}/quantity`, label: `Quantity of ${line.name ?? line.sku}`, errors, control: (a) => html`
      <input name="quantity-${i}" id=${a.id} .value=${String(line.quantity)} inputmode="numeric" autocomplete="off" aria-invalid=${a.invalid} aria-describedby=${a.describedBy}>` }))}
    ${field({ pointer: '/note', label: 'Note', errors, control: (a) => html`
      <textarea name="note" id=${a.id} rows="3" .value=${seen.note ?? ''} aria-invalid=${a.invalid} aria-describedby=${a.describedBy}></textarea>` })}`,
  submit: (form) => send('', 'PATCH', changesOf(seen, form)),
});

// Only what differs goes into the patch; null takes an optional field away.
function changesOf(seen, form) {
  const changes = {};
  for (const name of ['reference', 'note']) {
    const next = text(form, name);
    if (next !== seen[name]) changes[name] = next ?? null;
  }
  const lines = seen.lines.map((line, i) => ({ ...line, quantity: integer(form.get(`quantity-${i}`)) }));
  if (lines.some((line, i) => line.quantity !== seen.lines[i].quantity)) changes.lines = lines;
  return changes;
}

// What is no integer goes as it was typed, so that the API says what is wrong with it.
const integer = (typed) => (/^\d{1,15}$/.test(typed.trim()) ? Number(typed) : typed);

// ----------------------------------------------------------------------------------------------------- drawing

export function orderView() {
  const close = html`<a class="button quiet icon close" href=${href(['orders'], place().query)} aria-label="Close order">×</a>`;
  if (!order) {
    return html`
      <section class="panel" aria-label="Order" aria-busy=${failure ? 'false' : 'true'}>
        <div class="panel-head">${close}</div>
        ${failure instanceof Problem && failure.status === 404
          ? empty('No such order', 'There is none with this id, or it is not yours to see.')
          : failure ? failed(failure) : html`<div class="skeleton" role="status" aria-label="Loading order"><div class="bone w58"></div><div class="bone w80"></div><div class="bone w66"></div></div>`}
      </section>`;
  }
  return html`
    <section class="panel" aria-labelledby="order-title">
      <div class="panel-head">
        <div>
          <h1 id="order-title" tabindex="-1">${order.reference ?? `Order ${shortId(order.orderId)}`}</h1>
          <p class="mono small id">${order.orderId}
            <button type="button" class="quiet tiny" @click=${() => copy(order.orderId, notify)}>Copy<span class="sr-only"> order id</span></button></p>
        </div>
        ${close}
      </div>
      ${failure ? failed(failure) : nothing}
      ${lost ? lostRace() : nothing}
      <div class="sum">
        <span class="amount">${format(order.total, order.currency)}</span>
        ${chip(order.status)}
        ${waiting ? html`<span class="muted small" role="status">${waiting.title}: on its way…</span>` : nothing}
      </div>
      ${steps()}
      ${moves()}
      ${lines()}
      ${facts()}
      ${timeline()}
    </section>`;
}

function steps() {
  if (order.status === 'CANCELLED') return nothing;
  const at = PATH.indexOf(order.status);
  return html`
    <ol class="steps" aria-label="Progress">
      ${PATH.map((status, i) => html`
        <li class=${i < at ? 'done' : i === at ? 'now' : ''} aria-current=${i === at ? 'step' : nothing}>${wordOf(status)}</li>`)}
    </ol>`;
}

function moves() {
  const able = Object.entries(MOVES).filter(([, { from, scope }]) => from.includes(order.status) && may(scope));
  if (!able.length) return nothing;
  return html`
    <div class="moves">
      ${able.map(([name, { title, target }]) => html`
        <button type="button" data-move=${name} class=${name === 'cancel' ? 'quiet danger-text' : target ? 'primary' : ''}
          ?disabled=${Boolean(waiting)} @click=${() => move(name)}>${title}</button>`)}
    </div>`;
}

function lostRace() {
  const since = history.filter(({ version }) => version > lost.version);
  const others = since.filter(({ type }) => type !== 'order.change-refused.v1');
  return html`
    <div class="banner warn" role="alert" id="lost-race">
      <div>
        <p><strong>“${lost.title}” was not made.</strong>
          ${others.length ? 'Somebody was quicker; here is what changed while you looked:' : lost.why}</p>
        ${others.length ? html`
          <ul>${others.map((entry) => html`<li><strong>${wordFor(entry)}</strong> by ${entry.by} at ${instant(entry.at)}${
            entry.changed?.length ? html` (${entry.changed.join(', ')})` : nothing}</li>`)}</ul>
          <p>You see the order as it is now. Nothing of yours was lost: decide again.</p>` : nothing}
      </div>
      <button type="button" class="small" @click=${() => { lost = undefined; update(); }}>Understood</button>
    </div>`;
}

function lines() {
  return html`
    <table class="lines">
      <caption class="sr-only">Lines</caption>
      <thead><tr><th scope="col">Item</th><th scope="col" class="number">Quantity</th><th scope="col" class="number">Price</th><th scope="col" class="number">Amount</th></tr></thead>
      <tbody>
        ${order.lines.map((line) => html`
          <tr>
            <td>${line.name ?? line.sku}${line.name ? html`<span class="mono small sku">${line.sku}</span>` : nothing}</td>
            <td class="number">${line.quantity}</td>
            <td class="number">${format(line.unitPrice, order.currency)}</td>
            <td class="number">${format(line.unitPrice * line.quantity, order.currency)}</td>
          </tr>`)}
      </tbody>
      <tfoot><tr><th scope="row" colspan="3">Total of ${count(order.lines.length, 'line')}</th><td class="number">${format(order.total, order.currency)}</td></tr></tfoot>
    </table>`;
}

function facts() {
  const { shippingAddress: to, shipment, metadata } = order;
  const fact = (name, value) => (value === undefined || value === null || value === '' ? nothing : html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return html`
    <dl class="facts">
      ${fact('Customer', order.customerId)}
      ${order.placedAt ? fact('Placed', moment(order.placedAt)) : nothing}
      ${order.updatedAt && order.updatedAt !== order.placedAt ? fact('Changed', moment(order.updatedAt)) : nothing}
      ${fact('Version', order.version)}
      ${to ? fact('Ship to', [to.name, to.line1, to.line2, [to.postalCode, to.city].filter(Boolean).join(' '), to.country]
        .filter(Boolean).map((part) => html`<span class="line">${part}</span>`)) : nothing}
      ${shipment ? fact('Shipment', [shipment.carrier, shipment.trackingNumber].filter(Boolean).join(' ') || moment(shipment.shippedAt)) : nothing}
      ${fact('Note', order.note)}
      ${Object.entries(metadata ?? {}).map(([name, value]) => fact(name, value))}
    </dl>`;
}

function timeline() {
  return html`
    <div class="subhead">
      <h2>History</h2>
      ${settings().local && may('orders/read') ? html`<a class="small" href=${href(['pipeline', 'trail', order.orderId])}>Trail through the pipeline</a>` : nothing}
    </div>
    ${history.length ? html`
      <ol class="timeline">
        ${history.map((entry) => html`
          <li class=${entry.type === 'order.change-refused.v1' ? 'refused' : (entry.to ?? '').toLowerCase()}>
            <p><strong>${wordFor(entry)}</strong>${entry.changed?.length && entry.type === 'order.amended.v1' ? html` · ${entry.changed.join(', ')}` : nothing}</p>
            ${entry.reason ? html`<p class="reason">${entry.reason}</p>` : nothing}
            <p class="muted small">${instant(entry.at)} · ${entry.by} · version ${entry.version}</p>
            ${entry.correlationId ? html`<p class="muted small mono trace">${entry.correlationId}</p>` : nothing}
          </li>`)}
      </ol>` : html`<p class="muted small">Accepted, and on its way to be stored.</p>`}`;
}

const wordFor = (entry) => WORDS[entry.type] ?? entry.type;
