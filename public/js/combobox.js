// The suggestions of the box for a film (the ARIA combobox pattern). A page has one at most.

const BOX = "[data-combobox] [role=combobox]";

// The last request for suggestions.
let request = null;
// Enter was pressed before the suggestions came.
let isEntered = false;

const combobox = () => document.querySelector(BOX);

const listbox = () => document.getElementById("suggestions");

const allOptions = () => [...listbox().querySelectorAll("[role=option]:not([data-later])")];

function select(selected) {
  for (const option of listbox().querySelectorAll("[role=option]")) option.ariaSelected = option === selected;
  combobox().setAttribute("aria-activedescendant", selected?.id ?? "");
  selected?.scrollIntoView({ block: "nearest" });
}

// An empty list stays hidden.
function setExpanded(expanded) {
  const list = listbox();
  list.hidden = !expanded || list.children.length === 0;
  combobox().ariaExpanded = !list.hidden;
  select(null);
}

// Right leads from a film to "Save for later" beside it, and left back.
function sideStep(selected, key) {
  if (!selected) return null;
  const isLater = selected.matches("[data-later]");
  if (key === "ArrowLeft" && isLater) return selected.previousElementSibling;
  const next = selected.nextElementSibling;
  return key === "ArrowRight" && !isLater && next?.matches("[data-later]") ? next : null;
}

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.(BOX) || event.isComposing) return;
  if (event.key === "Escape") isEntered = false;
  if (event.key === "ArrowDown" && listbox().hidden) setExpanded(true);
  const options = listbox().hidden ? [] : allOptions();
  const selected = listbox().querySelector("[aria-selected=true]");
  const index = options.indexOf(selected?.matches("[data-later]") ? selected.previousElementSibling : selected);
  const aside = sideStep(selected, event.key);
  if (aside) {
    event.preventDefault();
    return select(aside);
  }
  const next = { ArrowDown: index + 1, ArrowUp: index < 0 ? options.length - 1 : index - 1 }[event.key];
  if (next !== undefined && options.length > 0) {
    event.preventDefault();
    select(options[next] ?? null);
  } else if (event.key === "Enter" && index >= 0) {
    event.preventDefault();
    selected.click();
  } else if (event.key === "Escape" && options.length > 0) {
    event.preventDefault();
    setExpanded(false);
  }
});

// In the feed, htmx swaps in the form. Elsewhere an option has a form that leads to a page.
document.addEventListener("click", ({ target }) => target.closest("[role=option]")?.querySelector("form")?.requestSubmit());

// --- Enter without a selection ---

const isAnswered = (input) => listbox().dataset.typed === input.value;

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-combobox]")) return;
  const input = combobox();
  event.preventDefault();
  // No suggestions were asked for yet: the text stood in the box from the start, or is brand new.
  if (request?.typed !== input.value) htmx.trigger(input, "input");
  isEntered = true;
  chooseEntered(input);
});

// Takes the movie of exactly that title, or the form by hand where it is the only option; else
// selects the first for the next Enter. Waits for the catalog unless there is such a title.
function chooseEntered(input) {
  if (!isEntered || !isAnswered(input)) return;
  const options = allOptions();
  const typed = input.value.trim().toLowerCase();
  const exact = options.filter((option) => option.querySelector(".title")?.textContent.toLowerCase() === typed);
  if (exact.length !== 1 && listbox().querySelector("[hx-get].asking")) return;
  isEntered = false;
  if (exact.length === 1 || options.length === 1) {
    (exact[0] ?? options[0]).click();
  } else {
    setExpanded(true);
    select(options[0]);
    input.focus();
  }
}

document.addEventListener("input", ({ target: input }) => {
  if (!input.matches(BOX)) return;
  isEntered = false;
  if (input.value.trim() === "") listbox().replaceChildren();
  setExpanded(true);
});

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (!ctx.sourceElement.matches(BOX)) return;
  request = ctx;
  ctx.typed = ctx.sourceElement.value;
});

// The catalog is not waited for when its request failed. When that for suggestions did, the
// form's page lists what fits.
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const input = combobox();
  if (!input) return;
  const list = listbox();
  if (ctx.status === "swapped" && ctx.target === list) {
    list.dataset.typed = ctx.typed;
    setExpanded(document.activeElement === input);
  } else if (ctx.sourceElement.matches("[hx-get].asking")) {
    ctx.sourceElement.remove();
  } else if (ctx === request) {
    request = null;
    if (isEntered && ctx.typed === input.value) input.form.submit();
  }
  chooseEntered(input);
});

for (const type of ["focusin", "focusout"]) {
  document.addEventListener(type, ({ target }) => target.matches(BOX) && setExpanded(target, type === "focusin"));
}

// Pressing a suggestion must not move the focus, which would hide the list before the click.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[role=listbox]")) event.preventDefault();
});
