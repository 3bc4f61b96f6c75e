// Arrow keys in the suggestions of the log box (the ARIA combobox pattern).

const listboxOf = (input) => document.getElementById(input.getAttribute("aria-controls"));

const visibleOptions = (input) => (listboxOf(input).hidden ? [] : [...listboxOf(input).querySelectorAll("[role=option]")]);

function select(input, selected) {
  for (const option of listboxOf(input).querySelectorAll("[role=option]")) {
    option.setAttribute("aria-selected", String(option === selected));
  }
  if (selected) {
    input.setAttribute("aria-activedescendant", selected.id);
    selected.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

// An empty list stays hidden.
function setExpanded(input, expanded) {
  const list = listboxOf(input);
  list.hidden = !expanded || list.children.length === 0;
  input.setAttribute("aria-expanded", String(!list.hidden));
  select(input, null);
}

document.addEventListener("keydown", (event) => {
  const input = event.target.closest?.("[role=combobox]");
  if (!input || event.isComposing) return;
  if (event.key === "ArrowDown" && listboxOf(input).hidden) setExpanded(input, true);
  const options = visibleOptions(input);
  const index = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = { ArrowDown: index + 1, ArrowUp: index < 0 ? options.length - 1 : index - 1 }[event.key];
  if (next !== undefined && options.length > 0) {
    event.preventDefault();
    select(input, options[next] ?? null);
  } else if (event.key === "Enter" && index >= 0) {
    event.preventDefault();
    options[index].click();
  } else if (event.key === "Escape" && options.length > 0) {
    event.preventDefault();
    setExpanded(input, false);
  }
});

// Enter without a selection takes the movie of exactly that title, or the form by hand where
// it is the only option; else it selects the first for the next Enter. Suggestions for an
// older text do not count: then the form's page lists what fits.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-combobox]")) return;
  const input = event.target.querySelector("[role=combobox]");
  const options = visibleOptions(input);
  const typed = input.value.trim();
  if (options.at(-1)?.dataset.typed !== typed) return;
  event.preventDefault();
  const hasTitle = (option) => option.querySelector(".title")?.textContent.toLowerCase() === typed.toLowerCase();
  const exact = options.filter(hasTitle);
  if (exact.length === 1 || options.length === 1) {
    (exact[0] ?? options[0]).click();
  } else {
    select(input, options[0]);
    input.focus();
  }
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("[role=combobox]") || event.target.value.trim() !== "") return;
  listboxOf(event.target).replaceChildren();
  setExpanded(event.target, false);
});

document.addEventListener("htmx:after:swap", (event) => {
  const input = document.querySelector("[role=combobox]");
  if (input && event.detail.ctx.target === listboxOf(input)) setExpanded(input, document.activeElement === input);
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches("[role=combobox]")) setExpanded(event.target, true);
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches("[role=combobox]")) setExpanded(event.target, false);
});

// Pressing a suggestion must not move the focus, which would hide the list before the click.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[role=listbox]")) event.preventDefault();
});
