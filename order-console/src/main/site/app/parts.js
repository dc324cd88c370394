// The small parts that every view is made of.
import { html, nothing } from '../lib/lit-html/lit-html.js';

export const STATUSES = ['PLACED', 'CONFIRMED', 'SHIPPED', 'DELIVERED', 'CANCELLED'];

const words = {
  PENDING: 'Pending', PLACED: 'Placed', CONFIRMED: 'Confirmed', SHIPPED: 'Shipped', DELIVERED: 'Delivered', CANCELLED: 'Cancelled',
};

/** The status as a person says it. */
export const wordOf = (status) => words[status] ?? status;

export const chip = (status) => html`<span class="chip ${status.toLowerCase()}">${wordOf(status)}</span>`;

// ------------------------------------------------------------------------------------------------------- time

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const precise = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });

/** The person's time zone, in which all times are shown. */
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A moment, as short as it can be said today; the exact time is its title. */
export function moment(text) {
  const at = new Date(text);
  const now = new Date();
  const today = at.toDateString() === now.toDateString();
  const date = at.getFullYear() === now.getFullYear() ? day : dayOfYear;
  return html`<time datetime=${text} title=${exact.format(at)}>${today ? 'Today' : date.format(at)}, ${clock.format(at)}</time>`;
}

/** A moment to the millisecond, for what follows fast upon one another. */
export const instant = (text) =>
  html`<time datetime=${text} title=${exact.format(new Date(text))}>${precise.format(new Date(text))}</time>`;

/** A length of time as a person says it: 12 ms, 1.2 s, 3 min. */
export function duration(millis) {
  if (millis < 1000) return `${Math.round(millis)} ms`;
  return millis < 60_000 ? `${(millis / 1000).toFixed(1)} s` : `${Math.round(millis / 60_000)} min`;
}

/** The moment a local day begins, as the API wants it. */
export const startOfDay = (date, daysLater = 0) => {
  const [year, month, dayOfMonth] = date.split('-').map(Number);
  return new Date(year, month - 1, dayOfMonth + daysLater).toISOString();
};

// ------------------------------------------------------------------------------------------------------ people

/** A number of things: one order, two orders. */
export const count = (number, one, many = one + 's') => `${new Intl.NumberFormat().format(number)} ${number === 1 ? one : many}`;

/** The end of an id, which tells orders apart well enough for an eye. */
export const shortId = (id) => id.slice(0, 8);

/** What a person calls the order: its reference, or the beginning of its id. */
export const orderName = ({ reference, orderId }) => reference ?? `Order ${shortId(orderId)}`;

export async function copy(text, notify) {
  try {
    await navigator.clipboard.writeText(text);
    notify('Copied.', 'good');
  } catch {
    notify('The browser did not let the console copy.', 'bad');
  }
}

// ------------------------------------------------------------------------------------------------------- forms

const idOf = (pointer) => 'field' + pointer.replace(/[^A-Za-z0-9]+/g, '-');

/**
 * One field with its label, and what is wrong with it said at it.
 * @param {{pointer: string, label: string, control: (attributes: {id: string, invalid: string, describedBy: string}) => unknown,
 *     errors: {pointer?: string, detail: string}[], hint?: string, hideLabel?: boolean, class?: string}} field
 */
export function field({ pointer, label, control, errors, hint, hideLabel, class: extra = '' }) {
  const id = idOf(pointer);
  const wrong = errors.filter((error) => error.pointer === pointer);
  const described = [wrong.length && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return html`
    <div class="field ${extra} ${wrong.length ? 'wrong' : ''}">
      <label for=${id} class=${hideLabel ? 'sr-only' : ''}>${label}</label>
      ${control({ id, invalid: wrong.length ? 'true' : 'false', describedBy: described })}
      ${wrong.length ? html`<p class="error" id="${id}-error">${wrong.map((error) => error.detail).join(' ')}</p>` : nothing}
      ${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : nothing}
    </div>`;
}

/** The element id of the field a pointer points to. */
export const fieldId = idOf;

// ------------------------------------------------------------------------------------------------------ states

export const empty = (title, text, action = nothing) => html`
  <div class="empty">
    <svg viewBox="0 0 48 48" aria-hidden="true"><rect x="9" y="7" width="30" height="34" rx="4"/><path d="M16 17h16M16 24h16M16 31h9"/></svg>
    <h2>${title}</h2>
    <p>${text}</p>
    ${action}
  </div>`;

export const failed = (failure, retry) => html`
  <div class="banner bad" role="alert">
    <p>${failure.message}${failure.body?.requestId ? html` <span class="mono small">Request ${failure.body.requestId}</span>` : nothing}</p>
    ${retry ? html`<button type="button" @click=${retry}>Try again</button>` : nothing}
  </div>`;
