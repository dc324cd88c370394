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
  requestAnimationFrame(redraw);
}

function redraw() {
  queued = false;
  const focused = document.activeElement;
  const section = focused?.closest('section[aria-labelledby]')?.getAttribute('aria-labelledby');
  render(draw(), document.getElementById('app'));
  const dialog = document.querySelector('dialog');
  if (dialog && !dialog.open) dialog.showModal();
  const wanted = awaited && document.querySelector(awaited);
  if (wanted && !dialog) {
    awaited = undefined;
    wanted.focus();
  } else if (focused !== document.body && (!focused?.isConnected || focused.disabled)) {
    // The redraw took away what had the focus: the title of its part is where one goes on, never the page's body.
    (dialog?.querySelector('h2') ?? (section && document.getElementById(section)) ?? document.querySelector('main h1'))?.focus();
  }
}

let awaited; // selector of what gets the focus as soon as it is drawn

/** Moves the focus to what matches as soon as it is there, unless the person goes elsewhere meanwhile. */
export function focusWhenThere(selector) {
  awaited = selector;
  update();
}

for (const type of ['pointerdown', 'keydown']) addEventListener(type, () => { awaited = undefined; }, { capture: true });

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
 * finds wrong with a field is shown there and the dialog stays open. So it does when `conflict` has something to say
 * about a failure: what was typed stays, with what changed beside it. Any other failure closes it and is thrown.
 * @param {{title: string, body: (errors: {pointer?: string, detail: string}[], conflict?: any) => unknown, action: string, danger?: boolean,
 *     wide?: boolean, submit: (form: FormData, conflict?: any) => unknown, conflict?: (failure: Error) => Promise<{closed?: boolean} | undefined>,
 *     input?: (form: FormData) => void}} dialog
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
  const heading = before?.closest('section[aria-labelledby]')?.getAttribute('aria-labelledby');
  open = undefined;
  afterUpdate(() => {
    if (before?.isConnected && !before.disabled) before.focus();
    else (document.getElementById(heading) ?? document.querySelector('main h1'))?.focus();
  });
}

/** Closes the dialog that may be open, as if the person had. */
export function closeDialog() {
  if (!open) return;
  const { resolve } = open;
  open = undefined;
  resolve(undefined);
  update();
}

function cancel() {
  if (open.busy) return;
  const { resolve } = open;
  close();
  resolve(undefined);
}

async function submit(form) {
  const asked = open;
  asked.busy = true;
  update();
  try {
    const answer = await asked.submit(new FormData(form), asked.conflicted);
    if (open !== asked) return;
    close();
    asked.resolve(answer);
  } catch (failure) {
    const conflicted = await asked.conflict?.(failure).catch(() => undefined);
    if (open !== asked) return;
    asked.busy = false;
    if (conflicted) {
      asked.conflicted = conflicted;
      asked.errors = [];
      focusOn('dialog .banner');
    } else if (failure.errors?.some(({ pointer }) => pointer)) {
      asked.errors = failure.errors;
      focusOn('dialog [aria-invalid=true]');
    } else {
      close();
      asked.reject(failure);
    }
  }
}

export const dialog = () => open ? html`
  <dialog aria-labelledby="dialog-title" class=${open.wide ? 'wide' : ''} @cancel=${(e) => { e.preventDefault(); cancel(); }}>
    <form method="dialog" novalidate @submit=${(e) => { e.preventDefault(); submit(e.target); }}
      @input=${(e) => open?.input?.(new FormData(e.currentTarget))}>
      <h2 id="dialog-title" tabindex="-1">${open.title}</h2>
      <div class="dialog-body">${open.body(open.errors, open.conflicted)}</div>
      <div class="actions">
        <button type="button" ?disabled=${open.busy} @click=${cancel}>Back</button>
        <button class=${open.danger ? 'danger' : 'primary'} ?disabled=${open.busy || open.conflicted?.closed}>${open.busy ? 'Sending…' : open.action}</button>
      </div>
    </form>
  </dialog>` : nothing;
