// The pipeline on this machine, drawn live from the runner's own state. There is no such view on AWS.
import { html, nothing, svg } from '../lib/lit-html/lit-html.js';
import { repeat } from '../lib/lit-html/directives/repeat.js';
import { call, repeatedly } from './api.js';
import { ask, focusOn, go, href, notify, update } from './page.js';
import { may, settings } from './session.js';
import { count, duration, empty, failed, instant, shortId } from './parts.js';

const LIVE_MILLIS = 1000;
const SAMPLES = 60; // a minute
const ORDERS_AT_ONCE = 20;
const LANES = 4; // requests under way at a time
const ORDER_ID = /"(?:orderId|order_id)"\s*:\s*"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/g;

const SERIES = [
  { name: 'accepted', title: 'Accepted', metric: 'OrdersAccepted' },
  { name: 'stored', title: 'Stored', metric: 'CommandsApplied' },
  { name: 'published', title: 'Published', metric: 'EventsPublished' },
];

let watch;
let loading = Promise.resolve();
let state;
let totals = {}; // metric -> sum since the runner started
let samples = []; // { at, accepted, stored, published }: the totals, second by second
let failure;
let letters = new Map(); // name of a dead-letter queue -> its messages
let openQueue; // the dead-letter queue that is being read
let trailOf; // order id
let trail;

export function enter() {
  watch = new AbortController();
  const { signal } = watch;
  repeatedly(() => load(signal), () => LIVE_MILLIS, signal);
}

export function leave() {
  watch?.abort();
  samples = [];
}

export function route({ path }) {
  const next = path[1] === 'trail' ? path[2] : undefined;
  if (next === trailOf) return;
  trailOf = next;
  trail = undefined;
  if (trailOf) {
    loadTrail();
    focusOn('#trail-title');
  }
}

async function tell(method, path, options = {}) {
  const answer = await fetch(`${settings().local}/_local${path}`, { method, credentials: 'omit', cache: 'no-store', ...options });
  if (!answer.ok) {
    const { message } = await answer.json().catch(() => ({}));
    throw new Error(message ?? `The runner answered ${answer.status}.`);
  }
  return answer.headers.get('Content-Type')?.startsWith('application/json') ? answer.json() : answer.text();
}

/** Loads when the load before is done: of two at once, one finds what the other holds as if it were gone. */
function load(signal) {
  loading = loading.then(() => loadNow(signal));
  return loading;
}

async function loadNow(signal) {
  try {
    const [nextState, metrics] = await Promise.all([tell('GET', '/state', { signal }), tell('GET', '/metrics', { signal })]);
    state = nextState;
    totals = sumsOf(metrics);
    samples = [...samples.slice(-SAMPLES), {
      at: performance.now(), ...Object.fromEntries(SERIES.map(({ name, metric }) => [name, totals[nameOf(metric)] ?? 0])) }];
    await loadLetters(signal);
    if (trailOf) await loadTrail(signal);
    failure = undefined;
  } catch (problem) {
    if (signal.aborted) return;
    failure = new Error('The runner cannot be reached. Is ./orders up still running?', { cause: problem });
  }
  update();
}

async function loadLetters(signal) {
  for (const queue of deadLetterQueues()) {
    if (queue.visible === 0) {
      if (queue.inFlight === 0) letters.set(queue.name, []); // or somebody only holds them for a moment
    } else if (queue.visible !== letters.get(queue.name)?.length || openQueue === queue.name) {
      letters.set(queue.name, await tell('GET', `/queues/${queue.name}/messages`, { signal }));
    }
  }
}

async function loadTrail(signal) {
  const key = trailOf;
  const answer = await tell('GET', `/trail?${new URLSearchParams({ key })}`, { signal }).catch(() => undefined);
  if (key !== trailOf || !answer) return;
  trail = answer.entries;
  update();
}

// The metrics come as Prometheus' text, one line for each set of dimensions.
function sumsOf(text) {
  const sums = {};
  for (const line of text.split('\n')) {
    const found = /^([a-z0-9_]+)_sum\{.*\} (\S+)$/.exec(line);
    if (found) sums[found[1]] = (sums[found[1]] ?? 0) + Number(found[2]);
  }
  return sums;
}

