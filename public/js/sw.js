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

// What shows secrets once, or is of no use without the network.
const NEVER = /^\/(settings|admin|setup|login|register|reset)(\/|$)/;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(fillShell());
});

async function fillShell() {
  const shell = await caches.open(SHELL);
  // Nobody's page, whoever is signed in.
  const offline = new Request(OFFLINE, { credentials: "omit", cache: "reload" });
  await shell.addAll([...ASSETS, offline]);
}

addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([clients.claim(), dropOldShells()]));
});

async function dropOldShells() {
  const shells = (await caches.keys()).filter((name) => name.startsWith("shell-"));
  await Promise.all(shells.slice(0, -SHELLS).map((name) => caches.delete(name)));
}

addEventListener("message", (event) => {
  event.waitUntil(keepAll(event.data.keep ?? []));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  const way = `${request.method} ${pathname}`;
  if (way === "POST /reviews") event.respondWith(log(request));
  else if (way === "POST /logout") event.respondWith(signOut(request));
  else if (request.mode === "navigate" && request.method === "GET") event.respondWith(page(request, event));
  else if (pathname.startsWith("/assets/")) event.respondWith(asset(request));
  else if (pathname.startsWith("/posters/") && request.method === "GET") event.respondWith(poster(request, event));
});

// Every answer of the server has a number; what comes without is from something in between.
const isOurs = (response) => response.type === "opaqueredirect" || response.headers.has("x-request-id");

async function asset(request) {
  return (await caches.match(request)) ?? fetch(request);
}

// --- Pages ---

async function page(request, event) {
  await finishSigningOut();
  const asked = fetch(request).catch(() => undefined);
  event.waitUntil(asked);
  const old = await keptPage(request.url);
  const patience = old && new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const response = await Promise.race([asked, patience].filter(Boolean));
  if (response && isOurs(response)) {
    event.waitUntil(keep(request.url, response.clone()));
    return response;
  }
  if (old) return marked(old);
  return response ?? (await caches.match(OFFLINE)) ?? Response.error();
}

async function keepAll(addresses) {
  for (const address of addresses) {
    const response = await fetch(address).catch(() => undefined);
    if (response) await keep(address, response);
  }
}

async function keep(address, response) {
  const mark = response.headers.get("x-kept-for");
  if (mark === null || response.status !== 200) return;
  await dropPages(PAGES + mark);
  if (mark === "none" || response.redirected || NEVER.test(new URL(address).pathname)) return;
  const cache = await caches.open(PAGES + mark);
  await cache.put(address, response);
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
  if (cache && response.ok && request.destination === "image") event.waitUntil(keepPoster(cache, request, response.clone()));
  return response;
}

async function keepPoster(cache, request, response) {
  await cache.put(request, response);
  await trim(cache, isPosterAt, MOST_POSTERS);
}

// --- Reviews ---

async function log(request) {
  const form = request.clone();
  const answer = await fetch(request).catch(() => undefined);
  const fields = [...(await form.formData())];
  const { by, key } = Object.fromEntries(fields);
  if (answer && isOurs(answer)) {
    if (answer.ok || answer.type === "opaqueredirect") await outbox.remove(key);
    return answer;
  }
  // Only of those who keep pages here, and under their name.
  if (!(await caches.has(PAGES + by))) return answer ?? Response.error();
  await outbox.put({ key, by, fields, at: Date.now(), refused: "" });
  if (request.mode === "navigate") return Response.redirect("/", 303);
  return new Response("", { headers: { "hx-redirect": "/", "x-waiting": "1" } });
}

// Whoever signs out leaves nothing here, also while the network is away; the server hears of
// it before anything else.
async function signOut(request) {
  await dropPages("");
  const answer = await fetch(request).catch(() => undefined);
  if (answer && isOurs(answer)) return answer;
  await caches.open(SIGNING_OUT);
  return answer ?? (await caches.match(OFFLINE)) ?? Response.error();
}

async function finishSigningOut() {
  if (!(await caches.has(SIGNING_OUT))) return;
  const asking = { method: "POST", body: new URLSearchParams(), redirect: "manual" };
  const answer = await fetch("/logout", asking).catch(() => undefined);
  if (answer?.type === "opaqueredirect") await caches.delete(SIGNING_OUT);
}
