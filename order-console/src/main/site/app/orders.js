// The list of orders: filters, sort and pages through the API's own cursors, live.
import { html, nothing } from '../lib/lit-html/lit-html.js';
import { repeat } from '../lib/lit-html/directives/repeat.js';
import { live } from '../lib/lit-html/directives/live.js';
import { call, Problem, repeatedly } from './api.js';
import { clearSelection, forgetSelection, isSelected, seen, select, selectionBar } from './bulk.js';
import { findBox } from './find.js';
import { format } from './money.js';
import { announce, go, href, notify, place, update } from './page.js';
import { may } from './session.js';
import { chip, count, empty, failed, moment, orderName, shortId, startOfDay, STATUSES, timeZone, wordOf } from './parts.js';

const LIVE_MILLIS = 2000;
const PAGE_SIZES = [10, 25, 50, 100];

let watch; // the AbortController of the list that is being watched
let shown = ''; // the query whose page is shown
let cursor = ''; // of the page that is shown; empty for the first
let cursors = []; // of the pages that were shown on the way here
let page; // { orders, next, asOf } as the API gave it
let failure;
let fresh = new Map(); // order id -> what it was before, for rows that changed while one looked
let exporting;

/** The filters as the address holds them. */
const filters = () => {
  const { query } = place();
  return {
    status: (query.get('status') ?? '').split(',').filter((status) => STATUSES.includes(status)),
    customerId: query.get('customer') ?? '',
    reference: query.get('reference') ?? '',
    from: query.get('from') ?? '',
    to: query.get('to') ?? '',
    sort: query.get('sort') === 'placedAt' ? 'placedAt' : '-placedAt',
    limit: PAGE_SIZES.includes(Number(query.get('limit'))) ? Number(query.get('limit')) : 25,
  };
};

const NO_FILTER = { status: [], customerId: '', reference: '', from: '', to: '' };
const isFiltered = ({ status, customerId, reference, from, to }) => Boolean(status.length || customerId || reference || from || to);

/** The API's query for these filters, without the page. */
export function queryOf({ status, customerId, reference, from, to, sort, limit }) {
  const query = new URLSearchParams({ sort, limit: String(limit) });
  if (status.length && status.length < STATUSES.length) query.set('status', status.join(','));
  if (customerId && may('orders/admin')) query.set('customerId', customerId);
  if (reference) query.set('reference', reference);
  if (from) query.set('placedFrom', startOfDay(from));
  if (to) query.set('placedTo', startOfDay(to, 1));
  return query;
}

/** Begins to watch the list that the address asks for; a call for the same list changes nothing. */
export function watchOrders() {
  const query = queryOf(filters()).toString();
  const next = place().query.get('cursor') ?? '';
  if (watch && query === shown && next === cursor) return;
  if (query !== shown) {
    cursors = [];
    if (shown) clearSelection();
  }
  if (query !== shown || next !== cursor) page = undefined;
  shown = query;
  cursor = next;
  if (cursors.includes(cursor)) cursors = cursors.slice(0, cursors.indexOf(cursor));
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
  forgetSelection();
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
  if (cursor) query.set('cursor', cursor);
  try {
    const { body } = await call('GET', `/orders?${query}`, { signal });
    if (signal.aborted) return;
    take(body);
    failure = undefined;
  } catch (problem) {
    if (signal.aborted) return;
    failure = problem;
    if (problem instanceof Problem && problem.slug === 'invalid-cursor' && cursor) turn('', { replace: true });
  }
  update();
}

function take(next) {
  const before = new Map((page?.orders ?? []).map((order) => [order.orderId, order]));
  fresh = new Map(page
    ? next.orders.filter((order) => before.get(order.orderId)?.version !== order.version).map((order) => [order.orderId, before.get(order.orderId)])
    : []);
  page = next;
  seen(next.orders);
}

/** The page is a part of the address, so that Back, a reload and a link lead to it. */
function turn(to, options) {
  const { query } = place();
  const number = to ? pageNumber() + 1 : 1;
  if (to) cursors = [...cursors, cursor];
  address(query, to, number, options);
}

function turnBack() {
  const number = pageNumber() - 1;
  const to = cursors.length ? cursors.at(-1) : '';
  address(place().query, to, cursors.length ? number : 1);
}

function address(query, to, number, options) {
  query.delete('cursor');
  query.delete('page');
  if (to) {
    query.set('page', String(number));
    query.set('cursor', to);
  }
  go(['orders'], query, options);
  announce(`Page ${number}`);
}

const pageNumber = () => (cursor ? Math.max(2, Number(place().query.get('page')) || 2) : 1);

