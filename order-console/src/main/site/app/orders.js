// The list of orders: filters, sort and pages through the API's own cursors, live, and moves on several at once.
import { html, nothing } from '../lib/lit-html/lit-html.js';
import { repeat } from '../lib/lit-html/directives/repeat.js';
import { live } from '../lib/lit-html/directives/live.js';
import { call, etagOf, Problem, repeatedly } from './api.js';
import { format } from './money.js';
import { ask, announce, go, href, notify, place, update } from './page.js';
import { may } from './session.js';
import { chip, count, empty, failed, moment, shortId, startOfDay, STATUSES, wordOf } from './parts.js';

const LIVE_MILLIS = 2000;
const PAGE_SIZES = [10, 25, 50, 100];

let watch; // the AbortController of the list that is being watched
let shown = ''; // the query whose page is shown
let cursors = [null]; // how to get to each page so far; the last is the one that is shown
let page; // { orders, next, asOf } as the API gave it
let failure;
let fresh = new Map(); // order id -> what it was before, for rows that changed while one looked
let selected = new Map(); // order id -> order as it was selected
let exporting;

/** The filters as the address holds them. */
const filters = () => {
  const { query } = place();
  return {
    status: (query.get('status') ?? '').split(',').filter((status) => STATUSES.includes(status)),
    customerId: query.get('customer') ?? '',
    from: query.get('from') ?? '',
    to: query.get('to') ?? '',
    sort: query.get('sort') === 'placedAt' ? 'placedAt' : '-placedAt',
    limit: PAGE_SIZES.includes(Number(query.get('limit'))) ? Number(query.get('limit')) : 25,
  };
};

const isFiltered = ({ status, customerId, from, to }) => Boolean(status.length || customerId || from || to);

/** The API's query for these filters, without the page. */
export function queryOf({ status, customerId, from, to, sort, limit }) {
  const query = new URLSearchParams({ sort, limit: String(limit) });
  if (status.length && status.length < STATUSES.length) query.set('status', status.join(','));
  if (customerId && may('orders/admin')) query.set('customerId', customerId);
  if (from) query.set('placedFrom', startOfDay(from));
  if (to) query.set('placedTo', startOfDay(to, 1));
  return query;
}

/** Begins to watch the list that the address asks for; a call for the same list changes nothing. */
export function watchOrders() {
  const query = queryOf(filters()).toString();
  if (watch && query === shown) return;
  if (query !== shown) {
    shown = query;
    cursors = [null];
    page = undefined;
    selected = new Map();
  }
  restart();
}

export function leaveOrders() {
  watch?.abort();
  watch = undefined;
}

/** Forgets everything, for the next person who signs in. */
export function forgetOrders() {
  leaveOrders();
  shown = '';
  page = failure = exporting = undefined;
  selected = new Map();
}

function restart() {
  watch?.abort();
  watch = new AbortController();
  const { signal } = watch;
  repeatedly(() => load(signal), () => (failure ? 2 : 1) * LIVE_MILLIS, signal);
}

/** Loads the page that is shown once more, at once. */
export const reload = () => watch && load(watch.signal);

async function load(signal) {
  const query = new URLSearchParams(shown);
  if (cursors.at(-1)) query.set('cursor', cursors.at(-1));
  try {
    const { body } = await call('GET', `/orders?${query}`, { signal });
    if (signal.aborted) return;
    take(body);
    failure = undefined;
  } catch (problem) {
    if (signal.aborted) return;
    failure = problem;
    if (problem instanceof Problem && problem.slug === 'invalid-cursor' && cursors.length > 1) cursors = [null];
  }
  update();
}

function take(next) {
  const before = new Map((page?.orders ?? []).map((order) => [order.orderId, order]));
  fresh = new Map(page
    ? next.orders.filter((order) => before.get(order.orderId)?.version !== order.version).map((order) => [order.orderId, before.get(order.orderId)])
    : []);
  page = next;
  for (const order of next.orders) if (selected.has(order.orderId)) selected.set(order.orderId, order);
}

function turn(to) {
  cursors = to === 'next' ? [...cursors, page.next] : cursors.slice(0, -1);
  page = undefined;
  selected = new Map();
  restart();
  announce(`Page ${cursors.length}`);
  update();
}

function filter(change) {
  const next = { ...filters(), ...change };
  const query = new URLSearchParams();
  if (next.status.length) query.set('status', next.status.join(','));
  if (next.customerId) query.set('customer', next.customerId);
  if (next.from) query.set('from', next.from);
  if (next.to) query.set('to', next.to);
  if (next.sort !== '-placedAt') query.set('sort', next.sort);
  if (next.limit !== 25) query.set('limit', String(next.limit));
  go(['orders'], query, { replace: true });
}

// ------------------------------------------------------------------------------------------------ several at once

const MOVES = {
  confirm: { from: 'PLACED', title: 'Confirm', done: 'confirmed' },
  ship: { from: 'CONFIRMED', title: 'Ship', done: 'shipped' },
};

