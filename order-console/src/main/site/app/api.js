// The API as the console calls it: one door, RFC 9457 problems, and retries that are safe because a key goes with them.
import { accessToken, renew } from './session.js';

/** What the API refused or could not do. `slug` is the problem's type; `errors` are the parts it points to. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail ?? body.title ?? body.message ?? `The API answered ${status}.`);
    this.status = status;
    this.body = body;
    this.slug = (body.type ?? '').replace(/^.*\/problems\//, '');
    this.errors = body.errors ?? [];
    this.retryAfter = retryAfter;
  }
}

/** The API could not be reached at all. */
export class Unreachable extends Error {
  constructor() {
    super('The API cannot be reached. What is shown may be old.');
  }
}

/**
 * How long a request with a key is tried again: longer than an attempt that died holds its key, which is as long as
 * the function may run (10 s).
 */
const GIVE_UP_MILLIS = 15_000;

/**
 * Calls the API.
 * @param {string} method
 * @param {string} path
 * @param {{body?: unknown, ifMatch?: string, ifNoneMatch?: string, key?: string, signal?: AbortSignal}} [options]
 * @returns {Promise<{status: number, body: any, etag: string | null}>}
 */
export async function call(method, path, options = {}) {
  const key = method === 'GET' ? undefined : (options.key ?? crypto.randomUUID());
  const giveUpAt = Date.now() + GIVE_UP_MILLIS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await callOnce(method, path, { ...options, key });
    } catch (failure) {
      if (options.signal?.aborted || !key || Date.now() > giveUpAt || !mayPass(failure)) throw failure;
      await pause((failure.retryAfter ?? Math.min(attempt, 4)) * 1000);
    }
  }
}

// With its key, the same request again gives the first answer: so a lost answer is asked for again.
function mayPass(failure) {
  return failure instanceof Unreachable
    || (failure instanceof Problem && (failure.status >= 500 || failure.status === 429 || failure.slug === 'request-in-progress'));
}

async function callOnce(method, path, { body, ifMatch, ifNoneMatch, key, signal }, again = true) {
  const headers = { Accept: 'application/json' };
  const token = await accessToken();
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (ifMatch) headers['If-Match'] = ifMatch;
  if (ifNoneMatch) headers['If-None-Match'] = ifNoneMatch;
  if (key) headers['Idempotency-Key'] = key;
  let answer;
  try {
    answer = await fetch(path, {
      method, headers, signal, cache: 'no-store', credentials: 'omit', body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (failure) {
    throw signal?.aborted ? failure : new Unreachable();
  }
  if (answer.status === 401 && again && (await renew())) {
    return callOnce(method, path, { body, ifMatch, ifNoneMatch, key, signal }, false);
  }
  const content = answer.status === 304 ? null : await answer.json().catch(() => ({}));
  if (!answer.ok && answer.status !== 304) {
    const seconds = Number(answer.headers.get('Retry-After'));
    throw new Problem(answer.status, content, Number.isFinite(seconds) && seconds > 0 ? seconds : undefined);
  }
  return { status: answer.status, body: content, etag: answer.headers.get('ETag') };
}

/** The version of an order as If-Match wants it. */
export const etagOf = (order) => `"${order.version}"`;

/** Resolves after so many milliseconds, or rejects when the signal fires. */
export const pause = (millis, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, millis);
  signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
});

/**
 * Repeats a task while the page is looked at, with this pause between, until the signal fires.
 * @param {() => Promise<unknown>} task
 * @param {() => number} millis
 * @param {AbortSignal} signal
 */
export async function repeatedly(task, millis, signal) {
  while (!signal.aborted) {
    if (!document.hidden) await task();
    try {
      await pause(millis(), signal);
    } catch {
      return;
    }
  }
}
