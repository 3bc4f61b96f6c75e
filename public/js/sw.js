// The worker: answers where the network does not. The server writes above it what belongs to
// this build, and the outbox.
//
// It knows nobody by itself. Each page says in a header for whom it may be kept; pages of
// anybody else go at once, and one that is for nobody clears them all.

const PAGES = "pages-";
const SHELL = `shell-${BUILD}`;

// Pages open since an earlier build still want its files.
const SHELLS = 3;

// There is a cache of this name, with nothing in it, while somebody signs out.
const SIGNING_OUT = "signing-out";

const MOST_PAGES = 60;
const MOST_POSTERS = 300;

// How long somebody looks at nothing while there is an older page.
const PATIENCE = 6_000;

// What is that young is not asked for again while nobody looks at it.
const FRESH = 600_000;

// What shows secrets once, or is of no use without the network.
const NEVER = /^\/(settings|admin|setup|login|register|reset)(\/|$)/;

// Whose page came last, and how often that changed: what was asked for before it did is not
// kept.
let whose;
let turn = 0;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(fillShell());
});

async function fillShell() {
  const shell = await caches.open(SHELL);
  // Nobody's page, whoever is signed in.
  const offline = new Request(OFFLINE, { credentials: "omit", cache: "reload" });
  await Promise.all([...ASSETS, offline].map((asset) => addTo(shell, asset)));
}

async function addTo(shell, asset) {
  const response = await fetch(asset);
  if (!response.ok || !isNumbered(response)) throw new Error(`${response.status} for ${response.url}`);
  await shell.put(asset, response);
}

addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([clients.claim(), dropOldShells()]));
});

async function dropOldShells() {
  const shells = (await caches.keys()).filter((name) => name.startsWith("shell-"));
  await Promise.all(shells.slice(0, -SHELLS).map((name) => caches.delete(name)));
}

addEventListener("message", (event) => {
  event.waitUntil(keepAll(event.data.keep ?? [], turn));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  // What waited is the page's to send.
  if (origin !== location.origin || request.headers.has("x-waited")) return;
  const way = `${request.method} ${pathname}`;
  // A browser whose store is broken does as if there were no worker.
  const get = (answer) => event.respondWith(answer.catch(() => fetch(request)));
  if (way === "POST /reviews") event.respondWith(log(request));
  else if (way === "POST /logout") event.respondWith(signOut(request));
  else if (way === "POST /login") event.respondWith(signIn(request));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate") get(page(request, event));
  else if (pathname.startsWith("/assets/")) get(asset(request, event));
  else if (pathname.startsWith("/posters/")) get(poster(request, event));
});

// Every answer of the server has a number; what comes without is from something in between.
const isNumbered = (response) => response?.headers.has("x-request-id");
const isRedirect = (response) => response?.type === "opaqueredirect";

const offlinePage = async () => (await caches.match(OFFLINE, { cacheName: SHELL })) ?? Response.error();

// Those that few pages want are taken in when one does.
async function asset(request, event) {
  const known = await caches.match(request);
  if (known) return known;
  const response = await fetch(request);
  if (response.ok && isNumbered(response)) event.waitUntil(putBy(request, response.clone()));
  return response;
}

async function putBy(request, response) {
  const shell = await caches.open(SHELL);
  await shell.put(request, response);
}

// --- Pages ---

async function page(request, event) {
  const began = turn;
  if (!(await isSignedOut())) return unlessOurs(request);
  const asked = fetch(request).catch(() => undefined);
  // Also one that comes too late to be shown.
  event.waitUntil(asked.then((response) => response && keep(request.url, response, began)));
  const old = await keptPage(request.url);
  const patience = old && new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const response = await Promise.race([asked, patience].filter(Boolean));
  if (isNumbered(response) || isRedirect(response)) return response;
  if (old) return marked(old);
  return response ?? offlinePage();
}

async function keepAll(addresses, began) {
  for (const address of addresses) {
    if (await isFresh(address)) continue;
    const response = await fetch(address).catch(() => undefined);
    if (response) await keep(address, response, began);
  }
}

async function isFresh(address) {
  const old = await (await pagesHere())?.match(address);
  return old && Date.now() - new Date(old.headers.get("date")) < FRESH;
}

async function keep(address, response, began) {
  const mark = response.headers.get("x-kept-for");
  const { pathname } = new URL(address, location);
  if (mark === null || response.status !== 200 || pathname === OFFLINE || began !== turn) return;
  const isKept = mark !== "none" && !response.redirected && !NEVER.test(pathname);
  // Before somebody reads it.
  const copy = isKept && response.clone();
  if (whose !== undefined && whose !== mark) turn += 1;
  whose = mark;
  const now = turn;
  await dropPages(PAGES + mark);
  if (!isKept) return;
  const cache = await caches.open(PAGES + mark);
  await cache.put(address, copy);
  // Somebody else came, or signed out, while it was written.
  if (now !== turn) return void (await caches.delete(PAGES + mark));
  await trim(cache, (url) => !isPosterAt(url), MOST_PAGES);
}