const exactly = new Intl.NumberFormat();
const roughly = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const figure = { format: (number) => (number < 100_000 ? exactly : roughly).format(number) };

const nameOf = (metric) => 'orders_' + metric.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

const queueOf = (output) => state?.queues.find(({ url }) => url === state.outputs[output]);
const deadLetterQueues = () => [queueOf('OrderDeadLetterQueueUrl'), queueOf('NotifierDeadLetterQueueUrl')].filter(Boolean);

/** Things a second, over the last five. */
function rateOf(name) {
  const last = samples.at(-1);
  const first = samples.at(-6) ?? samples[0];
  if (!last || first === last) return 0;
  return Math.max(0, ((last[name] - first[name]) * 1000) / (last.at - first.at));
}

// ------------------------------------------------------------------------------------------------------ buttons

async function kill({ pid, function: name }) {
  try {
    await tell('POST', `/workers/${pid}/kill`);
    notify(`Killed ${name}, process ${pid}. ${afterKill(name)}`, 'good');
  } catch (problem) {
    notify(problem.message, 'bad');
  }
  load(watch.signal);
}

/** What becomes of the work that a killed process held: it depends on who called the function. */
const AFTER_KILL = {
  OrderApiFunction: 'The caller of a request it was handling gets an error and must send the request again, with the same Idempotency-Key. Nothing is placed twice.',
  OrderProcessorFunction: 'The messages it held become visible in the queue again after the visibility timeout. Another process then handles them.',
  OrderNotifierFunction: 'Another process reads the stream again from the last checkpoint. Events may be published again, with the same ids.',
};
const afterKill = (name) => AFTER_KILL[name] ?? 'Another process starts with the next call.';

async function poison() {
  const queue = queueOf('OrderQueueUrl');
  try {
    await tell('POST', `/queues/${queue.name}/messages`, { body: '{"this is": "no command' });
    notify('Sent a message that is not a command. It goes to the dead-letter queue with the reason. Other messages are not held up.', 'good');
  } catch (problem) {
    notify(problem.message, 'bad');
  }
}

