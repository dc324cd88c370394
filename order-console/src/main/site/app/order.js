// One order: its lines, its history as a timeline, and the moves that its status and the reader's scopes allow.
import { html, nothing } from '../lib/lit-html/lit-html.js';
import { call, etagOf, Problem, repeatedly } from './api.js';
import { format } from './money.js';
import { announce, ask, focusWhenThere, href, notify, place, update } from './page.js';
import { keepDraft, keptDraft, may, settings } from './session.js';
import { chip, copy, count, empty, failed, field, instant, moment, orderName, shortId, wordOf } from './parts.js';
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
let waiting; // { title, name, version, typed, until }: a command was accepted and is on its way
let lost; // { title, name, why, version, typed }: a command that lost to another, shown until it is dismissed
let expected; // an order that the API has just accepted

/** Begins to watch one order; a call for the same one changes nothing. */
export function watchOrder(orderId) {
  if (watch && orderId === id) return;
  leaveOrder();
  id = orderId;
  if (expected?.orderId === id) order = expected;
  expected = undefined;
  watch = new AbortController();
  const { signal } = watch;
  repeatedly(() => load(signal), () => (waiting || order?.status === 'PENDING' ? WAITING_MILLIS : LIVE_MILLIS), signal);
}

export function leaveOrder() {
  watch?.abort();
  watch = id = order = etag = failure = waiting = lost = undefined;
  history = [];
}

/** Shows an order as the API accepted it as soon as it is opened, before it is asked for. */
export function expectOrder(accepted) {
  expected = accepted;
}

/** What the page's title says of the order that is open. */
export const orderTitle = () => (order ? `${orderName(order)}, ${wordOf(order.status).toLowerCase()}` : id && `Order ${shortId(id)}`);

async function load(signal) {
  try {
    const state = await stateOf(id, { signal, ifNoneMatch: etag });
    if (signal.aborted) return;
    if (state) show(state);
    failure = undefined;
    if (waiting && Date.now() > waiting.until) {
      waiting = undefined;
      notify('This takes longer than usual. The command is safe in the queue. The order will change when the command is processed.');
    }
  } catch (problem) {
    if (signal.aborted) return;
    failure = problem;
  }
  update();
}

/**
 * An order and its history at one moment; undefined if the order is still the one of the ETag. The two are two requests,
 * and an order may change between them: what the history has beyond the order's version is not of that moment.
 */
async function stateOf(orderId, { signal, ifNoneMatch } = {}) {
  const path = `/orders/${encodeURIComponent(orderId)}`;
  for (let attempt = 1; ; attempt++) {
    const { status, body, etag: tag } = await call('GET', path, { signal, ifNoneMatch });
    if (status === 304) return undefined;
    const { history: entries } = (await call('GET', `${path}/history`, { signal })).body;
    const entriesThen = entries.filter(({ version }) => version <= body.version);
    if (entriesThen.length === entries.length || attempt === 3) return { order: body, etag: tag, history: entriesThen };
  }
}

function show(next) {
  const before = order;
  ({ order, etag, history } = next);
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
  if (refusal) lost = { ...waiting, why: sentence(refusal.reason) };
  waiting = undefined;
}

// ------------------------------------------------------------------------------------------------------- moves

const draftOf = (orderId) => `amend.${orderId}`;

/** Whether the API refused a change because the order is no longer the one it was meant for. */
const isConflict = (problem) => problem instanceof Problem && (problem.status === 412 || problem.slug === 'illegal-transition');

/**
 * Asks what the move needs, and sends it. When the order changed meanwhile, the dialog stays as it was filled in, says
 * what changed, and sends on the new version when the person decides so.
 */
