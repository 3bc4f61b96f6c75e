// What the platform and htmx do not give: keys in the suggestions, the browser's time
// zone, a form that counts once, and a word when the network is away. Every page works
// without this file.
"use strict";

// --- The box: arrow keys in the suggestions (the ARIA combobox pattern) ---

const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));

const optionsOf = (input) => (listOf(input).hidden ? [] : [...listOf(input).querySelectorAll("[role=option]")]);

function mark(input, chosen) {
  for (const option of listOf(input).querySelectorAll("[role=option]")) {
    option.setAttribute("aria-selected", String(option === chosen));
  }
  if (chosen) {
    input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function show(input, wanted) {
  const list = listOf(input);
  list.hidden = !wanted || list.children.length === 0;
  input.setAttribute("aria-expanded", String(!list.hidden));
  mark(input, null);
}

document.addEventListener("keydown", (event) => {
  const input = event.target.closest?.("[role=combobox]");
  if (!input || event.isComposing) return;
  if (event.key === "ArrowDown" && listOf(input).hidden) show(input, true);
  const options = optionsOf(input);
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const go = { ArrowDown: at + 1, ArrowUp: at < 0 ? options.length - 1 : at - 1 }[event.key];
  if (go !== undefined && options.length > 0) {
    event.preventDefault();
    mark(input, options[go] ?? null);
  } else if (event.key === "Enter" && at >= 0) {
    event.preventDefault();
    options[at].click();
  } else if (event.key === "Escape" && options.length > 0) {
    event.preventDefault();
    show(input, false);
  }
});

// Enter without a choice: a film of exactly that title, else by hand where nothing
// fits; where something does, the first is marked for the next Enter. Suggestions for
// an older text do not count: then the page of the form lists what fits.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-combobox]")) return;
  const input = event.target.querySelector("[role=combobox]");
  const options = optionsOf(input);
  const typed = input.value.trim();
  if (options.at(-1)?.dataset.typed !== typed) return;
  event.preventDefault();
  const same = (option) => option.querySelector(".title")?.textContent.toLowerCase() === typed.toLowerCase();
  const exact = options.filter(same);
  if (exact.length === 1 || options.length === 1) {
    (exact[0] ?? options[0]).click();
  } else {
    mark(input, options[0]);
    input.focus();
  }
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("[role=combobox]") || event.target.value.trim() !== "") return;
  listOf(event.target).replaceChildren();
  show(event.target, false);
});

// Whoever goes elsewhere is done with the suggestions, until they come back.
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[role=combobox]")) show(event.target, true);
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches("[role=combobox]")) show(event.target, false);
});

// A press on a suggestion must not take the cursor away before it chooses.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[role=listbox]")) event.preventDefault();
});

// --- Forms that stay open ---

const today = (zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format();

// A form opened before midnight and sent after it means the day on which it is sent,
// unless the day was chosen. What was sent once stays as it is: sent again, it must be
// the same.
function prepare(form) {
  const day = form.elements.watched_on;
  if (!("today" in day.dataset)) return;
  delete day.dataset.today;
  if (day.value !== day.defaultValue) return;
  try {
    day.value = today(form.dataset.zone);
  } catch {
    // A zone that this browser does not know: the server's day stands.
  }
}

// In the capture phase: before htmx reads the form.
document.addEventListener(
  "submit",
  (event) => {
    if (event.target.matches("[data-review]")) prepare(event.target);
  },
  true,
);

// --- The browser's time zone, where nobody chose one ---

function guessZones(root) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const field of root.querySelectorAll?.("[data-guess-zone]") ?? []) {
    const before = field.value;
    field.value = zone;
    if (field.value !== zone) field.value = before;
  }
}

// --- What lapses, what closes, what is told ---

const LAPSE = 10_000;

// A deleted review's place goes after ten seconds, but not from under the pointer, and
// not where it is all there is.
function lapse(place) {
  setTimeout(() => {
    if (!place.isConnected || place.closest(".single")) return;
    if (place.matches(":hover")) return lapse(place);
    const next = place.nextElementSibling ?? place.previousElementSibling;
    const hadFocus = place.contains(document.activeElement);
    place.remove();
    if (hadFocus) (next?.querySelector("a") ?? document.getElementById("main")).focus();
  }, LAPSE);
}

function tell(words) {
  const toast = document.createElement("div");
  toast.className = "toast";
  const text = document.createElement("p");
  text.textContent = words;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.dataset.dismiss = "";
  button.textContent = "Close";
  toast.append(text, button);
  document.getElementById("toasts").replaceChildren(toast);
}

document.addEventListener("click", (event) => {
  event.target.closest?.("[data-dismiss]")?.closest(".toast")?.remove();
});

const AWAY = "The server cannot be reached. What you typed is still here: try again in a moment.";

// Nobody waits for a poster with something in their hands.
const isPoster = (event) => event.target === postersAsking;

document.addEventListener("htmx:error", (event) => {
  if (!isPoster(event)) tell(AWAY);
});

// An error page of something between the server and here must not take the place of a
// form. Every answer of the server has a number.
document.addEventListener("htmx:before:response", (event) => {
  const { headers, status } = event.detail.ctx.response;
  if (isPoster(event) && status !== 200) return event.preventDefault();
  if (headers.has("x-request-id")) return;
  event.preventDefault();
  if (!isPoster(event)) tell(AWAY);
});

// Whoever had the cursor on "Older" goes on with the first that came.
let lastBefore = null;