async function moveSelected(name) {
  const move = MOVES[name];
  const orders = [...selected.values()].filter((order) => order.status === move.from);
  const sure = await ask({
    title: `${move.title} ${count(orders.length, 'order')}?`,
    body: () => html`<p>Each goes with the version you see here: an order that someone changed meanwhile is left alone, and you are told.</p>`,
    action: move.title,
    submit: () => true,
  });
  if (!sure) return;
  const outcomes = await Promise.allSettled(orders.map((order) =>
    call('POST', `/orders/${order.orderId}/${name}`, { ifMatch: etagOf(order), body: name === 'ship' ? {} : undefined })));
  const refused = orders.filter((_, i) => outcomes[i].status === 'rejected');
  // What was selected meanwhile stays so.
  for (const { orderId } of orders) if (!refused.some((order) => order.orderId === orderId)) selected.delete(orderId);
  const moved = orders.length - refused.length;
  if (moved) notify(`${count(moved, 'order')} ${move.done}.`, 'good');
  if (refused.length) {
    const { reason } = outcomes.find(({ status }) => status === 'rejected');
    notify(`${count(refused.length, 'order')} not ${move.done}, and still selected: ${reason.message}`, 'bad');
  }
  reload();
}

function select(order, on) {
  if (on) selected.set(order.orderId, order);
  else selected.delete(order.orderId);
  update();
}

async function exportAs(kind) {
  const { exportOrders } = await import('./export.js');
  exporting = { kind, orders: 0, stop: new AbortController() };
  update();
  try {
    const orders = await exportOrders(kind, queryOf({ ...filters(), limit: 100 }), exporting.stop.signal, (sofar) => {
      exporting.orders = sofar;
      update();
    });
    notify(`${count(orders, 'order')} exported as ${kind.toUpperCase()}.`, 'good');
  } catch (problem) {
    if (!exporting.stop.signal.aborted) notify(`Nothing was exported: ${problem.message}`, 'bad');
  }
  exporting = undefined;
  update();
}

// ------------------------------------------------------------------------------------------------------- drawing

export function ordersView(openId) {
  const asked = filters();
  return html`
    <section class="list" aria-labelledby="orders-title">
      <div class="heading">
        <h1 id="orders-title" tabindex="-1">Orders</h1>
        <span class="live ${failure ? 'off' : ''}" title=${page ? `As of ${page.asOf}` : ''}>${failure ? 'Not live' : 'Live'}</span>
        <div class="spread"></div>
        ${exporting
          ? html`<span class="muted small">${count(exporting.orders, 'order')} so far</span>
              <button type="button" class="small" @click=${() => exporting.stop.abort()}>Stop</button>`
          : html`<button type="button" class="small export" @click=${() => exportAs('csv')}>Export CSV</button>
              <button type="button" class="small export" @click=${() => exportAs('json')}>Export JSON</button>`}
        <a class="button primary small" href="#/new">New order</a>
      </div>
      ${filterBar(asked)}
      ${failure && !isFieldProblem(failure) ? failed(failure, () => reload()) : nothing}
      ${selected.size ? selectionBar() : nothing}
      ${page ? (page.orders.length ? table(openId, asked) : nobody(asked)) : failure ? nothing : skeleton()}
      ${page && (page.orders.length || cursors.length > 1) ? pager(asked) : nothing}
    </section>`;
}

const isFieldProblem = (problem) => problem instanceof Problem && problem.errors.some(({ parameter }) => parameter === 'customerId');

function filterBar(asked) {
  const wrong = failure instanceof Problem ? failure.errors.find(({ parameter }) => parameter === 'customerId') : undefined;
  return html`
    <form class="filters" role="search" aria-label="Filter orders" @submit=${(e) => e.preventDefault()}>
      <fieldset class="pills">
        <legend class="sr-only">Status</legend>
        ${STATUSES.map((status) => html`
          <label class="pill">
            <input type="checkbox" name="status" value=${status} .checked=${live(asked.status.includes(status))}
              @change=${(e) => filter({ status: STATUSES.filter((s) => (s === status ? e.target.checked : asked.status.includes(s))) })}>
            <span>${wordOf(status)}</span>
          </label>`)}
      </fieldset>
      <div class="fields">
        ${may('orders/admin') ? html`
          <label class="inline">Customer
            <input name="customer" type="search" size="12" autocomplete="off" spellcheck="false" maxlength="128" .value=${live(asked.customerId)}
              aria-invalid=${wrong ? 'true' : 'false'} @change=${(e) => filter({ customerId: e.target.value.trim() })}>
            ${wrong ? html`<span class="error">${wrong.detail}</span>` : nothing}
          </label>` : nothing}
        <label class="inline">From <input name="from" type="date" .value=${live(asked.from)} max=${asked.to || nothing}
          @change=${(e) => filter({ from: e.target.value })}></label>
        <label class="inline">To <input name="to" type="date" .value=${live(asked.to)} min=${asked.from || nothing}
          @change=${(e) => filter({ to: e.target.value })}></label>
        ${isFiltered(asked)
          ? html`<button type="button" class="quiet small" @click=${() => filter({ status: [], customerId: '', from: '', to: '' })}>Clear filters</button>`
          : nothing}
      </div>
    </form>`;
}