async function move(name) {
  const { title, target, from } = MOVES[name];
  const seen = order;
  let version = seen.version;
  let key = crypto.randomUUID(); // one for each decision: pressing twice or retrying makes it once
  let typed;
  const send = (path, method, body, { latest = seen } = {}) => {
    version = latest.version;
    return call(method, `/orders/${seen.orderId}${path}`, { ifMatch: etagOf(latest), key, body });
  };
  const conflict = async (problem) => {
    if (!isConflict(problem)) return undefined;
    key = crypto.randomUUID();
    const { order: latest, history: entries } = await stateOf(seen.orderId);
    return { latest, since: entries.filter((entry) => entry.version > seen.version), closed: !from.includes(latest.status), why: problem.message };
  };
  lost = undefined;
  try {
    const sent = await { confirm: () => send('/confirm', 'POST'), deliver: () => send('/deliver', 'POST'),
      ship: () => askShipment(send, conflict), cancel: () => askReason(send, conflict),
      amend: () => askChanges(seen, send, conflict, (form) => { typed = form; }) }[name]();
    if (sent === 'same') notify('Nothing was changed, so nothing was sent.');
    else if (sent) {
      waiting = { title, name, target, version, typed, until: Date.now() + PATIENCE_MILLIS };
      announce(`${title}: accepted.`);
    } else return;
  } catch (problem) {
    if (isConflict(problem)) {
      lost = { title, name, why: problem.message, version: seen.version };
      announce(`${title} was not made. The order had changed meanwhile.`);
    } else {
      notify(problem.message, 'bad');
    }
  }
  focusWhenThere('#order-title');
  if (id !== seen.orderId) return;
  etag = undefined;
  if (watch) await load(watch.signal);
  reload();
}

/** What happened since the person opened the dialog, above what they typed. */
const changedMeanwhile = (conflict) => conflict ? html`
  <div class="banner warn" role="alert" tabindex="-1">
    <div>
      <p><strong>The order changed while you were typing.</strong> Nothing was sent yet, and what you typed is still here.</p>
      ${conflict.since.length ? whatHappened(conflict.since) : html`<p>${conflict.why}</p>`}
      <p>${conflict.closed
        ? html`The order is now ${chip(conflict.latest.status)}, which no longer allows this.`
        : 'Compare, then send again if you still want to.'}</p>
    </div>
  </div>` : nothing;

const whatHappened = (entries) => html`
  <ul>${entries.map((entry) => html`<li><strong>${wordFor(entry)}</strong> by <bdi>${entry.by}</bdi> at ${instant(entry.at)}${
    entry.changed?.length ? html` (${entry.changed.map(wordOfField).join(', ')})` : nothing}</li>`)}</ul>`;

const text = (form, name) => form.get(name).trim().normalize('NFC') || undefined;

const askShipment = (send, conflict) => ask({
  title: 'Ship this order?',
  action: 'Ship',
  body: (errors, changed) => html`
    ${changedMeanwhile(changed)}
    ${field({ pointer: '/carrier', label: 'Carrier', hint: 'Optional', errors, control: (a) => html`
      <input name="carrier" id=${a.id} maxlength="200" autocomplete="off" aria-invalid=${a.invalid} aria-describedby=${a.describedBy}>` })}
    ${field({ pointer: '/trackingNumber', label: 'Tracking number', hint: 'Optional', errors, control: (a) => html`
      <input name="trackingNumber" id=${a.id} maxlength="200" autocomplete="off" aria-invalid=${a.invalid} aria-describedby=${a.describedBy}>` })}`,
  submit: (form, changed) => send('/ship', 'POST', { carrier: text(form, 'carrier'), trackingNumber: text(form, 'trackingNumber') }, changed),
  conflict,
});

const askReason = (send, conflict) => ask({
  title: 'Cancel this order?',
  action: 'Cancel order',
  danger: true,
  body: (errors, changed) => html`
    ${changedMeanwhile(changed)}
    <p>A cancelled order stays in the list, with its history. It cannot be reopened.</p>
    ${field({ pointer: '/reason', label: 'Reason', hint: 'Optional, kept in the history', errors, control: (a) => html`
      <input name="reason" id=${a.id} maxlength="500" autocomplete="off" aria-invalid=${a.invalid} aria-describedby=${a.describedBy}>` })}`,
  submit: (form, changed) => send('/cancel', 'POST', { reason: text(form, 'reason') }, changed),
  conflict,
});