async function placeSome() {
  const items = [['JACKET-1', 'Beautiful Jacket', 7889], ['MUG-2', 'Blue Mug', 1450], ['LAMP-3', 'Reading Lamp', 12900]];
  let placed = 0;
  let accepted = 0;
  const lane = async () => {
    while (placed < ORDERS_AT_ONCE) {
      const i = placed++;
      const [sku, name, unitPrice] = items[i % items.length];
      const body = { currency: 'EUR', lines: [{ sku, name, quantity: 1 + (i % 3), unitPrice }] };
      await call('POST', '/orders', { body }).then(() => accepted++, () => {});
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  notify(`${count(accepted, 'order')} of ${ORDERS_AT_ONCE} accepted.`, accepted === ORDERS_AT_ONCE ? 'good' : 'bad');
}

async function sendBack(queue, message) {
  const sure = await ask({
    title: message ? 'Redrive this message?' : `Redrive ${count(letters.get(queue.name)?.length ?? queue.visible, 'message')}?`,
    body: () => html`<p>A redriven message returns unchanged to the queue it came from and is processed again. If it fails again, it becomes a dead letter again.</p>`,
    action: 'Redrive',
    submit: () => true,
  });
  if (!sure) return;
  try {
    const query = message ? `?${new URLSearchParams({ message: message.messageId })}` : '';
    const { moved } = await tell('POST', `/queues/${queue.name}/redrive${query}`);
    notify(`${count(moved, 'message')} redriven.`, moved ? 'good' : 'plain');
  } catch (problem) {
    notify(problem.message, 'bad');
  }
  letters.delete(queue.name);
  load(watch.signal);
}

function read(queue) {
  openQueue = openQueue === queue.name ? undefined : queue.name;
  if (openQueue) {
    load(watch.signal);
    focusOn('#letters-title');
  } else update();
}

// ------------------------------------------------------------------------------------------------------ drawing

export function view() {
  return html`
    <section class="pipeline">
      <div class="heading">
        <h1 tabindex="-1">Pipeline</h1>
        <span class="live ${failure ? 'off' : ''}">${failure ? 'Not live' : 'Live'}</span>
        <div class="spread"></div>
        ${may('orders/write') ? html`<button type="button" class="small" @click=${placeSome}>Place ${ORDERS_AT_ONCE} orders</button>` : nothing}
        <button type="button" class="small" data-action="poison" ?disabled=${!state} @click=${poison}>Send an unreadable message</button>
      </div>
      ${failure ? failed(failure) : nothing}
      ${state ? html`
        ${flow()}
        <div class="columns">
          <div class="column">${plot()}${workers()}</div>
          <div class="column">${trailOf ? trailView() : nothing}${openQueue ? letterBox() : nothing}${recent()}</div>
        </div>` : failure ? nothing : html`<div class="skeleton" role="status" aria-label="Loading"><div class="bone w70"></div><div class="bone w58"></div></div>`}
    </section>`;
}

function flow() {
  const queue = queueOf('OrderQueueUrl');
  const [deadLettered, unannounced] = [queueOf('OrderDeadLetterQueueUrl'), queueOf('NotifierDeadLetterQueueUrl')];
  const total = (metric) => totals[nameOf(metric)] ?? 0;
  return html`
    <ol class="flow" aria-label="The flow, from request to event">
      ${stage('Requests', total('OrdersAccepted'), 'orders accepted', rateOf('accepted'), workersOf('OrderApiFunction'))}
      ${stage('Queue', (queue?.visible ?? 0) + (queue?.delayed ?? 0), `waiting, ${queue?.inFlight ?? 0} in flight`, rateOf('accepted'), nothing, deadLettered)}
      ${stage('Orders', total('CommandsApplied'), 'commands stored', rateOf('stored'), workersOf('OrderProcessorFunction'))}
      ${stage('Events', total('EventsPublished'), 'published', rateOf('published'), workersOf('OrderNotifierFunction'), unannounced)}
    </ol>`;
}

function stage(title, number, unit, rate, workersHere, deadLetters) {
  return html`
    <li class="stage ${rate > 0 ? 'flowing' : ''}">
      <div class="box">
        <h2>${title}</h2>
        <p class="figure">${figure.format(number)}</p>
        <p class="muted small">${unit}</p>
        ${workersHere}
        <p class="rate small">${rate ? `${rate < 10 ? rate.toFixed(1) : Math.round(rate)} a second` : 'quiet'}</p>
      </div>
      ${deadLetters ? html`
        <button type="button" class="letters ${deadLetters.visible ? 'some' : ''}" aria-expanded=${openQueue === deadLetters.name ? 'true' : 'false'}
          data-queue=${deadLetters.name} @click=${() => read(deadLetters)}>
          <span class="figure">${deadLetters.visible + deadLetters.inFlight}</span> ${deadLetters.visible === 1 ? 'dead letter' : 'dead letters'}
        </button>` : nothing}
    </li>`;
}

function workersOf(name) {
  const here = state.workers.filter((worker) => worker.function === name);
  return html`<p class="processes" aria-label=${count(here.length, 'process', 'processes')}>${here.map(({ state: doing, pid }) =>
    html`<span class="process ${doing.toLowerCase()}" title="Process ${pid}, ${doing.toLowerCase()}"></span>`)}</p>`;
}

function plot() {
  const width = 600;
  const height = 150;
  const lines = SERIES.map((series) => ({ ...series, rates: samples.slice(1).map((sample, i) =>
    Math.max(0, ((sample[series.name] - samples[i][series.name]) * 1000) / (sample.at - samples[i].at))) }));
  const highest = Math.max(5, ...lines.flatMap(({ rates }) => rates));
  const top = niceAbove(highest);
  const x = (i, length) => width - ((length - 1 - i) * width) / (SAMPLES - 1);
  const y = (rate) => height - (rate / top) * (height - 8);
  const now = lines.map(({ title, rates }) => `${title.toLowerCase()} ${(rates.at(-1) ?? 0).toFixed(1)}`).join(', ');
  return html`
    <section class="card rates" aria-labelledby="rates-title">
      <div class="subhead"><h2 id="rates-title">Rates over the last minute</h2>
        <ul class="legend">${lines.map(({ name, title }) => html`<li class=${name}>${title}</li>`)}</ul></div>
      <div class="chart">
        <span class="axis high" aria-hidden="true">${top}</span><span class="axis" aria-hidden="true">0</span>
        <svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="Rates a second now: ${now}">
          ${[0.25, 0.5, 0.75].map((part) => svg`<line class="grid" x1="0" x2=${width} y1=${y(top * part)} y2=${y(top * part)}></line>`)}
          ${lines.map(({ name, rates }) => svg`<polyline class=${name} points=${rates.map((rate, i) => `${x(i, rates.length).toFixed(1)},${y(rate).toFixed(1)}`).join(' ')}></polyline>`)}
        </svg>
      </div>
    </section>`;
}

function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value);
}

