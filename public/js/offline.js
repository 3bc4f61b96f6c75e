// Reading and logging without the network. The worker keeps pages and takes in reviews; the
// page shows what waits, and sends it when the network is back. Only those who keep pages on
// their device get this script.
"use strict";

// Whose pages this device keeps.
const mine = root.dataset.mark;

const isKept = "keptAt" in document.body.dataset;

const inWords = (time) => new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));

// --- A page that was kept ---

function sayFromWhen() {
  const words = `The network is away, or slow. This page is from ${inWords(document.body.dataset.keptAt)}.`;
  document.getElementById("main").prepend(make("p", { className: "kept", role: "status" }, words));
}

// The form was kept once and is used for many: each review has a key of its own. And it is not
// about the film that somebody asked for, be it typed, chosen or shared.
function readyForm() {
  const form = document.querySelector("form[data-review]");
  if (!form) return;
  form.elements.key.value = crypto.randomUUID();
  const asked = new URLSearchParams(location.search);
  for (const name of ["q", "title", "shared_title", "shared_text", "year", "director"]) {
    const input = form.elements[name] ?? form.elements.title;
    if (input?.value === "") input.value = asked.get(name) ?? "";
  }
}

// --- What waits ---

const field = (review, name) => review.fields.find(([known]) => known === name)?.[1] ?? "";

async function waitingHere() {
  const all = await outbox.all().catch(() => []);
  return all.filter((review) => review.by === mine).sort((one, other) => one.at - other.at);
}

async function showWaiting() {
  const reviews = await waitingHere();
  const place = document.getElementById("waiting");
  const hadFocus = place.contains(document.activeElement);
  place.hidden = reviews.length === 0;
  place.replaceChildren(...reviews.map(waitingEntry));
  if (hadFocus) (wayInto(place) ?? document.getElementById("main")).focus();
}

function waitingEntry(review) {
  const { key, at, refused } = review;
  const title = field(review, "title") || "A review";
  const state = refused ? ` was not saved: ${refused}` : ` waits for the network since ${inWords(at)}.`;
  const words = make("p", {}, make("strong", {}, title), state);
  const entry = make("div", { className: refused ? "waiting-review refused" : "waiting-review" }, words);
  // Which of several it is for is said to those who hear it.
  const button = (label, act) => entry.append(Object.assign(quietButton(label, act), { ariaLabel: `${label}: ${title}` }));
  if (refused) button("Change it", () => location.assign(changing(review)));
  button("Delete it", () => outbox.remove(key).then(showWaiting));
  return entry;
}

// A film that is known has a form of its own.
function changing(review) {
  const form = new URL(root.dataset.byHand, location);
  const movie = field(review, "movie");
  if (movie) form.search = `?movie=${movie}`;
  form.hash = review.key;
  return form;
}

// The form of a review that was refused, as it was sent, but for its key: with that, something
// else may have been logged.
async function fillAgain() {
  const form = document.querySelector("form[data-review]");
  const review = form && location.hash && (await waitingHere()).find(({ key }) => key === location.hash.slice(1));
  if (!review) return;
  const old = review.key;
  review.key = crypto.randomUUID();
  await outbox.put(review);
  await outbox.remove(old);
  history.replaceState(null, "", changing(review));
  for (const input of form.querySelectorAll("[type=checkbox]")) input.checked = false;
  for (const [name, value] of review.fields) {
    const input = form.elements[name];
    if (input?.type === "checkbox") input.checked = true;
    else if (input) input.value = value;
  }
  form.elements.key.value = review.key;
  delete form.elements.watched_on.dataset.today;
  await showWaiting();
}

// --- Sending it ---

async function sendWaiting() {
  const logged = [];
  for (const review of await waitingHere()) {
    if (review.refused) continue;
    const outcome = await sendOne(review).catch(() => "away");
    if (outcome === "away") break;
    if (outcome === "logged") logged.push(field(review, "title") || "a review");
  }
  if (logged.length > 0) arrived(logged);
}

// Nobody or somebody else is signed in, it took too long, or it was too often.
const LATER = [401, 403, 408, 429];

// What became of it: logged, refused, or nothing yet.
async function sendOne(review) {
  const headers = { "HX-Request": "true", "X-Waited": "1" };
  const answer = await fetch("/reviews", { method: "POST", body: new URLSearchParams(review.fields), headers });
  const isTried = answer.headers.has("x-request-id") && answer.status < 500 && !LATER.includes(answer.status);
  if (!isTried) return "away";
  const refused = answer.ok ? "" : reasonIn(await answer.text());
  // It may have been deleted meanwhile.
  const isThere = (await waitingHere()).some(({ key }) => key === review.key);
  if (answer.ok) await outbox.remove(review.key);
  else if (isThere) await outbox.put({ ...review, refused });
  await showWaiting();
  return answer.ok ? "logged" : "refused";
}

function reasonIn(markup) {
  const answer = new DOMParser().parseFromString(`<template>${markup}</template>`, "text/html");
  const parts = answer.querySelector("template").content.querySelectorAll(".error, .toast p");
  return [...parts].map((part) => part.textContent.trim()).join(" ") || "The server refused it.";
}

function arrived(titles) {
  document.getElementById("live").textContent = `Logged ${titles.join(", ")}.`;
  const isTyping = document.activeElement?.matches("input, textarea, select");
  if (location.pathname === "/" && !isTyping && !isSomethingTyped()) location.reload();
}

// One tab sends, however many are open.
const sendAll = () => navigator.locks?.request("outbox", { ifAvailable: true }, (lock) => lock && sendWaiting());

// --- Whoever signs out, or keeps nothing any more, is asked before what waits goes ---

const STAY = "Keep them";
const GO = "Delete them and go on";

function isLeaving(form) {
  const path = new URL(form.action).pathname;
  const ends = ["/logout", "/settings/deletion"].includes(path);
  return ends || (path === "/settings/device" && !form.elements.keep.checked);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!isLeaving(form)) return;
  event.preventDefault();
  const reviews = await waitingHere();
  if (reviews.length === 0) return form.submit();
  const words = make("p", {}, "They are on this device alone, and would be gone.");
  const count = reviews.length === 1 ? "One review waits" : `${reviews.length} reviews wait`;
  const dialog = openDialog(`${count} for the network`, words, [STAY, GO]);
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue !== GO) return;
    for (const { key } of reviews) await outbox.remove(key);
    form.submit();
  });
});

// --- The worker ---

async function keepPages() {
  const { active } = await navigator.serviceWorker.ready;
  const links = [...document.querySelectorAll("nav.bar a")].map((link) => link.href);
  active.postMessage({ keep: [...links, new URL(root.dataset.byHand, location).href] });
}

if (isKept) {
  sayFromWhen();
  readyForm();
}
showWaiting();
fillAgain();
sendAll();
addEventListener("online", sendAll);
addEventListener("hashchange", fillAgain);
document.addEventListener("visibilitychange", () => document.hidden || sendAll());
if (!isKept && "serviceWorker" in navigator) keepPages();
