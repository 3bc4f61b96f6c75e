// What the platform and htmx do not give. Every page works without these scripts; they are
// served as one, this one first.
"use strict";

function make(tag, properties, ...content) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...content);
  return element;
}

const quietButton = (label, onclick) => make("button", { type: "button", className: "quiet", onclick }, label);

// --- What is told ---

// `again` does once more what failed.
function tell(words, again) {
  const buttons = [quietButton("Close")];
  if (again) buttons.unshift(quietButton("Try again", again));
  for (const button of buttons) button.dataset.dismiss = "";
  toasts.replaceChildren(make("div", { className: "toast" }, make("p", {}, words), ...buttons));
}

// A question or a list in front of the page. `answers` are its buttons; which one was pressed
// is the dialog's `returnValue`.
function openDialog(heading, content, answers) {
  const title = make("h2", { id: "dialog-title" }, heading);
  const buttons = answers.map((value) => make("button", { value }, value));
  const form = make("form", { method: "dialog", className: "actions" }, ...buttons);
  const dialog = make("dialog", {}, title, content, form);
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

// Whoever closes it goes on where they were when it came.
const toasts = document.getElementById("toasts");
let wasAt = null;

new MutationObserver(() => {
  if (!toasts.contains(document.activeElement)) wasAt = document.activeElement;
}).observe(toasts, { childList: true });

document.addEventListener("click", (event) => {
  const toast = event.target.closest?.("[data-dismiss]")?.closest(".toast");
  const hadFocus = toast?.contains(document.activeElement);
  toast?.remove();
  if (hadFocus) (wasAt?.isConnected && wasAt !== document.body ? wasAt : document.getElementById("main")).focus();
});

// Where the cursor goes in something that came: not on its poster, at which the Tab key does
// not stop.
const wayInto = (place) => place?.querySelector("a:not([tabindex='-1']), button");

const AWAY = "The server cannot be reached. What you typed is still here.";

// Nobody waits for a poster with something in their hands.
const isPoster = (event) => event.target === postersAsking;

function tellAway(event) {
  const source = event.detail.ctx?.sourceElement;
  const again = { FORM: () => source.requestSubmit(), A: () => source.click() }[source?.tagName];
  if (!isPoster(event)) tell(AWAY, again);
}

document.addEventListener("htmx:error", tellAway);

// An error page of something between the server and here must not take the place of a
// form. Every answer of the server has a number; one of the worker says that it waits.
document.addEventListener("htmx:before:response", (event) => {
  const { headers, status } = event.detail.ctx.response;
  if (isPoster(event) && status !== 200) return event.preventDefault();
  if (headers.has("x-request-id") || headers.has("x-waiting")) return;
  event.preventDefault();
  tellAway(event);
});

// --- What was pressed says so until there is an answer ---

// A form that htmx sends has a class of htmx for that; this is for those that lead to a page.
document.addEventListener("submit", (event) => {
  setTimeout(() => {
    const leads = !event.defaultPrevented && event.target.method !== "dialog";
    if (leads) event.submitter?.setAttribute("aria-busy", "true");
  });
});

addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

// --- What takes longer than a second ---

const LONG = 1_000;
const pending = new Map();

document.addEventListener("htmx:before:request", (event) => {
  if (isPoster(event)) return;
  const shown = setTimeout(() => (document.getElementById("progress").hidden = false), LONG);
  pending.set(event.detail.ctx, shown);
});

document.addEventListener("htmx:finally:request", (event) => {
  clearTimeout(pending.get(event.detail.ctx));
  pending.delete(event.detail.ctx);
  if (pending.size === 0) document.getElementById("progress").hidden = true;
});

// --- What lapses ---

const LAPSE = 10_000;

// A deleted review's place goes after ten seconds, but not from under the pointer, and
// not where it is all there is.
function lapse(place) {
  setTimeout(() => {
    if (!place.isConnected || place.closest(".single")) return;
    if (place.matches(":hover")) return lapse(place);
    const next = place.nextElementSibling ?? place.previousElementSibling;
    const hadFocus = place.contains(document.activeElement);
    place.classList.add("leaving");
    if (hadFocus) (wayInto(next) ?? document.getElementById("main")).focus();
    setTimeout(() => place.remove(), 260);
  }, LAPSE);
}

// --- What came ---

// Whoever had the cursor on "Older" goes on with the first that came.
let lastBefore = null;

document.addEventListener("htmx:before:swap", () => {
  lastBefore = document.activeElement?.closest(".older")?.previousElementSibling ?? null;
});

document.addEventListener("htmx:after:swap", (event) => {
  wayInto(lastBefore?.nextElementSibling)?.focus();
  lastBefore = null;
  const suggestions = document.getElementById("suggestions");
  const input = suggestions && document.querySelector("[role=combobox]");
  if (input && event.detail.ctx.target === suggestions) show(input, document.activeElement === input);
  for (const place of document.querySelectorAll("[data-lapse]")) {
    place.removeAttribute("data-lapse");
    lapse(place);
  }
  watchPosters();
  prepareDays();
});

// A page out of the browser's memory may be somebody else's by now; but not what is
// being typed on it.
addEventListener("pageshow", (event) => event.persisted && !isSomethingTyped() && location.reload());

function isSomethingTyped() {
  const isTyped = (field) => "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
  return [...document.querySelectorAll("input, textarea")].some(isTyped);
}