/** The amendment's form, filled with what this person typed before, if it was not sent, or else with the order. */
function askChanges(seen, send, conflict, typing) {
  const draft = keptDraft(draftOf(seen.orderId));
  const value = (name, now) => draft?.[name] ?? now ?? '';
  const now = (changed, name, then) => {
    const latest = changed?.latest[name];
    return changed && latest !== then ? `In the order now: ${latest ?? 'empty'}` : undefined;
  };
  const quantityNow = (changed, line) => {
    const latest = changed?.latest.lines.find(({ sku }) => sku === line.sku);
    if (!changed || latest?.quantity === line.quantity) return undefined;
    return latest ? `In the order now: ${latest.quantity}` : 'No longer in the order';
  };
  const result = ask({
    title: 'Amend this order',
    action: 'Amend',
    wide: true,
    body: (errors, changed) => html`
      ${changedMeanwhile(changed)}
      ${draft && !changed ? html`<p class="banner">This is what you typed before. The order does not have it yet.</p>` : nothing}
      ${field({ pointer: '/reference', label: 'Reference', errors, hint: now(changed, 'reference', seen.reference), control: (a) => html`
        <input name="reference" id=${a.id} .value=${value('reference', seen.reference)} maxlength="64" autocomplete="off" dir="auto" aria-invalid=${a.invalid} aria-describedby=${a.describedBy}>` })}
      <div class="quantities">
        ${seen.lines.map((line, i) => field({ pointer: `/lines/${i}/quantity`, label: `Quantity of ${line.name ?? line.sku}`, errors, hint: quantityNow(changed, line), control: (a) => html`
          <input name="quantity-${i}" id=${a.id} .value=${value(`quantity-${i}`, String(line.quantity))} inputmode="numeric" autocomplete="off" aria-invalid=${a.invalid} aria-describedby=${a.describedBy}>` }))}
      </div>
      ${field({ pointer: '/note', label: 'Note', errors, hint: now(changed, 'note', seen.note), control: (a) => html`
        <textarea name="note" id=${a.id} rows="3" dir="auto" .value=${value('note', seen.note)} aria-invalid=${a.invalid} aria-describedby=${a.describedBy}></textarea>` })}`,
    input: (form) => keepDraft(draftOf(seen.orderId), Object.fromEntries(form)),
    submit: async (form, changed) => {
      const changes = changesOf(seen, form, changed?.latest ?? seen);
      typing(Object.fromEntries(form));
      if (!Object.keys(changes).length) return 'same';
      return send('', 'PATCH', changes, changed);
    },
    conflict,
  });
  // Sent or given up: only a session that ends leaves a draft behind, and an amendment that loses a race brings it back.
  return result.then((answer) => {
    if (may('orders/write')) keepDraft(draftOf(seen.orderId));
    return answer;
  });
}