function filter(change) {
  const next = { ...filters(), ...change };
  const query = new URLSearchParams();
  if (next.status.length) query.set('status', next.status.join(','));
  if (next.customerId) query.set('customer', next.customerId);
  if (next.reference) query.set('reference', next.reference);
  if (next.from) query.set('from', next.from);
  if (next.to) query.set('to', next.to);
  if (next.sort !== '-placedAt') query.set('sort', next.sort);
  if (next.limit !== 25) query.set('limit', String(next.limit));
  go(['orders'], query);
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
      ${findBox()}
      ${filterBar(asked)}
      ${failure && !isFieldProblem(failure) ? failed(failure, () => reload()) : nothing}
      ${selectionBar(reload)}
      ${page ? (page.orders.length ? table(openId, asked) : nobody(asked)) : failure ? nothing : skeleton()}
      ${page && (page.orders.length || cursor) ? pager(asked) : nothing}
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
        ${asked.reference ? html`<span class="inline tag">Reference <strong><bdi>${asked.reference}</bdi></strong>
          <button type="button" class="quiet tiny" @click=${() => filter({ reference: '' })}>Remove<span class="sr-only"> the reference filter</span></button></span>` : nothing}
        <label class="inline">From <input name="from" type="date" .value=${live(asked.from)} max=${asked.to || nothing}
          @change=${(e) => filter({ from: e.target.value })}></label>
        <label class="inline">To <input name="to" type="date" .value=${live(asked.to)} min=${asked.from || nothing}
          @change=${(e) => filter({ to: e.target.value })}></label>
        ${isFiltered(asked)
          ? html`<button type="button" class="quiet small" @click=${() => filter(NO_FILTER)}>Clear filters</button>`
          : nothing}
      </div>
    </form>`;
}

function table(openId, asked) {
  const admin = may('orders/admin');
  const all = page.orders.every(({ orderId }) => isSelected(orderId));
  const some = !all && page.orders.some(({ orderId }) => isSelected(orderId));
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
      ${admin ? html`<td class="tick"><input type="checkbox" aria-label="Select ${orderName(order)}"
        .checked=${live(isSelected(order.orderId))} @change=${(e) => select(order, e.target.checked)}></td>` : nothing}
      <td class="what">
        <a href=${href(['orders', order.orderId], place().query)} aria-current=${order.orderId === openId ? 'true' : nothing}>
          ${order.reference ? html`<bdi>${order.reference}</bdi>` : html`<span class="mono">${shortId(order.orderId)}</span>`}</a>
        <span class="lines">${first ? html`${first.quantity} × <bdi>${first.name ?? first.sku}</bdi>` : ''}${others.length ? ` + ${others.length} more` : ''}</span>
      </td>
      <td class="state">${chip(order.status)}</td>
      ${admin ? html`<td class="who"><bdi>${order.customerId}</bdi></td>` : nothing}
      <td class="number total">${format(order.total, order.currency)}</td>
      <td class="when">${order.placedAt ? moment(order.placedAt) : nothing}</td>
    </tr>`;
}

const skeleton = () => html`
  <div class="skeleton" role="status" aria-label="Loading orders">
    ${[72, 58, 66, 80, 61, 70].map((width) => html`<div class="bone w${width}"></div>`)}
  </div>`;

const nobody = (asked) => isFiltered(asked)
  ? empty('No order matches', 'Remove a filter or choose other dates. References and customers are matched exactly.',
      html`<button type="button" @click=${() => filter(NO_FILTER)}>Clear filters</button>`)
  : empty('No orders yet', may('orders/admin') ? 'Orders appear here as customers place them.' : 'Place your first order and follow it here.',
      html`<a class="button primary" href="#/new">New order</a>`);

function pager(asked) {
  return html`
    <nav class="pager" aria-label="Pages">
      <label class="inline">Rows
        <select @change=${(e) => filter({ limit: Number(e.target.value) })}>
          ${PAGE_SIZES.map((size) => html`<option value=${size} ?selected=${size === asked.limit}>${size}</option>`)}
        </select></label>
      <span class="spread"></span>
      <span class="muted">Page ${pageNumber()} · ${count(page.orders.length, 'order')}${page.next || cursor ? ' on this page' : ''} · times in ${timeZone}</span>
      <button type="button" class="small" data-page="previous" ?disabled=${!cursor} @click=${turnBack}>${cursor && !cursors.length ? 'First page' : 'Previous'}</button>
      <button type="button" class="small" data-page="next" ?disabled=${!page.next} @click=${() => turn(page.next)}>Next</button>
    </nav>`;
}

