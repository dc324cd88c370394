// Sign-in: OIDC authorization code with PKCE. Tokens live in this module's memory and nowhere else. A reload or a new tab
// asks the issuer again without a word (prompt=none), as long as the person is signed in there. What crosses the redirect
// through session storage (state, verifier, place) is worthless without the code.
import { closeDialog, update } from './page.js';

const PENDING = 'orders.sign-in';
const SIGNED_IN = 'orders.signed-in'; // in local storage: that somebody is, so that a new tab may ask the issuer
const DRAFT = 'orders.draft.';

let config = {};
let provider;
let tokens;
let refreshing;
let ended = false;

/** Where the console runs: the issuer, the client, the scopes to ask for and, on one machine, the runner's own address. */
export const settings = () => config;

/** The signed-in person: who, and what they may do. Undefined when nobody is. */
export const person = () => tokens?.person;

/** Whether the signed-in person may do what takes this scope. */
export const may = (scope) =>
  Boolean(tokens && (tokens.scopes.has(scope) || (scope !== 'orders/admin' && tokens.scopes.has('orders/admin'))));

/** Whether the session ended by itself: the person did not sign out. */
export const sessionEnded = () => ended;

/** Reads config.json and, after a redirect, takes the code the issuer sent. */
export async function begin() {
  const answer = await fetch('config.json');
  if (!answer.ok) throw new Error('The console has no config.json beside it.');
  config = await answer.json();
  const query = new URLSearchParams(location.search);
  if (query.has('code') || query.has('error')) await takeCode(query);
  else if (localStorage.getItem(SIGNED_IN)) await leaveForIssuer({ prompt: 'none' }).catch(() => {});
}

async function takeCode(query) {
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? 'null');
  sessionStorage.removeItem(PENDING);
  history.replaceState(null, '', location.pathname + (pending?.place ?? ''));
  if (!pending || query.get('state') !== pending.state) throw new Error('This sign-in was not begun here. Please sign in again.');
  if (query.has('iss') && query.get('iss') !== config.issuer) throw new Error('The answer came from another issuer. Please sign in again.');
  if (query.has('error') && pending.silent) {
    localStorage.removeItem(SIGNED_IN);
    ended = true;
    return;
  }
  if (query.has('error')) throw new Error(query.get('error_description') ?? `The sign-in was refused (${query.get('error')}).`);
  await fetchTokens({
    grant_type: 'authorization_code', code: query.get('code'), redirect_uri: redirectUri(), code_verifier: pending.verifier });
}

/** Leaves for the issuer's page; one comes back to the same place. */
export const signIn = () => leaveForIssuer({});

async function leaveForIssuer(more) {
  const { authorization_endpoint: endpoint } = await discover();
  const pending = { state: random(), verifier: random(), place: location.hash, silent: more.prompt === 'none' };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pending.verifier));
  // Without a word also for the Back button: a silent sign-in leaves no step behind.
  const leave = pending.silent ? (to) => location.replace(to) : (to) => location.assign(to);
  leave(endpoint + '?' + new URLSearchParams({
    response_type: 'code', client_id: config.clientId, redirect_uri: redirectUri(), scope: config.scope, state: pending.state,
    code_challenge: base64Url(new Uint8Array(digest)), code_challenge_method: 'S256', ...more }));
  return new Promise(() => {}); // the page is about to go: nothing after this may run
}

/** Forgets the tokens and the drafts, and tells the issuer where it can be told. */
export async function signOut() {
  const idToken = tokens?.idToken;
  tokens = undefined;
  ended = false;
  localStorage.removeItem(SIGNED_IN);
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(DRAFT)) sessionStorage.removeItem(name);
  update();
  const { end_session_endpoint: endpoint } = await discover();
  if (!endpoint) return;
  const query = new URLSearchParams({
    client_id: config.clientId, post_logout_redirect_uri: redirectUri(), logout_uri: redirectUri() }); // the last is Cognito's
  if (idToken) query.set('id_token_hint', idToken);
  location.assign(endpoint + '?' + query);
}

function end() {
  tokens = undefined;
  ended = true;
  localStorage.removeItem(SIGNED_IN);
  closeDialog();
}

// ------------------------------------------------------------------------------------------------------- drafts

/** Keeps what was typed but not sent, in this tab and for this person; undefined forgets it. */
export function keepDraft(name, draft) {
  if (draft === undefined) sessionStorage.removeItem(DRAFT + name);
  else if (tokens) sessionStorage.setItem(DRAFT + name, JSON.stringify({ by: tokens.person.id, draft }));
}

/** What was kept under this name by this person; undefined when there is nothing. */
export function keptDraft(name) {
  const kept = JSON.parse(sessionStorage.getItem(DRAFT + name) ?? 'null');
  return kept && kept.by === tokens?.person.id ? kept.draft : undefined;
}

// ------------------------------------------------------------------------------------------------------- tokens

/** A token that is good for a little longer; undefined when nobody is signed in. */
export async function accessToken() {
  if (tokens?.refreshToken && Date.now() > tokens.expiresAt - 30_000) await refresh();
  return tokens?.accessToken;
}

/** The API refused the token: gets another where that can be done, and forgets it otherwise. */
export async function renew() {
  if (tokens?.refreshToken) await refresh();
  else if (tokens) end();
  update();
  return Boolean(tokens);
}

function refresh() {
  refreshing ??= fetchTokens({ grant_type: 'refresh_token', refresh_token: tokens.refreshToken })
    .catch((failure) => { if (failure.refused) end(); })
    .finally(() => { refreshing = undefined; });
  return refreshing;
}

async function fetchTokens(parameters) {
  const { token_endpoint: endpoint } = await discover();
  const answer = await fetch(endpoint, {
    method: 'POST', credentials: 'omit', body: new URLSearchParams({ ...parameters, client_id: config.clientId }) });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw Object.assign(new Error(body.error_description ?? 'The issuer gave no token. Please sign in again.'), { refused: answer.status < 500 });
  }
  const claims = claimsOf(body.access_token);
  const idClaims = body.id_token ? claimsOf(body.id_token) : {};
  const scopes = new Set((body.scope ?? claims.scope ?? '').split(' '));
  tokens = {
    accessToken: body.access_token,
    idToken: body.id_token,
    refreshToken: body.refresh_token ?? tokens?.refreshToken,
    expiresAt: Date.now() + (body.expires_in ?? 3600) * 1000,
    scopes,
    person: { id: claims.sub, name: idClaims.name ?? idClaims.email ?? claims.username ?? tokens?.person.name ?? claims.sub },
  };
  ended = false;
  localStorage.setItem(SIGNED_IN, 'yes');
}

async function discover() {
  if (!provider) {
    const answer = await fetch(config.issuer.replace(/\/$/, '') + '/.well-known/openid-configuration', { credentials: 'omit' });
    const found = await answer.json();
    if (found.issuer !== config.issuer) throw new Error('The issuer calls itself by another name.');
    provider = found;
  }
  return provider;
}

// For what the page shows and hides; the API checks the signature, the issuer and the scopes itself.
function claimsOf(jwt) {
  try {
    const bytes = Uint8Array.from(atob(jwt.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}

const redirectUri = () => location.origin + location.pathname;
const random = () => base64Url(crypto.getRandomValues(new Uint8Array(32)));
const base64Url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
