// The console's beginning: the frame around the views, and which view the address asks for.
import { html, nothing } from '../lib/lit-html/lit-html.js';
import { leaveOrder, orderTitle, orderView, watchOrder } from './order.js';
import { forgetOrders, leaveOrders, ordersView, watchOrders } from './orders.js';
import { announce, dialog, drawWith, focusOn, focusWhenThere, go, href, notes, notify, place, update } from './page.js';
import { begin, may, person, sessionEnded, settings, signIn, signOut } from './session.js';
import { failed } from './parts.js';

// The views that a first look does not need come when they are asked for.
const later = { new: () => import('./place.js'), pipeline: () => import('./pipeline.js') };
const loaded = {};

let trouble; // why nobody could be signed in
let current; // name of the view that is shown
let lastOrder; // where the focus returns to when an order is closed

const THEMES = ['light dark', 'light', 'dark'];
const THEME_WORDS = { 'light dark': 'System', light: 'Light', dark: 'Dark' };
let theme = THEMES.includes(localStorage.getItem('orders.theme')) ? localStorage.getItem('orders.theme') : THEMES[0];
document.documentElement.style.colorScheme = theme;

function nextTheme() {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  localStorage.setItem('orders.theme', theme);
  document.documentElement.style.colorScheme = theme;
  announce(`Colours: ${THEME_WORDS[theme]}`);
}

// ------------------------------------------------------------------------------------------------------ routing

const allowed = (view) => view === 'orders' || (view === 'new' && may('orders/write')) || (view === 'pipeline' && settings().local);

async function route() {
  const { path: [view = 'orders', id] } = place();
  if (!person() && view !== 'pipeline') return leaveAll();
  if (!allowed(view)) return person() ? go(['orders'], undefined, { replace: true }) : leaveAll();
  if (view !== current) {
    leaveAll();
    current = view;
    if (later[view] && !loaded[view]) {
      update();
      loaded[view] = await later[view]();
      if (place().path[0] !== view) return;
    }
    loaded[view]?.enter?.();
    if (view !== 'orders') focusOn('main h1');
  }
  if (view === 'orders') {
    watchOrders();
    if (id) {
      if (id !== lastOrder) focusWhenThere('#order-title');
      watchOrder(id);
    } else {
      leaveOrder();
      if (lastOrder) {
        focusWhenThere(`[data-order="${CSS.escape(lastOrder)}"] a, .list .empty h2`);
      }
    }
    lastOrder = id;
  }
  loaded[view]?.route?.(place());
  update();
}

function leaveAll() {
  leaveOrders();
  leaveOrder();
  loaded[current]?.leave?.();
  current = lastOrder = undefined;
  update();
}

// ------------------------------------------------------------------------------------------------------ drawing

function frame() {
  return html`
    <a class="skip" href="#main" @click=${(e) => { e.preventDefault(); document.getElementById('main').focus(); }}>Skip to the content</a>
    <header class="top">
      <a class="brand" href="#/orders"><img src="icon.svg" alt="" width="28" height="28">Orders</a>
      <nav aria-label="Console">
        ${person() ? html`
          ${link('orders', 'Orders')}
          ${may('orders/write') ? link('new', 'New order') : nothing}` : nothing}
        ${settings().local ? link('pipeline', 'Pipeline') : nothing}
      </nav>
      <div class="spread"></div>
      <button type="button" class="quiet small theme" @click=${nextTheme}><span aria-hidden="true">◐</span><span class="sr-only">Colours: </span>${THEME_WORDS[theme]}</button>
      ${person() ? html`
        <span class="person"><span class="name">${person().name}</span>${may('orders/admin') ? html`<span class="role">Back office</span>` : nothing}</span>
        <button type="button" class="small" @click=${leave}>Sign out</button>`
        : html`<button type="button" class="small primary" @click=${enter}>Sign in</button>`}
    </header>
    <main id="main" tabindex="-1">${content()}</main>
    ${notes()}
    ${dialog()}`;
}

const link = (view, title) => html`<a href=${href([view])} aria-current=${current === view ? 'page' : nothing}>${title}</a>`;

function content() {
  if (!current) return welcome();
  if (current === 'orders') {
    const id = place().path[1];
    return html`<div class="split ${id ? 'opened' : ''}">${ordersView(id)}${id ? orderView() : nothing}</div>`;
  }
  return loaded[current]?.view() ?? html`<p class="muted loading" role="status">Loading…</p>`;
}

const welcome = () => html`
  <section class="welcome">
    <img src="icon.svg" alt="" width="56" height="56">
    <h1 tabindex="-1">Orders</h1>
    ${sessionEnded()
      ? html`<div class="banner warn" role="alert"><p><strong>Your session has ended.</strong> Sign in again to go on where you were. What you typed is kept.</p></div>`
      : html`<p>Place orders and follow them. The back office sees all orders and moves them on.</p>`}
    ${trouble ? failed(trouble) : nothing}
    <button type="button" class="primary large" @click=${enter}>Sign in</button>
    ${settings().local ? html`<p class="small"><a href="#/pipeline">Watch the pipeline on this machine</a></p>` : nothing}
  </section>`;

async function enter() {
  try {
    await signIn();
  } catch {
    trouble = new Error('The sign-in page cannot be reached.');
    update();
  }
}

async function leave() {
  forgetOrders();
  leaveAll();
  await signOut().catch(() => notify('You are signed out here. The issuer could not be reached to sign you out there too.'));
  route();
}

addEventListener('hashchange', route);
addEventListener('keydown', (e) => {
  if (e.key === 'Escape' && current === 'orders' && place().path[1] && !document.querySelector('dialog')) go(['orders'], place().query);
});

try {
  await begin();
} catch (failure) {
  trouble = failure;
}
const TITLES = { orders: 'Orders', new: 'New order', pipeline: 'Pipeline' };
let told = false; // that the session has ended
drawWith(() => {
  // A token that ran out shows at the next drawing, wherever it was noticed.
  if (!person() && current && current !== 'pipeline') queueMicrotask(leaveAll);
  if (sessionEnded() && !told) queueMicrotask(() => notify('Your session has ended.'));
  told = sessionEnded();
  document.title = [current === 'orders' ? orderTitle() : undefined, TITLES[current] ?? 'Orders'].filter(Boolean).join(' · ');
  return frame();
});
route();