function workers() {
  return html`
    <section class="card" aria-labelledby="workers-title">
      <h2 id="workers-title">Processes</h2>
      ${state.workers.length ? html`
        <div class="scroll" tabindex="0" role="region" aria-label="Table of processes">
          <table class="workers">
            <thead><tr><th scope="col">Function</th><th scope="col" class="number">Process</th><th scope="col">State</th>
              <th scope="col" class="number">Calls</th><th scope="col" class="number">Cold start</th><th scope="col"><span class="sr-only">Kill</span></th></tr></thead>
            <tbody>${repeat(state.workers, ({ pid }) => pid, (worker) => html`
              <tr>
                <th scope="row">${worker.function.replace(/Function$/, '')}</th>
                <td class="number mono">${worker.pid}</td>
                <td><span class="process ${worker.state.toLowerCase()}"></span> ${worker.state.toLowerCase()}</td>
                <td class="number">${new Intl.NumberFormat().format(worker.invocations)}</td>
                <td class="number">${worker.coldStartMillis ? `${worker.coldStartMillis} ms` : '–'}</td>
                <td class="number"><button type="button" class="quiet tiny danger-text" aria-label="Kill process ${worker.pid} of ${worker.function}"
                  @click=${() => kill(worker)}>Kill</button></td>
              </tr>`)}</tbody>
          </table>
        </div>` : html`<p class="muted small">No process is running. The first request starts one.</p>`}
    </section>`;
}

