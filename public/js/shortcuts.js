// Single keys as shortcuts, unless they are switched off or somebody is typing.
import { openDialog } from "./dialog.js";
import { createElement, firstFocusable, root } from "./dom.js";

const SHORTCUTS = {
  "/": ["Search", focusSearch],
  n: ["Log a film", openLogForm],
  j: ["Next review", () => focusEntry(1)],
  k: ["Previous review", () => focusEntry(-1)],
  "?": ["Show these shortcuts", listShortcuts],
};

// The log box is an input of type search, too.
function focusSearch() {
  const field = document.querySelector("main input[type=search]:not(#q)");
  if (field) field.focus();
  else location.assign(`${document.querySelector("[data-search]").href}#find`);
}

function openLogForm() {
  const input = document.querySelector("#log input:not([type=hidden])");
  if (input) input.focus();
  else document.querySelector("[data-log]")?.click();
}

// Counts from the entry that contains the focus.
function focusEntry(offset) {
  const entries = [...document.querySelectorAll(".entries > .entry")];
  const index = entries.indexOf(document.activeElement?.closest(".entry"));
  const entry = entries[index < 0 && offset < 0 ? entries.length - 1 : index + offset];
  firstFocusable(entry)?.focus();
  entry?.scrollIntoView({ block: "nearest" });
}

function listShortcuts() {
  const lines = Object.entries(SHORTCUTS).flatMap(([key, [label]]) => [createElement("dt", {}, createElement("kbd", {}, key)), createElement("dd", {}, label)]);
  openDialog("Keyboard shortcuts", createElement("dl", {}, ...lines), ["Close"]);
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (root.dataset.shortcuts === "off" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const isTyping = target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, dialog, [contenteditable]");
  if (isTyping || !Object.hasOwn(SHORTCUTS, key)) return;
  event.preventDefault();
  SHORTCUTS[key][1]();
});
