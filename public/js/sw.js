// The service worker: answers when the server does not. The server writes BUILD, ASSETS and
// PATHS in front of it.
//
// It cannot tell who is signed in. Each page says in a header for which member it may be cached;
// then the pages of any other member are deleted, and "none" deletes all of them.
import { outbox } from "./outbox.js";

const PAGES = "pages-";
const SHELL = `shell-${BUILD}`;

// Open pages of earlier builds still need their files.
const MAX_SHELLS = 3;

// An empty cache of this name marks a sign-out that the server does not know of yet.
const SIGNING_OUT = "signing-out";

const MAX_PAGES = 60;
const MAX_POSTERS = 300;

// How long the server may take before a cached page is shown or a review is queued.
const TIMEOUT_MS = 6_000;

// Cached pages younger than this are not prefetched again.
const FRESH_MS = 600_000;

// The header's value on the last page, and how often it has changed. Responses to requests from
// before a change are not cached.
let owner;
let generation = 0;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(fillShell());
});

async function fillShell() {
  const shell = await caches.open(SHELL);
  // Without cookies, so that the page belongs to no member.
  const offline = new Request(PATHS.offline, { credentials: "omit", cache: "reload" });
  await Promise.all([...ASSETS, offline].map((asset) => addTo(shell, asset)));
}

async function addTo(shell, asset) {
  const response = await fetch(asset);
  if (!response.ok || !isFromServer(response)) throw new Error(`${response.status} for ${response.url}`);
  await shell.put(asset, response);
}

addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([clients.claim(), deleteOldShells()]));
});

async function deleteOldShells() {
  const shells = (await caches.keys()).filter((name) => name.startsWith("shell-"));
  await Promise.all(shells.slice(0, -MAX_SHELLS).map((name) => caches.delete(name)));
}

addEventListener("message", (event) => {
  event.waitUntil(prefetch(event.data.keep ?? [], generation));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  // The page itself handles the answers to queued reviews.
  if (origin !== location.origin || request.headers.has("x-waited")) return;
  const post = request.method === "POST" && { [PATHS.reviews]: logReview, [PATHS.logout]: signOut, [PATHS.login]: signIn }[pathname];
  // If the browser's storage is broken, ask the server as if there were no worker.
  const respond = (response) => event.respondWith(response.catch(() => fetch(request)));
  if (post) event.respondWith(post(request));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate") respond(getPage(request, event));
  else if (pathname.startsWith(PATHS.assets)) respond(getAsset(request, event));
  else if (pathname.startsWith(PATHS.posters)) respond(getPoster(request, event));
});

// Every answer of the server has a request id; one without is a proxy's.
const isFromServer = (response) => response?.headers.has("x-request-id");
const isRedirect = (response) => response?.type === "opaqueredirect";

const offlinePage = async () => (await caches.match(PATHS.offline, { cacheName: SHELL })) ?? Response.error();

// Assets that only some pages need are cached on first use.
async function getAsset(request, event) {
  const cached = await caches.match(request);
  if (cached) return cached;
  const response = await fetch(request);
  if (response.ok && isFromServer(response)) event.waitUntil(cacheAsset(request, response.clone()));
  return response;
}

async function cacheAsset(request, response) {
  const shell = await caches.open(SHELL);
  await shell.put(request, response);
}

// --- Pages ---

async function getPage(request, event) {
  const since = generation;
  if (!(await finishSignOut())) return fetchUnlessOurs(request);
  const fetching = fetch(request).catch(() => undefined);
  // Cached even if it comes too late to be shown.
  event.waitUntil(fetching.then((response) => response && cachePage(request.url, response, since)));
  const cached = await cachedPage(request.url);
  const timeout = cached && new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS));
  const response = await Promise.race([fetching, timeout].filter(Boolean));
  if (isFromServer(response) || isRedirect(response)) return response;
  if (cached) return withDate(cached);
  return response ?? offlinePage();
}

async function prefetch(urls, since) {
  for (const url of urls) {
    if (await isFresh(url)) continue;
    const response = await fetch(url).catch(() => undefined);
    if (response) await cachePage(url, response, since);
  }
}

async function isFresh(url) {
  const cached = await (await openPages())?.match(url);
  return cached && Date.now() - new Date(cached.headers.get("date")) < FRESH_MS;
}

// Pages that show secrets once, or are of no use offline.
const isNeverCached = (pathname) => PATHS.neverCached.some((path) => pathname === path || pathname.startsWith(`${path}/`));

async function cachePage(url, response, since) {
  const keptFor = response.headers.get("x-kept-for");
  const { pathname } = new URL(url, location);
  if (keptFor === null || response.status !== 200 || pathname === PATHS.offline || since !== generation) return;
  const isCacheable = keptFor !== "none" && !response.redirected && !isNeverCached(pathname);
  // Cloned before the browser reads the body.
  const copy = isCacheable && response.clone();
  if (owner !== undefined && owner !== keptFor) generation += 1;
  owner = keptFor;
  const current = generation;
  await deletePages(PAGES + keptFor);
  if (!isCacheable) return;
  const cache = await caches.open(PAGES + keptFor);
  await cache.put(url, copy);
  // The member changed or signed out during the write.
  if (current !== generation) {
    await caches.delete(PAGES + keptFor);
    return;
  }
  await trim(cache, (cachedUrl) => !isPoster(cachedUrl), MAX_PAGES);
}

