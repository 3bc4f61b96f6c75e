// The parts of a review form that go beyond HTML: tags to choose from, and "More" stays as it was.
import "./day.js";

const storedValue = (key, value) => {
  try {
    if (value === undefined) return localStorage.getItem(key);
    localStorage.setItem(key, value);
  } catch {
    // The browser has no storage for us.
  }
  return null;
};

// --- Tags ---

const splitTags = (text) => text.split(",").map((tag) => tag.trim());
const isSame = (one) => (other) => one.localeCompare(other, undefined, { sensitivity: "base" }) === 0;

// The last tag is the one that is being typed.
function narrowDown(form) {
  const tags = splitTags(form.elements.tags.value);
  const typed = tags.at(-1).toLowerCase();
  for (const button of form.querySelectorAll("[data-tags] button")) {
    const tag = button.textContent;
    const isUsed = tags.slice(0, -1).some(isSame(tag)) || isSame(tag)(typed);
    button.hidden = isUsed || !tag.toLowerCase().startsWith(typed);
  }
}

function addTag(form, tag) {
  const input = form.elements.tags;
  const tags = splitTags(input.value);
  tags[tags.length - 1] = tag;
  input.value = `${tags.join(", ")}, `;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", ({ target }) => {
  if (target.matches("form.review [name=tags]")) narrowDown(target.form);
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-tags] button");
  if (button) addTag(button.form, button.textContent);
});

// --- More ---

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.dataset?.remembered) storedValue(`open ${target.dataset.remembered}`, target.open ? "1" : "");
  },
  true,
);

function prepareForms() {
  for (const more of document.querySelectorAll("[data-remembered]:not([data-prepared])")) {
    more.dataset.prepared = "";
    if (storedValue(`open ${more.dataset.remembered}`)) more.open = true;
    narrowDown(more.closest("form"));
  }
}

document.addEventListener("htmx:after:swap", prepareForms);
prepareForms();
