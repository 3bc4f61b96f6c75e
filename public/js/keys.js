// Keys that are shortcuts, unless somebody switched them off or is typing.

const SHORTCUTS = [
  ["/", "Search"],
  ["n", "Log a film"],
  ["j", "Next review"],
  ["k", "Previous review"],
  ["?", "These keys"],
];

// The box in which films are logged is no search.
function search() {
  const field = document.querySelector("main input[type=search]:not(#q)");
  if (field) field.focus();
  else location.assign(`${document.querySelector("[data-search]").href}#find`);
}

function newReview() {
  const box = document.querySelector("#log input:not([type=hidden])");
  if (box) box.focus();
  else document.querySelector("[data-log]")?.click();
}

// From one entry to the next, also out of the middle of one.
function step(by) {
  const entries = [...document.querySelectorAll(".entries > .entry")];
  const at = entries.indexOf(document.activeElement?.closest(".entry"));
  const next = entries[at < 0 && by < 0 ? entries.length - 1 : at + by];
  wayInto(next)?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function listShortcuts() {
  const lines = SHORTCUTS.flatMap(([key, what]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, what)]);
  openDialog("Keyboard shortcuts", make("dl", {}, ...lines), ["Close"]);
}

const DOES = { "/": search, n: newReview, j: () => step(1), k: () => step(-1), "?": listShortcuts };

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (root.dataset.shortcuts === "off" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const types = target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, dialog, [contenteditable]");
  if (types || !Object.hasOwn(DOES, key)) return;
  event.preventDefault();
  DOES[key]();
});
