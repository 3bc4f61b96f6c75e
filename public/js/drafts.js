// Keeps on this device what is typed into a review form until it is saved, and brings it back.
// There is one draft for each member and each page of a form.
import { pinDay } from "./day.js";
import { createElement, firstFocusable, focusOrMain, formatTime, quietButton, root } from "./dom.js";

const FORM = "form.review:has([name=page])";
const PREFIX = `draft ${root.dataset.member} `;
const SENT = "sent";

// A page out of the cache may have the form of another movie.
const pageOf = (form) => (document.body.dataset.keptAt ? location.pathname + location.search : form.elements.page.value);

// The browser may have no storage for us, or no room in it.
function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

const read = (page) => attempt(() => JSON.parse(localStorage.getItem(PREFIX + page)));
const write = (page, draft) => attempt(() => localStorage.setItem(PREFIX + page, JSON.stringify(draft)));
const remove = (page) => attempt(() => localStorage.removeItem(PREFIX + page));

function allDrafts() {
  const keys = attempt(() => Object.keys(localStorage)) ?? [];
  const pages = keys.filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  return pages.map((page) => ({ page, ...read(page) }));
}

export function fillForm(form, fields) {
  const opened = form.elements.today.value;
  for (const input of form.querySelectorAll("[type=checkbox]")) input.checked = false;
  for (const [name, value] of fields) {
    const input = form.elements[name];
    if (input?.type === "checkbox") input.checked = true;
    else if (input) input.value = value;
  }
  pinDay(form, opened);
}

// --- While typing ---

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.(FORM);
  if (!form) return;
  const title = form.querySelector(".chosen .title")?.textContent ?? form.elements.title?.value;
  write(pageOf(form), { title, at: Date.now(), fields: [...new FormData(form)] });
});

// Another movie makes another version of the review, which must not count as a conflict.
document.addEventListener("click", ({ target }) => {
  const form = target.closest?.("[data-changes-movie]")?.closest(FORM);
  const draft = form && read(pageOf(form));
  if (draft) write(pageOf(form), { ...draft, fields: draft.fields.filter(([name]) => name !== "version") });
});

// --- Coming back ---

// A form that the server has sent back is newer than its draft.
function restoreDraft(form) {
  const page = pageOf(form);
  const draft = "fresh" in form.dataset && read(page);
  delete form.dataset.fresh;
  if (!draft) return;
  const before = [...new FormData(form)];
  fillForm(form, draft.fields);
  const discard = quietButton("Discard draft", () => {
    remove(page);
    fillForm(form, before);
    note.remove();
    form.elements.comment.focus();
  });
  const note = createElement(
    "div",
    { className: "kept", role: "status" },
    createElement("span", {}, `This is your draft from ${formatTime(draft.at)}.`),
    discard,
  );
  form.prepend(note);
}

function offer({ page, title, at }) {
  const name = title || "A review";
  const text = createElement("p", {}, createElement("strong", { dir: "auto" }, name), ` has a draft from ${formatTime(at)}.`);
  const link = createElement("a", { className: "button quiet", href: page, ariaLabel: `Continue: ${name}` }, "Continue");
  const discard = quietButton("Discard", () => {
    remove(page);
    line.remove();
    focusOrMain(firstFocusable(document.getElementById("drafts")));
  });
  discard.ariaLabel = `Discard: ${name}`;
  const line = createElement("div", { className: "waiting-review" }, text, link, discard);
  return line;
}

// Drafts are offered in lists, while no review form is open.
function showDrafts() {
  const shown = document.getElementById("drafts");
  if (shown?.contains(document.activeElement)) return;
  shown?.remove();
  const forms = [...document.querySelectorAll(FORM)];
  forms.forEach(restoreDraft);
  const drafts = forms.length === 0 ? allDrafts() : [];
  const place = document.querySelector("#log, .entries, .review-page");
  if (place && drafts.length > 0) place.before(createElement("div", { id: "drafts" }, ...drafts.map(offer)));
}

document.addEventListener("htmx:after:swap", showDrafts);

// --- Saved, or signed out ---

export function dropDraft(formKey) {
  const isOfForm = ({ fields }) => fields?.some(([name, value]) => name === "key" && value === formKey);
  for (const { page } of allDrafts().filter(isOfForm)) {
    remove(page);
    showDrafts();
  }
}

export function dropAllDrafts() {
  for (const { page } of allDrafts()) remove(page);
}

// In place: the server or, without a connection, the worker has taken it.
document.addEventListener("htmx:before:response", ({ detail }) => {
  const { response, sourceElement } = detail.ctx;
  const isTaken = response.status < 300 && (response.headers.has("x-request-id") || response.headers.has("x-waiting"));
  if (isTaken && sourceElement?.matches(FORM)) remove(pageOf(sourceElement));
});

// As a page of its own: the redirect after saving leads to the entry.
document.addEventListener("submit", (event) => {
  const form = event.target;
  // With saved pages, the member is asked first.
  if (form.matches("[data-forgets]") && !("mark" in root.dataset)) dropAllDrafts();
  if (event.defaultPrevented || !form.matches(FORM)) return;
  const sent = JSON.stringify([pageOf(form), new URL(form.action).pathname]);
  attempt(() => sessionStorage.setItem(SENT, sent));
});

function dropSent() {
  const [page, action] = attempt(() => JSON.parse(sessionStorage.getItem(SENT))) ?? [];
  attempt(() => sessionStorage.removeItem(SENT));
  const isAtEntry = location.pathname === action && document.querySelector("[data-edit]");
  if (isAtEntry || location.hash.startsWith("#review-")) remove(page);
}

dropSent();
showDrafts();
