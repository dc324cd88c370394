// Several orders at once: the selection, which survives paging, and the moves on it, with progress and a way to stop.
import { html, nothing } from '../lib/lit-html/lit-html.js';
import { call, etagOf } from './api.js';
import { announce, ask, focusWhenThere, notify, update } from './page.js';
import { count, field, orderName } from './parts.js';

const LANES = 4; // requests under way at a time

const MOVES = {
  confirm: { from: ['PLACED'], title: 'Confirm', done: 'confirmed', ask: askConfirmation },
  ship: { from: ['CONFIRMED'], title: 'Ship', done: 'shipped', ask: askShipments },
  deliver: { from: ['SHIPPED'], title: 'Deliver', done: 'delivered', ask: askConfirmation },
  cancel: { from: ['PLACED', 'CONFIRMED'], title: 'Cancel', done: 'cancelled', ask: askReason, danger: true },
};

let selected = new Map(); // order id -> order as it was last seen
let running; // { move, done, refused, total, stopped }: what is being sent

export const isSelected = (id) => selected.has(id);

export function select(order, on) {
  if (on) selected.set(order.orderId, order);
  else selected.delete(order.orderId);
  update();
}

/** Takes over what a list says of orders that are selected. */
export function seen(orders) {
  for (const order of orders) if (selected.has(order.orderId)) selected.set(order.orderId, order);
}

export function clearSelection() {
  if (running) return;
  selected = new Map();
}

/** Ends everything, for the next person who signs in. */
export function forgetSelection() {
  if (running) running.stopped = true;
  running = undefined;
  selected = new Map();
}

async function start(name, reload) {
  if (running) return;
  const move = MOVES[name];
  const orders = [...selected.values()].filter(({ status }) => move.from.includes(status));
  const bodies = await move.ask(move, orders);
  if (!bodies || running) return;
  const run = { move, done: 0, total: orders.length, stopped: false, refused: [] };
  running = run;
  focusWhenThere('.bulk button');
  const left = [...orders.keys()];
  const lane = async () => {
    while (left.length && !run.stopped) {
      const i = left.shift();
      const order = orders[i];
      try {
        await call('POST', `/orders/${order.orderId}/${name}`, { ifMatch: etagOf(order), body: bodies[i] });
        selected.delete(order.orderId);
        run.done++;
      } catch (problem) {
        run.refused.push(problem);
      }
      update();
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (running !== run) return;
  running = undefined;
  if (run.done) notify(`${count(run.done, 'order')} ${move.done}.`, 'good');
  if (run.stopped && left.length) notify(`Stopped. ${count(left.length, 'order')} not sent and still selected.`);
  if (run.refused.length) {
    notify(`${count(run.refused.length, 'order')} not ${move.done} and still selected: ${run.refused[0].message}`, 'bad');
  }
  focusWhenThere('#orders-title');
  reload();
}

// ------------------------------------------------------------------------------------------------------ questions

const EACH = 'Each order is changed only if it is still at the version you see here. The others stay selected.';

function askConfirmation(move, orders) {
  return ask({
    title: `${move.title} ${count(orders.length, 'order')}?`,
    body: () => html`<p>${EACH}</p>`,
    action: move.title,
    submit: () => orders.map(() => undefined),
  });
}

function askReason(move, orders) {
  return ask({
    title: `Cancel ${count(orders.length, 'order')}?`,
    danger: true,
    body: (errors) => html`
      <p>${EACH} A cancelled order cannot be reopened.</p>
      ${field({ pointer: '/reason', label: 'Reason for all of them', hint: 'Optional, kept in each history', errors, control: (a) => html`
        <input name="reason" id=${a.id} maxlength="500" autocomplete="off" aria-invalid=${a.invalid} aria-describedby=${a.describedBy}>` })}`,
    action: `Cancel ${count(orders.length, 'order')}`,
    submit: (form) => orders.map(() => ({ reason: form.get('reason').trim() || undefined })),
  });
}

function askShipments(move, orders) {
  return ask({
    title: `Ship ${count(orders.length, 'order')}?`,
    wide: true,
    body: () => html`
      <p>${EACH} Carrier and tracking number are optional. To fill all rows, paste two columns of a spreadsheet into the first field.</p>
      <table class="shipments" @paste=${pasteColumns}>
        <thead><tr><th scope="col">Order</th><th scope="col">Carrier</th><th scope="col">Tracking number</th></tr></thead>
        <tbody>${orders.map((order, i) => html`<tr>
          <th scope="row"><bdi>${orderName(order)}</bdi></th>
          <td><input name="carrier-${i}" aria-label="Carrier of ${orderName(order)}" maxlength="200" autocomplete="off"></td>
          <td><input name="tracking-${i}" aria-label="Tracking number of ${orderName(order)}" maxlength="200" autocomplete="off"></td></tr>`)}
        </tbody>
      </table>`,
    action: move.title,
    submit: (form) => orders.map((_, i) => ({
      carrier: form.get(`carrier-${i}`).trim() || undefined, trackingNumber: form.get(`tracking-${i}`).trim() || undefined })),
  });
}

/** Fills the fields from the one that is pasted into, a row for each line, a column for each tab. */
function pasteColumns(event) {
  const pasted = event.clipboardData.getData('text');
  if (!/[\t\n]/.test(pasted.trim())) return; // one value: as the browser does it
  event.preventDefault();
  const rows = [...event.currentTarget.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('input')]);
  const first = rows.findIndex((row) => row.includes(event.target));
  const column = rows[first].indexOf(event.target);
  const lines = pasted.replace(/\r?\n$/, '').split(/\r?\n/);
  lines.forEach((line, i) => line.split('\t').forEach((value, j) => {
    const input = rows[first + i]?.[column + j];
    if (input) input.value = value.trim();
  }));
  announce(`${count(Math.min(lines.length, rows.length - first), 'row')} filled.`);
}

// ------------------------------------------------------------------------------------------------------- drawing

export function selectionBar(reload) {
  if (running) return progress();
  if (!selected.size) return nothing;
  const orders = [...selected.values()];
  return html`
    <div class="selection" role="region" aria-label="Selected orders">
      <strong>${count(orders.length, 'order')} selected</strong>
      ${Object.entries(MOVES).map(([name, { from, title, danger }]) => {
        const able = orders.filter(({ status }) => from.includes(status)).length;
        return html`<button type="button" data-bulk=${name} class="small ${danger ? 'quiet danger-text' : able ? 'primary' : ''}" ?disabled=${!able}
          @click=${() => start(name, reload)}>${title}${able ? ` ${able}` : ''}</button>`;
      })}
      <button type="button" class="quiet small clear" @click=${() => { clearSelection(); update(); }}>Clear selection</button>
    </div>`;
}

function progress() {
  const { move, done, refused, total, stopped } = running;
  const sent = done + refused.length;
  return html`
    <div class="selection bulk" role="region" aria-label="Progress">
      <strong>${move.title}: ${sent} of ${total}</strong>
      <progress max=${total} value=${sent} aria-label="${sent} of ${total} sent"></progress>
      <button type="button" class="small" ?disabled=${stopped} @click=${() => { running.stopped = true; update(); }}>${stopped ? 'Stopping…' : 'Stop'}</button>
    </div>`;
}
