// Reading and logging offline, for members who keep pages on their device. The worker keeps
// the pages and queues reviews; the page shows what is queued, and sends it.
import "./member.js";
import { setToday } from "./day.js";
import { openDialog } from "./dialog.js";
import { createElement, firstFocusable, focusOrMain, formatTime, quietButton, root } from "./dom.js";
import { dropAllDrafts, dropDraft, fillForm } from "./drafts.js";
import { hasUnsavedInput } from "./forms.js";
import { outbox } from "./outbox.js";

// The addresses are attributes of this list.
const list = document.getElementById("waiting");
const paths = list.dataset;
const isCachedPage = "keptAt" in document.body.dataset;

// --- A page out of the cache ---

function showCachedNotice() {
  const text = `You’re offline, or the connection is slow. This page is from ${formatTime(document.body.dataset.keptAt)}.`;
  document.getElementById("main").prepend(createElement("p", { className: "kept", role: "status" }, text));
}

// One cached form serves for many reviews, so it gets a new key, unless a draft has brought its own,
// and the movie from the address: typed, chosen or shared.
function prepareCachedForm() {
  const form = document.querySelector("form[data-review]");
  if (!form) return;
  if (!form.querySelector(".kept")) form.elements.key.value = crypto.randomUUID();
  setToday(form);
  const query = new URLSearchParams(location.search);
  for (const name of ["q", "title", "shared_title", "shared_text", "year", "director"]) {
    const input = form.elements[name] ?? form.elements.title;
    // An address is no title.
    if (input?.value === "") input.value = (query.get(name) ?? "").replace(/\S+:\/\/\S*/g, "").trim();
  }
}

// --- The list of queued reviews ---

const fieldOf = (review, name) => review.fields.find(([known]) => known === name)?.[1] ?? "";

async function queuedReviews() {
  const all = await outbox.all().catch(() => []);
  return all.filter((review) => review.by === root.dataset.mark).sort((one, other) => one.at - other.at);
}

async function renderQueue() {
  const reviews = await queuedReviews();
  for (const { key } of reviews) dropDraft(key);
  const hadFocus = list.contains(document.activeElement);
  list.hidden = reviews.length === 0;
  list.replaceChildren(...reviews.map(queueEntry));
  if (hadFocus) focusOrMain(firstFocusable(list));
}

function queueEntry(review) {
  const { key, at, refused } = review;
  const title = fieldOf(review, "title") || "A review";
  const state = refused ? ` wasn’t saved: ${refused}` : ` has been waiting to be sent since ${formatTime(at)}.`;
  const text = createElement("p", {}, createElement("strong", { dir: "auto" }, title), state);
  const entry = createElement("div", { className: refused ? "waiting-review refused" : "waiting-review" }, text);
  // Screen readers hear which of several reviews the button is for.
  const addButton = (label, action) => entry.append(Object.assign(quietButton(label, action), { ariaLabel: `${label}: ${title}` }));
  if (refused) addButton("Edit", () => location.assign(formUrl(review)));
  addButton("Delete", () => outbox.remove(key).then(renderQueue));
  return entry;
}

// The form for a known movie, or the one for a movie typed by hand.
function formUrl(review) {
  const url = new URL(paths.byHand, location);
  const movie = fieldOf(review, "movie");
  if (movie) url.search = `?movie=${movie}`;
  url.hash = review.key;
  return url;
}

// Fills in a refused review as it was sent. It gets a new key: something else may have been
// logged under the old one.
async function restoreRefused() {
  const form = document.querySelector("form[data-review]");
  const review = form && location.hash && (await queuedReviews()).find(({ key }) => key === location.hash.slice(1));
  if (!review) return;
  const oldKey = review.key;
  review.key = crypto.randomUUID();
  await outbox.put(review);
  await outbox.remove(oldKey);
  history.replaceState(null, "", formUrl(review));
  fillForm(form, review.fields);
  form.elements.key.value = review.key;
  await renderQueue();
}

// --- Sending ---

async function sendQueue() {
  const logged = [];
  for (const review of await queuedReviews()) {
    if (review.refused) continue;
    const result = await send(review).catch(() => "unreachable");
    if (result === "unreachable") break;
    if (result === "logged") logged.push(fieldOf(review, "title") || "a review");
  }
  if (logged.length > 0) announce(logged);
}

// Not signed in, signed in as another member, timeout, too many requests.
const RETRY_STATUSES = [401, 403, 408, 429];

async function send(review) {
  const headers = { "HX-Request": "true", "X-Waited": "1" };
  const answer = await fetch(paths.reviews, { method: "POST", body: new URLSearchParams(review.fields), headers });
  const isFinal = answer.headers.has("x-request-id") && answer.status < 500 && !RETRY_STATUSES.includes(answer.status);
  if (!isFinal) return "unreachable";
  const refused = answer.ok ? "" : errorsIn(await answer.text());
  // It may have been deleted meanwhile.
  const isQueued = (await queuedReviews()).some(({ key }) => key === review.key);
  if (answer.ok) await outbox.remove(review.key);
  else if (isQueued) await outbox.put({ ...review, refused });
  await renderQueue();
  return answer.ok ? "logged" : "refused";
}

function errorsIn(html) {
  const answer = new DOMParser().parseFromString(`<template>${html}</template>`, "text/html");
  const errors = answer.querySelector("template").content.querySelectorAll(".error, .toast p");
  return [...errors].map((error) => error.textContent.trim()).join(" ") || "The server didn’t accept it.";
}

function announce(titles) {
  document.getElementById("live").textContent = `Logged ${titles.join(", ")}.`;
  const isTyping = document.activeElement?.matches("input, textarea, select");
  if (location.pathname === paths.feed && !isTyping && !hasUnsavedInput()) location.reload();
}

// Only one tab sends, however many are open.
const sendInOneTab = () => navigator.locks?.request("outbox", { ifAvailable: true }, (lock) => lock && sendQueue());

// --- Leaving: queued reviews are deleted only when their member says so ---

const CANCEL = "Cancel";
const DELETE = "Delete and continue";

function clearsDevice(form) {
  const { pathname } = new URL(form.action);
  return [paths.logout, paths.deletion].includes(pathname) || (pathname === paths.device && !form.elements.keep.checked);
}

function leave(form) {
  if (form.matches("[data-forgets]")) dropAllDrafts();
  form.submit();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!clearsDevice(form)) return;
  event.preventDefault();
  const reviews = await queuedReviews();
  if (reviews.length === 0) return leave(form);
  const heading = reviews.length === 1 ? "A review hasn’t been sent yet" : `${reviews.length} reviews haven’t been sent yet`;
  const text = createElement("p", {}, "Unsent reviews are only on this device. If you continue, they will be deleted.");
  const dialog = openDialog(heading, text, [CANCEL, DELETE]);
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue !== DELETE) return;
    for (const { key } of reviews) await outbox.remove(key);
    leave(form);
  });
});

// --- Start ---

async function prefetchPages() {
  const { active } = await navigator.serviceWorker.ready;
  const links = [...document.querySelectorAll("nav.bar a")].map((link) => link.href);
  active.postMessage({ keep: [...links, new URL(paths.byHand, location).href] });
}

if (isCachedPage) {
  showCachedNotice();
  prepareCachedForm();
}
renderQueue();
restoreRefused();
sendInOneTab();
addEventListener("online", sendInOneTab);
addEventListener("hashchange", restoreRefused);
document.addEventListener("visibilitychange", () => document.hidden || sendInOneTab());
if (!isCachedPage && "serviceWorker" in navigator) prefetchPages();
