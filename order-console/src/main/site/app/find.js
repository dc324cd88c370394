// One box that finds an order by its id or the beginning of it, by its reference, or all orders of a customer.
import { html, nothing } from '../lib/lit-html/lit-html.js';
import { call, Problem } from './api.js';
import { focusOn, go, href, update } from './page.js';
import { may } from './session.js';
import { chip, moment, orderName } from './parts.js';

const ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const BEGINNING = /^[0-9a-f]{8}(?:$|-[0-9a-f-]*$)/;
const PAGES = 20; // of 100 orders: how far back the beginning of an id is looked for

let search; // { text, stop, looked, found: { orders, reference, customer }, failure }

async function find(text) {
  search?.stop.abort();
  if (!text) {
    search = undefined;
    return update();
  }
  const mine = { text, stop: new AbortController(), looked: 0 };
  search = mine;
  update();
  try {
    const found = await lookFor(text, mine);
    if (search !== mine) return;
    const hits = found.orders.length + (found.reference ? 1 : 0) + (found.customer ? 1 : 0);
    if (hits === 1) return show(found);
    mine.found = found;
    focusOn('#found-title');
  } catch (problem) {
    if (search !== mine || mine.stop.signal.aborted) return;
    mine.failure = problem;
  }
  update();
}

function show({ orders: [order], reference, customer }) {
  const { text } = search;
  search = undefined;
  if (order) go(['orders', order.orderId]);
  else if (reference?.length === 1) go(['orders', reference[0].orderId], new URLSearchParams({ reference: text }));
  else go(['orders'], new URLSearchParams(reference ? { reference: text } : { customer: text }));
  update();
}

async function lookFor(text, { stop: { signal } }) {
  const list = async (query) => (await call('GET', `/orders?${new URLSearchParams(query)}`, { signal })).body.orders;
  const id = text.toLowerCase();
  if (ID.test(id)) return { orders: await one(id, signal) };
  const [reference, customer] = await Promise.all([
    isPlain(text, 64) ? list({ reference: text, limit: 2 }) : [],
    may('orders/admin') && isPlain(text, 128) ? list({ customerId: text, limit: 1 }) : []]);
  const orders = BEGINNING.test(id) ? await beginningWith(id, signal) : [];
  return { orders, reference: reference.length ? reference : undefined, customer: customer.length ? customer : undefined };
}

const isPlain = (text, most) => text.length <= most && /^[\x20-\x7e]+$/.test(text);

const one = (id, signal) => call('GET', `/orders/${id}`, { signal }).then(({ body }) => [body], (problem) => {
  if (problem instanceof Problem && problem.status === 404) return [];
  throw problem;
});

// The API has no index of beginnings, so the newest orders are looked through.
async function beginningWith(beginning, signal) {
  const found = [];
  let cursor;
  for (let page = 0; page < PAGES; page++) {
    const query = new URLSearchParams({ limit: '100', ...(cursor && { cursor }) });
    const { body } = await call('GET', `/orders?${query}`, { signal });
    found.push(...body.orders.filter(({ orderId }) => orderId.startsWith(beginning)));
    if (search) search.looked += body.orders.length;
    update();
    cursor = body.next;
    if (!cursor || found.length > 5) break;
  }
  return found;
}

// ------------------------------------------------------------------------------------------------------- drawing

export const findBox = () => html`
  <form class="find-order" role="search" aria-label="Find an order" @submit=${(e) => { e.preventDefault(); find(new FormData(e.target).get('find').trim()); }}>
    <label class="sr-only" for="find-order">Find an order</label>
    <input id="find-order" name="find" type="search" maxlength="128" autocomplete="off" spellcheck="false" aria-describedby="find-hint"
      placeholder=${may('orders/admin') ? 'Order id, reference or customer' : 'Order id or reference'}>
    <button class="small">Find</button>
    <p class="hint" id="find-hint">An id may be cut to its first 8 characters or more. A reference${may('orders/admin') ? ' or a customer' : ''} must match exactly.</p>
  </form>
  ${search ? results() : nothing}`;

function results() {
  const { text, found, failure, looked, stop } = search;
  const close = () => { stop.abort(); search = undefined; focusOn('#find-order'); };
  return html`
    <section class="found" aria-labelledby="found-title">
      <div class="subhead">
        <h2 id="found-title" tabindex="-1">${failure ? failure.message : !found ? 'Looking…' : summary(found)}</h2>
        <button type="button" class="quiet small" @click=${close}>${found || failure ? 'Close' : 'Stop'}</button>
      </div>
      ${!found && looked ? html`<p class="muted small" role="status">${looked} orders looked through</p>` : nothing}
      ${found ? html`<ul>
        ${found.orders.map((order) => html`<li><a href=${href(['orders', order.orderId])} @click=${close}><bdi>${orderName(order)}</bdi></a>
          <span class="mono small muted">${order.orderId}</span> ${chip(order.status)} ${order.placedAt ? moment(order.placedAt) : nothing}</li>`)}
        ${found.reference ? html`<li><a href=${href(['orders'], new URLSearchParams({ reference: text }))} @click=${close}>Orders with the reference “<bdi>${text}</bdi>”</a></li>` : nothing}
        ${found.customer ? html`<li><a href=${href(['orders'], new URLSearchParams({ customer: text }))} @click=${close}>Orders of the customer “<bdi>${text}</bdi>”</a></li>` : nothing}
      </ul>` : nothing}
    </section>`;
}

const summary = ({ orders, reference, customer }) => orders.length || reference || customer
  ? 'Several matches'
  : BEGINNING.test(search.text.toLowerCase()) ? `Not found among the newest ${search.looked} orders` : 'Not found';