document.addEventListener("htmx:before:swap", () => {
  lastBefore = document.activeElement?.closest(".older")?.previousElementSibling ?? null;
});

document.addEventListener("htmx:after:swap", (event) => {
  lastBefore?.nextElementSibling?.querySelector("a")?.focus();
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
addEventListener("pageshow", (event) => {
  const isTyped = (field) => "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
  if (event.persisted && ![...document.querySelectorAll("input, textarea")].some(isTyped)) location.reload();
});

// --- Posters on their way: one question a tick for all that are in sight, less and less
// often, and none where nobody looks ---

const postersAsking = document.getElementById("posters-asking");
const SOON = 1_000;
const SELDOM = 60_000;
let postersWait = SOON;
let postersTick = null;

// Whoever comes into sight begins anew.
const postersSight = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    target.toggleAttribute("data-in-sight", isIntersecting);
    if (isIntersecting) askSoon();
  }
  askForPosters();
});

function askSoon() {
  postersWait = SOON;
  clearTimeout(postersTick);
  postersTick = null;
}

function watchPosters() {
  for (const poster of document.querySelectorAll(".poster.waiting:not([data-watched])")) {
    poster.dataset.watched = "";
    postersSight.observe(poster);
  }
}

function askForPosters() {
  const isLooking = !document.hidden && document.querySelector(".poster.waiting[data-in-sight]");
  if (!isLooking) {
    clearTimeout(postersTick);
    postersTick = null;
  } else if (postersTick === null) {
    postersTick = setTimeout(() => {
      postersTick = null;
      postersWait = Math.min(postersWait * 1.5, SELDOM);
      htmx.trigger(postersAsking, "tick");
      askForPosters();
    }, postersWait);
  }
}

document.addEventListener("visibilitychange", () => {
  askSoon();
  askForPosters();
});

// A picture that cannot be loaded leaves its colours, never a broken image.
document.addEventListener(
  "error",
  (event) => {
    if (event.target.matches?.(".poster img")) event.target.remove();
  },
  true,
);

// Nor one that failed before this script was there.
for (const picture of document.querySelectorAll(".poster img:not([loading=lazy])")) {
  if (picture.complete && picture.naturalWidth === 0) picture.remove();
}

// --- A year of days: one stop for the Tab key, and the arrow keys from day to day ---

const daysOf = (table) => [...table.querySelectorAll("td a")];

function stopAt(table, day) {
  for (const other of daysOf(table)) other.tabIndex = other === day ? 0 : -1;
}

function prepareDays() {
  for (const table of document.querySelectorAll("[data-days]")) {
    const days = daysOf(table);
    if (days.length > 0 && !days.some((day) => day.tabIndex === 0 && day.hasAttribute("tabindex"))) {
      stopAt(table, days.reduce((last, day) => (day.href > last.href ? day : last)));
    }
  }
}

// The days of a week stand under each other, and the weeks beside each other.
document.addEventListener("keydown", (event) => {
  const day = event.target.closest?.("[data-days] td a");
  if (!day || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const inTime = daysOf(day.closest("table")).sort((one, other) => (one.href < other.href ? -1 : 1));
  const at = inTime.indexOf(day);
  const go = { ArrowUp: at - 1, ArrowDown: at + 1, ArrowLeft: at - 7, ArrowRight: at + 7, Home: 0, End: inTime.length - 1 }[event.key];
  if (go === undefined) return;
  event.preventDefault();
  inTime[go]?.focus();
});

document.addEventListener("focusin", (event) => {
  const day = event.target.closest?.("[data-days] td a");
  if (day) stopAt(day.closest("table"), day);
});

// --- Forms whose answer has an address say only what was chosen ---

document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-sparse]")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

// --- Files: how far they are ---

function refuseFile(field, words) {
  const told = document.getElementById("poster-file-error") ?? document.createElement("p");
  told.id = "poster-file-error";
  told.className = "error";
  told.setAttribute("role", "alert");
  told.textContent = words;
  field.closest(".field").append(told);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${told.id} poster-file-hint`);
  field.focus();
}

function send(form) {
  const progress = form.querySelector("progress");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  const isDone = (done) => {
    progress.hidden = done;
    button.disabled = !done;
  };
  request.upload.addEventListener("progress", ({ loaded, total }) => (progress.value = loaded / total));
  request.addEventListener("error", () => {
    isDone(true);
    tell(AWAY);
  });
  request.addEventListener("load", () => {
    isDone(true);
    const to = request.getResponseHeader("HX-Redirect");
    if (to) return location.assign(to);
    if (!request.getResponseHeader("x-request-id")) return tell(AWAY);
    const answer = document.createElement("template");
    answer.innerHTML = request.responseText;
    const again = answer.content.querySelector(form.dataset.upload);
    if (again) {
      document.querySelector(form.dataset.upload).replaceWith(again);
      htmx.process(again);
      watchPosters();
      again.querySelector("[aria-invalid]")?.focus();
    } else {
      tell(answer.content.querySelector(".toast p")?.textContent ?? AWAY);
    }
  });
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  isDone(false);
  request.send(new FormData(form));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-upload]")) return;
  event.preventDefault();
  const field = form.querySelector("[type=file]");
  if (field.files[0].size > Number(form.dataset.most)) refuseFile(field, form.dataset.tooLarge);
  else send(form);
});

guessZones(document);
watchPosters();
prepareDays();