function selectionBar() {
  const orders = [...selected.values()];
  return html`
    <div class="selection" role="region" aria-label="Selected orders">
      <strong>${count(orders.length, 'order')} selected</strong>
      ${Object.entries(MOVES).map(([name, { from, title }]) => {
        const able = orders.filter(({ status }) => status === from).length;
        return html`<button type="button" class="small ${able ? 'primary' : ''}" ?disabled=${!able} @click=${() => moveSelected(name)}>
          ${title}${able ? ` ${able}` : ''}</button>`;
      })}
      <button type="button" class="quiet small" @click=${() => { selected = new Map(); update(); }}>Clear selection</button>
    </div>`;
}

function table(openId, asked) {
  const admin = may('orders/admin');
  const all = page.orders.every(({ orderId }) => selected.has(orderId));
  const some = !all && page.orders.some(({ orderId }) => selected.has(orderId));
  const ascending = asked.sort === 'placedAt';
  return html`
    <table class="orders ${admin ? 'admin' : ''}" aria-labelledby="orders-title">
      <thead>
        <tr>
          ${admin ? html`<th class="tick" scope="col"><input type="checkbox" aria-label="Select all on this page"
            .checked=${live(all)} .indeterminate=${live(some)}
            @change=${(e) => { for (const order of page.orders) select(order, e.target.checked); }}></th>` : nothing}
          <th scope="col">Order</th>
          <th scope="col">Status</th>
          ${admin ? html`<th scope="col" class="who">Customer</th>` : nothing}
          <th scope="col" class="number">Total</th>
          <th scope="col" class="when" aria-sort=${ascending ? 'ascending' : 'descending'}>
            <button type="button" class="sort" @click=${() => filter({ sort: ascending ? '-placedAt' : 'placedAt' })}>
              Placed<span aria-hidden="true">${ascending ? '↑' : '↓'}</span></button>
          </th>
        </tr>
      </thead>
      <tbody>
        ${repeat(page.orders, ({ orderId }) => orderId, (order) => row(order, openId, admin))}
      </tbody>
    </table>`;
}

function row(order, openId, admin) {
  const [first, ...others] = order.lines ?? [];
  return html`
    <tr class="${order.orderId === openId ? 'open' : ''} ${fresh.has(order.orderId) ? 'fresh' : ''}" data-order=${order.orderId}>
      ${admin ? html`<td class="tick"><input type="checkbox" aria-label="Select order ${order.reference ?? shortId(order.orderId)}"
        .checked=${live(selected.has(order.orderId))} @change=${(e) => select(order, e.target.checked)}></td>` : nothing}
      <td class="what">
        <a href=${href(['orders', order.orderId], place().query)} aria-current=${order.orderId === openId ? 'true' : nothing}>
          ${order.reference ?? html`<span class="mono">${shortId(order.orderId)}</span>`}</a>
        <span class="lines">${first ? `${first.quantity} × ${first.name ?? first.sku}` : ''}${others.length ? ` + ${others.length} more` : ''}</span>
      </td>
      <td class="state">${chip(order.status)}</td>
      ${admin ? html`<td class="who">${order.customerId}</td>` : nothing}
      <td class="number total">${format(order.total, order.currency)}</td>
      <td class="when">${moment(order.placedAt)}</td>
    </tr>`;
}

const skeleton = () => html`
  <div class="skeleton" role="status" aria-label="Loading orders">
    ${[72, 58, 66, 80, 61, 70].map((width) => html`<div class="bone w${width}"></div>`)}
  </div>`;

const nobody = (asked) => isFiltered(asked)
  ? empty('No order matches', 'Try fewer filters, or other dates.',
      html`<button type="button" @click=${() => filter({ status: [], customerId: '', from: '', to: '' })}>Clear filters</button>`)
  : empty('No orders yet', may('orders/admin') ? 'They appear here the moment a customer places one.' : 'Place your first, and watch it go through.',
      html`<a class="button primary" href="#/new">New order</a>`);

function pager(asked) {
  return html`
    <nav class="pager" aria-label="Pages">
      <label class="inline">Rows
        <select @change=${(e) => filter({ limit: Number(e.target.value) })}>
          ${PAGE_SIZES.map((size) => html`<option value=${size} ?selected=${size === asked.limit}>${size}</option>`)}
        </select></label>
      <span class="spread"></span>
      <span class="muted">Page ${cursors.length}</span>
      <button type="button" class="small" ?disabled=${cursors.length === 1} @click=${() => turn('back')}>Previous</button>
      <button type="button" class="small" ?disabled=${!page.next} @click=${() => turn('next')}>Next</button>
    </nav>`;
}