// Only what the person changed goes into the patch, upon the order as it is now; null takes an optional field away.
function changesOf(seen, form, latest) {
  const changes = {};
  for (const name of ['reference', 'note']) {
    const next = text(form, name);
    if (next !== seen[name] && next !== latest[name]) changes[name] = next ?? null;
  }
  const edited = new Map(seen.lines
    .map((line, i) => [line.sku, integer(form.get(`quantity-${i}`)), line.quantity])
    .filter(([, quantity, before]) => quantity !== before));
  const lines = latest.lines.map((line) => (edited.has(line.sku) ? { ...line, quantity: edited.get(line.sku) } : line));
  if (lines.some((line, i) => line.quantity !== latest.lines[i].quantity)) changes.lines = lines;
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
          ? empty('Order not found', 'No order has this id, or you may not see it.')
          : failure ? failed(failure) : html`<div class="skeleton" role="status" aria-label="Loading order"><div class="bone w58"></div><div class="bone w80"></div><div class="bone w66"></div></div>`}
      </section>`;
  }
  return html`
    <section class="panel" aria-labelledby="order-title">
      <div class="panel-head">
        <div>
          <h1 id="order-title" tabindex="-1"><bdi>${orderName(order)}</bdi></h1>
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
        ${waiting ? html`<span class="muted small" role="status">${waiting.title}: waiting in the queue…</span>` : nothing}
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
  const others = history.filter(({ version, type }) => version > lost.version && type !== 'order.change-refused.v1');
  return html`
    <div class="banner warn" role="alert" id="lost-race">
      <div>
        <p><strong>“${lost.title}” was not made.</strong>
          ${others.length ? 'The order had changed meanwhile:' : lost.why}</p>
        ${others.length ? whatHappened(others) : nothing}
        ${others.length ? html`<p>This is the order as it is now.</p>` : nothing}
      </div>
      ${lost.typed && MOVES[lost.name].from.includes(order.status) ? html`
        <button type="button" class="small" @click=${() => { keepDraft(draftOf(order.orderId), lost.typed); move(lost.name); }}>Edit and send again</button>` : nothing}
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
            <td><bdi>${line.name ?? line.sku}</bdi>${line.name ? html`<span class="mono small sku">${line.sku}</span>` : nothing}</td>
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
  const fact = (name, value) => (value === undefined || value === null || value === '' ? nothing : html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`);
  const own = Object.entries(metadata ?? {});
  return html`
    <dl class="facts">
      ${fact('Customer', order.customerId)}
      ${order.placedAt ? fact('Placed', moment(order.placedAt)) : nothing}
      ${order.updatedAt && order.updatedAt !== order.placedAt ? fact('Changed', moment(order.updatedAt)) : nothing}
      ${fact('Version', order.version)}
      ${to ? fact('Ship to', [to.name, to.line1, to.line2, [to.postalCode, to.city].filter(Boolean).join(' '), to.country]
        .filter(Boolean).map((part) => html`<span class="line"><bdi>${part}</bdi></span>`)) : nothing}
      ${shipment ? fact('Shipment', [shipment.carrier, shipment.trackingNumber].filter(Boolean).join(' ') || moment(shipment.shippedAt)) : nothing}
      ${fact('Note', order.note)}
    </dl>
    ${own.length ? html`
      <section class="metadata" aria-labelledby="metadata-title">
        <div class="subhead"><h2 id="metadata-title">Metadata</h2><span class="muted small">as the customer sent it</span></div>
        <dl class="facts">${own.map(([name, value]) => html`<div><dt class="mono"><bdi>${name}</bdi></dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>
      </section>` : nothing}`;
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
          <li class=${isRefusal(entry) ? 'refused' : (entry.to ?? '').toLowerCase()}>
            <p><strong>${wordFor(entry)}</strong>${entry.changed?.length && entry.type === 'order.amended.v1' ? html` · ${entry.changed.map(wordOfField).join(', ')}` : nothing}</p>
            ${entry.reason ? html`<p class="reason"><bdi>${isRefusal(entry) ? sentence(entry.reason) : entry.reason}</bdi></p>` : nothing}
            <p class="muted small">${instant(entry.at)} · <bdi>${entry.by}</bdi> · version ${entry.version}</p>
            ${entry.correlationId ? html`<p class="muted small trace">Correlation id <span class="mono">${entry.correlationId}</span></p>` : nothing}
          </li>`)}
      </ol>` : html`<p class="muted small">Accepted. The order is waiting in the queue to be stored.</p>`}`;
}

const wordFor = (entry) => WORDS[entry.type] ?? entry.type;
const isRefusal = ({ type }) => type === 'order.change-refused.v1';

const FIELDS = { lines: 'lines', total: 'total', reference: 'reference', note: 'note', shippingAddress: 'address', metadata: 'metadata', status: 'status', shipment: 'shipment' };
const wordOfField = (name) => FIELDS[name] ?? name;

/** A refusal's reason without the code before it, as a sentence. */
function sentence(reason = '') {
  const said = reason.replace(/^[a-z-]+: /, '');
  return said && said[0].toUpperCase() + said.slice(1) + (/[.!?]$/.test(said) ? '' : '.');
}
