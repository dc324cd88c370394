// The filtered list as a file: every page, walked by the API's cursors.
import { call } from './api.js';
import { decimal } from './money.js';

const COLUMNS = ['orderId', 'reference', 'customerId', 'status', 'version', 'currency', 'total', 'totalMinorUnits', 'lines', 'placedAt', 'updatedAt'];

/**
 * Saves all orders of a query.
 * @param {'csv' | 'json'} kind
 * @param {URLSearchParams} query
 * @param {AbortSignal} signal
 * @param {(sofar: number) => void} progress
 * @returns {Promise<number>} how many
 */
export async function exportOrders(kind, query, signal, progress) {
  const orders = [];
  let cursor;
  do {
    const page = new URLSearchParams(query);
    if (cursor) page.set('cursor', cursor);
    const { body } = await call('GET', `/orders?${page}`, { signal });
    orders.push(...body.orders);
    cursor = body.next;
    progress(orders.length);
  } while (cursor);
  const day = new Date().toISOString().slice(0, 10);
  if (kind === 'csv') save(`orders-${day}.csv`, 'text/csv', csv(orders));
  else save(`orders-${day}.json`, 'application/json', JSON.stringify(orders, null, 2));
  return orders.length;
}

/** The orders as RFC 4180 has it, with a byte order mark, without which spreadsheets guess at the encoding. */
export function csv(orders) {
  const rows = orders.map((order) => [
    order.orderId, order.reference, order.customerId, order.status, order.version, order.currency, decimal(order.total, order.currency),
    order.total, (order.lines ?? []).map((line) => `${line.quantity} x ${line.sku}`).join('; '), order.placedAt, order.updatedAt]);
  return '\ufeff' + [COLUMNS, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

/** One cell. What a spreadsheet would take for a formula gets an apostrophe before it: an order's text is a stranger's. */
export function cell(value) {
  const text = value === undefined || value === null ? '' : String(value);
  const safe = /^[=+\-@\t\r\n]/.test(text) || /^\s+[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
