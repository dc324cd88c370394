// The one page: who asks for a redraw, where in the page one is, what is said aloud, and the one open dialog.
import { html, nothing, render } from '../lib/lit-html/lit-html.js';

let draw = () => nothing;
let queued = false;

/** Draws the page from now on with this function, whenever something changed. */
export function drawWith(template) {
  draw = template;
  update();
}

/** Redraws before the next frame; many calls make one. */
export function update() {
  if (queued) return;
  queued = true;
  requestAnimationFrame(() => {
    queued = false;
    render(draw(), document.getElementById('app'));
    const dialog = document.querySelector('dialog');
    if (dialog && !dialog.open) dialog.showModal();
  });
}

/** Runs after the next redraw: to move the focus to what it brought. */
export function afterUpdate(action) {
  update();
  requestAnimationFrame(() => requestAnimationFrame(action));
}

/** Moves the focus to the first element that matches, once it is drawn. */
export function focusOn(selector) {
  afterUpdate(() => document.querySelector(selector)?.focus());
}

// ---------------------------------------------------------------------------------------------- where one is

/** The place in the page as the address says it: path segments and query of the fragment. */
export function place() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  return { path: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query ?? '') };
}

/** The address of a place, for a link. */
export function href(path, query = new URLSearchParams()) {
  const search = query.toString();
  return '#/' + path.map(encodeURIComponent).join('/') + (search && '?' + search);
}

/** Goes there; `replace` leaves no step behind for the back button. */
export function go(path, query, { replace = false } = {}) {
  const target = href(path, query);
  if (target === location.hash) return;
  if (replace) {
    history.replaceState(null, '', target);
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = target;
  }
}

// ---------------------------------------------------------------------------------------------- what is said

let said = '';
let notices = [];
let nextNotice = 1;

/** Tells those who listen rather than look. */
export function announce(text) {
  said = text;
  update();
}

/** Shows a short notice for a while, and says it. `kind` is `good`, `bad` or `plain`. */
export function notify(text, kind = 'plain') {
  const notice = { id: nextNotice++, text, kind };
  notices = [...notices.slice(-2), notice];
  announce(text);
  setTimeout(() => dismiss(notice.id), kind === 'bad' ? 12_000 : 5_000);
}

function dismiss(id) {
  notices = notices.filter((notice) => notice.id !== id);
  update();
}

export const notes = () => html`
  <div class="sr-only" role="status" aria-live="polite">${said}</div>
  <div class="notices" role="region" aria-label="Notices">
    ${notices.map((notice) => html`
      <div class="notice ${notice.kind}">
        <span>${notice.text}</span>
        <button type="button" class="quiet icon" aria-label="Dismiss" @click=${() => dismiss(notice.id)}>×</button>
      </div>`)}
  </div>`;

// -------------------------------------------------------------------------------------------------- the dialog

let open;

/**
 * Opens a dialog. Answers with what its submit handler returns, or undefined when it is closed without. What the API
 * finds wrong with a field is shown there and the dialog stays open; any other failure closes it and is thrown.
 * @param {{title: string, body: (errors: {pointer?: string, detail: string}[]) => unknown, action: string, danger?: boolean,
 *     submit: (form: FormData) => unknown}} dialog
 */
export function ask(dialog) {
  const before = document.activeElement;
  return new Promise((resolve, reject) => {
    open = { ...dialog, resolve, reject, before, errors: [], busy: false };
    update();
  });
}

function close() {
  const { before } = open;
  open = undefined;
  afterUpdate(() => before?.isConnected && before.focus());
}

function cancel() {
  if (open.busy) return;
  const { resolve } = open;
  close();
  resolve(undefined);
}

async function submit(form) {
  const { resolve, reject } = open;
  open.busy = true;
  update();
  try {
    const answer = await open.submit(new FormData(form));
    close();
    resolve(answer);
  } catch (failure) {
    if (failure.errors?.some(({ pointer }) => pointer)) {
      open = { ...open, errors: failure.errors, busy: false };
      focusOn('dialog [aria-invalid=true]');
    } else {
      close();
      reject(failure);
    }
  }
}

export const dialog = () => open ? html`
  <dialog aria-labelledby="dialog-title" @cancel=${(e) => { e.preventDefault(); cancel(); }}>
    <form method="dialog" novalidate @submit=${(e) => { e.preventDefault(); submit(e.target); }}>
      <h2 id="dialog-title">${open.title}</h2>
      ${open.body(open.errors)}
      <div class="actions">
        <button type="button" ?disabled=${open.busy} @click=${cancel}>Back</button>
        <button class=${open.danger ? 'danger' : 'primary'} ?disabled=${open.busy}>${open.action}</button>
      </div>
    </form>
  </dialog>` : nothing;