async function deletePages(except) {
  const others = (await caches.keys()).filter((name) => name.startsWith(PAGES) && name !== except);
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function openPages() {
  const name = (await caches.keys()).find((known) => known.startsWith(PAGES));
  return name && caches.open(name);
}

// The form for a movie typed by hand can replace any other form for a new review.
async function cachedPage(url) {
  const cache = await openPages();
  const cached = await cache?.match(url.split("#")[0]);
  const isForm = new URL(url).pathname === new URL(PATHS.byHand, location).pathname;
  return cached ?? (isForm ? cache?.match(PATHS.byHand) : undefined);
}

// Tells the page how old it is.
async function withDate(response) {
  const html = (await response.text()).replace("<body", `<body data-kept-at="${response.headers.get("date")}"`);
  return new Response(html, { headers: response.headers });
}

// Deletes the oldest pages or posters, but never the form for a movie typed by hand.
async function trim(cache, isCounted, max) {
  const requests = (await cache.keys()).filter(({ url }) => isCounted(url) && url !== new URL(PATHS.byHand, location).href);
  await Promise.all(requests.slice(0, -max).map((request) => cache.delete(request)));
}

// --- Posters ---

const isPoster = (url) => new URL(url).pathname.startsWith(PATHS.posters);

async function getPoster(request, event) {
  const cache = await openPages();
  const cached = await cache?.match(request);
  if (cached) return cached;
  const response = await fetch(request);
  if (cache && response.ok && isFromServer(response) && request.destination === "image") event.waitUntil(cachePoster(cache, request, response.clone()));
  return response;
}

async function cachePoster(cache, request, response) {
  await cache.put(request, response);
  await trim(cache, isPoster, MAX_POSTERS);
}

// --- Reviews ---

async function logReview(request) {
  const copy = request.clone();
  const fetching = fetch(request).catch(() => undefined);
  const fields = [...(await copy.formData())];
  // Queued while the answer is late: the page may be closed before it comes.
  let queueing;
  const timer = setTimeout(() => {
    queueing = queueReview(fields);
  }, TIMEOUT_MS);
  const answer = await fetching;
  clearTimeout(timer);
  if (isFromServer(answer) || isRedirect(answer)) {
    const queuedKey = await queueing;
    const { key } = Object.fromEntries(fields);
    if (answer.ok || isRedirect(answer) || queuedKey) await outbox.remove(queuedKey ?? key).catch(() => {});
    return answer;
  }
  queueing ??= queueReview(fields);
  if (!(await queueing)) return answer ?? Response.error();
  if (request.mode === "navigate") return Response.redirect(PATHS.feed, 303);
  return new Response("", { headers: { "hx-redirect": PATHS.feed, "x-waiting": "1" } });
}

// Returns the key of the queued review; nothing if its member does not save pages on this device.
async function queueReview(fields) {
  const { by, key: formKey } = Object.fromEntries(fields);
  try {
    if (!(await caches.has(PAGES + by))) return;
    const key = (await isTaken(formKey, fields)) ? crypto.randomUUID() : formKey;
    const queued = fields.map(([name, value]) => [name, name === "key" ? key : value]);
    await outbox.put({ key, by, fields: queued, at: Date.now(), refused: "" });
    return key;
  } catch {
    return;
  }
}

// Going back to the form of a queued review and writing something else makes another review.
async function isTaken(key, fields) {
  const queued = (await outbox.all()).find((review) => review.key === key);
  return queued && !queued.refused && JSON.stringify(queued.fields) !== JSON.stringify(fields);
}

// --- Signing out ---

function forgetMember() {
  generation += 1;
  owner = undefined;
  return deletePages("").catch(() => {});
}

// Clears the device even when offline. Then the sign-out is sent before any other request.
async function signOut(request) {
  await forgetMember();
  const answer = await fetch(request).catch(() => undefined);
  // Again, because other tabs may have cached pages meanwhile.
  await forgetMember();
  if (isFromServer(answer) || isRedirect(answer)) return answer;
  await caches.open(SIGNING_OUT).catch(() => {});
  return answer ?? Response.redirect(PATHS.feed, 303);
}

// The pending sign-out comes first, or it would end the new session.
async function signIn(request) {
  await finishSignOut().catch(() => {});
  const answer = await fetch(request);
  if (answer.ok || isRedirect(answer)) await caches.delete(SIGNING_OUT).catch(() => {});
  return answer;
}

// Sends a pending sign-out. Returns whether the server knows of the last one.
async function finishSignOut() {
  if (!(await caches.has(SIGNING_OUT))) return true;
  const headers = { "HX-Request": "true" };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await fetch(PATHS.logout, { method: "POST", body: new URLSearchParams(), headers, signal }).catch(() => undefined);
  return Boolean(answer?.ok && isFromServer(answer)) && caches.delete(SIGNING_OUT);
}

// For the server, the browser is still signed in, so its pages must not be shown. A proxy's page
// may be shown, such as the sign-in page of a Wi-Fi network.
async function fetchUnlessOurs(request) {
  const answer = await fetch(request).catch(() => undefined);
  return answer && !isFromServer(answer) ? answer : offlinePage();
}