function letterBox() {
  const queue = state.queues.find(({ name }) => name === openQueue);
  const messages = letters.get(openQueue) ?? [];
  return html`
    <section class="card letterbox" aria-labelledby="letters-title">
      <div class="subhead">
        <h2 id="letters-title" tabindex="-1">Dead letters</h2>
        <span>
          ${messages.length ? html`<button type="button" class="small" data-action="redrive" @click=${() => sendBack(queue)}>Redrive all</button>` : nothing}
          <button type="button" class="quiet small" @click=${() => read(queue)}>Close</button>
        </span>
      </div>
      <p class="mono small muted">${openQueue}</p>
      ${messages.length ? html`<ul>
        ${repeat(messages, ({ messageId }) => messageId, (message) => html`
          <li>
            <details>
              <summary>${reasonOf(message)}</summary>
              <p class="muted small">Sent ${instant(message.sentAt)} · message <span class="mono">${message.messageId}</span></p>
              ${orderOf(message) ? html`<p class="small"><a href=${href(['orders', orderOf(message)])}>Open the order ${shortId(orderOf(message))}</a></p>` : nothing}
              <pre tabindex="0" aria-label="Body">${pretty(message.body)}</pre>
              ${Object.keys(message.attributes).length ? html`<dl class="facts">${Object.entries(message.attributes).map(([name, value]) =>
                html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>` : nothing}
              <button type="button" class="small" @click=${() => sendBack(queue, message)}>Redrive</button>
            </details>
          </li>`)}</ul>`
        : html`<p class="muted small">${queue?.inFlight ? 'Another reader holds the messages for a moment.' : 'No dead letters.'}</p>`}
    </section>`;
}

const reasonOf = ({ attributes, body }) => attributes.reason ?? onFailureReason(body) ?? 'Received too many times without success';

const orderOf = ({ body }) => [...body.matchAll(ORDER_ID)][0]?.[1];

// What Lambda sends to a stream's on-failure destination is an account of the failure, not the records.
function onFailureReason(body) {
  try {
    const { requestContext } = JSON.parse(body);
    return requestContext?.condition;
  } catch {
    return undefined;
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function trailView() {
  return html`
    <section class="card" aria-labelledby="trail-title">
      <div class="subhead"><h2 id="trail-title" tabindex="-1">Trail of ${shortId(trailOf)}</h2>
        <a class="button quiet small" href=${href(['pipeline'])}>Close</a></div>
      ${!trail ? html`<p class="muted small" role="status">Loading…</p>`
        : trail.length ? html`
          ${correlationOf(trail) ? html`<p class="muted small trace">Correlation id <span class="mono">${correlationOf(trail)}</span></p>` : nothing}
          <p class="small">${span(trail)}</p>
          <ol class="timeline trail">${trail.map((entry, i) => html`
          <li class="room-${entry.room}">
            <details>
              <summary><span class="step"><strong>${entry.summary}</strong> <span class="muted small">${ROOMS[entry.room] ?? entry.room}${entry.source === entry.room ? '' : ` · ${entry.source}`}</span></span>
                <span class="since small" title=${entry.at}>${i ? `+${duration(new Date(entry.at) - new Date(trail[i - 1].at))}` : html`${instant(entry.at)}`}</span></summary>
              <p class="muted small">${instant(entry.at)}</p>
              <pre tabindex="0" aria-label="What was written">${pretty(entry.text)}</pre>
            </details>
          </li>`)}</ol>`
        : html`<p class="muted small">The runner has no record of it. It keeps only the newest records, and none after it stops.</p>`}
    </section>`;
}

const ROOMS = { http: 'API', sqs: 'Queue', dynamodb: 'Table', stream: 'Stream', sns: 'Topic', log: 'Log', lambda: 'Function' };

/** The correlation id that the order's request had. */
const correlationOf = (entries) => entries.map(({ text }) => /"correlation_?[iI]d"\s*:\s*"([^"]+)"/.exec(text)?.[1]).find(Boolean);

/** How long the order took from its request to its first event, as far as both are known. */
function span(entries) {
  const first = entries.find(({ summary }) => summary.startsWith('POST '));
  const event = entries.find(({ room }) => room === 'sns');
  if (!first || !event || event.at < first.at) return `${count(entries.length, 'step')}.`;
  return `${count(entries.length, 'step')}. ${duration(new Date(event.at) - new Date(first.at))} from the request to the first event.`;
}

/** The newest orders in the journal, each with its last entry. */
function newestOrders() {
  const found = new Map();
  for (const entry of [...state.newest].sort((a, b) => b.at.localeCompare(a.at))) {
    if (entry.summary.startsWith('GET ')) continue; // a read changes nothing
    for (const [, id] of entry.text.matchAll(ORDER_ID)) if (!found.has(id)) found.set(id, entry);
    if (found.size >= 12) break;
  }
  return [...found].slice(0, 12);
}

function recent() {
  const newest = newestOrders();
  return html`
    <section class="card" aria-labelledby="recent-title">
      <h2 id="recent-title">Follow an order</h2>
      <form class="find" role="search" @submit=${(e) => {
        e.preventDefault();
        const id = new FormData(e.target).get('id').trim();
        if (id) go(['pipeline', 'trail', id]);
      }}>
        <label class="sr-only" for="trail-id">Order id</label>
        <input id="trail-id" name="id" class="mono" placeholder="Order id" autocomplete="off" spellcheck="false">
        <button>Trail</button>
      </form>
      ${newest.length ? html`<ul class="newest">${repeat(newest, ([id]) => id, ([id, entry]) => html`
        <li><a class="mono" href=${href(['pipeline', 'trail', id])} aria-current=${id === trailOf ? 'true' : nothing}>${shortId(id)}</a>
          <span class="muted small">${entry.summary}</span>${instant(entry.at)}</li>`)}</ul>`
        : empty('Nothing yet', 'Orders appear here as they are processed.')}
    </section>`;
}
