// The box: arrow keys in the suggestions (the ARIA combobox pattern).

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