async function dropPages(except) {
  const others = (await caches.keys()).filter((name) => name.startsWith(PAGES) && name !== except);
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function pagesHere() {
  const name = (await caches.keys()).find((known) => known.startsWith(PAGES));
  return name && caches.open(name);
}

// Instead of any form for a new review, the one for a film that is typed.
async function keptPage(url) {
  const cache = await pagesHere();
  const found = await cache?.match(url.split("#")[0]);
  const isForm = new URL(url).pathname === new URL(BY_HAND, location).pathname;
  return found ?? (isForm ? cache?.match(BY_HAND) : undefined);
}

// Tells the page from when it is.
async function marked(response) {
  const from = response.headers.get("date");
  const text = (await response.text()).replace("<body", `<body data-kept-at="${from}"`);
  return new Response(text, { headers: response.headers });
}

async function trim(cache, isCounted, most) {
  const kept = (await cache.keys()).filter((request) => isCounted(request.url));
  const spared = kept.filter((request) => request.url !== new URL(BY_HAND, location).href);
  await Promise.all(spared.slice(0, -most).map((request) => cache.delete(request)));
}

// --- Posters ---

const isPosterAt = (url) => new URL(url).pathname.startsWith("/posters/");

async function poster(request, event) {
  const cache = await pagesHere();
  const known = await cache?.match(request);
  if (known) return known;
  const response = await fetch(request);
  if (cache && response.ok && isNumbered(response) && request.destination === "image") event.waitUntil(keepPoster(cache, request, response.clone()));
  return response;
}

async function keepPoster(cache, request, response) {
  await cache.put(request, response);
  await trim(cache, isPosterAt, MOST_POSTERS);
}

// --- Reviews ---

async function log(request) {
  const form = request.clone();
  const asked = fetch(request).catch(() => undefined);
  const fields = [...(await form.formData())];
  // Before somebody closes the page over it.
  let holding;
  const late = setTimeout(() => (holding = hold(fields)), PATIENCE);
  const answer = await asked;
  clearTimeout(late);
  if (isNumbered(answer) || isRedirect(answer)) {
    const held = await holding;
    const { key } = Object.fromEntries(fields);
    if (answer.ok || isRedirect(answer) || held) await outbox.remove(held ?? key).catch(() => {});
    return answer;
  }
  holding ??= hold(fields);
  if (!(await holding)) return answer ?? Response.error();
  if (request.mode === "navigate") return Response.redirect("/", 303);
  return new Response("", { headers: { "hx-redirect": "/", "x-waiting": "1" } });
}

// Puts a review by, and gives its key; only of those who keep pages here, and under their name.
async function hold(fields) {
  const { by, key } = Object.fromEntries(fields);
  try {
    if (!(await caches.has(PAGES + by))) return;
    const own = (await isTaken(key, fields)) ? crypto.randomUUID() : key;
    const said = fields.map(([name, value]) => [name, name === "key" ? own : value]);
    await outbox.put({ key: own, by, fields: said, at: Date.now(), refused: "" });
    return own;
  } catch {
    return;
  }
}

// Whoever goes back to a form that waits, and writes something else, means another review.
async function isTaken(key, fields) {
  const known = (await outbox.all()).find((review) => review.key === key);
  return known && !known.refused && JSON.stringify(known.fields) !== JSON.stringify(fields);
}

// --- Signing out ---

function forget() {
  turn += 1;
  whose = undefined;
  return dropPages("").catch(() => {});
}

// Whoever signs out leaves nothing here, also while the network is away; the server hears of
// it before anything else.
async function signOut(request) {
  await forget();
  const answer = await fetch(request).catch(() => undefined);
  // What another tab asked for meanwhile.
  await forget();
  if (isNumbered(answer) || isRedirect(answer)) return answer;
  await caches.open(SIGNING_OUT).catch(() => {});
  return answer ?? Response.redirect("/", 303);
}

// Whoever signs in is not the one who is still to be signed out.
async function signIn(request) {
  await isSignedOut().catch(() => {});
  const answer = await fetch(request);
  if (answer.ok || isRedirect(answer)) await caches.delete(SIGNING_OUT).catch(() => {});
  return answer;
}

// Whether the server knows of it.
async function isSignedOut() {
  if (!(await caches.has(SIGNING_OUT))) return true;
  const headers = { "HX-Request": "true" };
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetch("/logout", { method: "POST", body: new URLSearchParams(), headers, signal }).catch(() => undefined);
  return Boolean(answer?.ok && isNumbered(answer)) && caches.delete(SIGNING_OUT);
}

// For the server somebody is there who has left: what is in between is shown, a page of ours
// is not.
async function unlessOurs(request) {
  const answer = await fetch(request).catch(() => undefined);
  return answer && !isNumbered(answer) ? answer : offlinePage();
}
