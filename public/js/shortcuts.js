// Single keys as shortcuts, unless they are switched off or somebody is typing.
import { openDialog } from "./dialog.js";
import { createElement, firstFocusable, root } from "./dom.js";

const SHORTCUTS = {
  "/": ["Search", focusSearch],
  n: ["Log a film", openLogForm],
  j: ["Next review", () => focusEntry(1)],
  k: ["Previous review", () => focusEntry(-1)],
  e: ["Edit the review in focus", editEntry],
  "0–5": ["Set the stars, in a rating"],
  "Ctrl Enter": ["Save the review"],
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

// The page of a review has only one.
function editEntry() {
  const entry = document.activeElement?.closest(".entry:not(.editing)") ?? document.querySelector(".review-page");
  entry?.querySelector("[data-edit]")?.click();
}

// Counts from the entry that contains the focus.
function focusEntry(offset) {
  const entries = [...document.querySelectorAll(".entries > :is(.entry, .viewing, .film)")];
  const index = entries.indexOf(document.activeElement?.closest(":is(.entry, .viewing, .film)"));
  const entry = entries[index < 0 && offset < 0 ? entries.length - 1 : index + offset];
  firstFocusable(entry)?.focus();
  entry?.scrollIntoView({ block: "nearest" });
}

function listShortcuts() {
  const lines = Object.entries(SHORTCUTS).flatMap(([key, [label]]) => [createElement("dt", {}, createElement("kbd", {}, key)), createElement("dd", {}, label)]);
  openDialog("Keyboard shortcuts", createElement("dl", {}, ...lines), ["Close"]);
}

function setStars(rating, stars) {
  const choice = rating.querySelector(`[value="${stars}"]`);
  choice.click();
  choice.focus();
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (key === "Enter" && (event.ctrlKey || event.metaKey)) target.closest?.("form.review")?.requestSubmit();
  if (root.dataset.shortcuts === "off" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const isTyping = target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, dialog, [contenteditable]");
  if (isTyping) return;
  const rating = /^[0-5]$/.test(key) && target.closest?.(".rating");
  if (!rating && !Object.hasOwn(SHORTCUTS, key)) return;
  event.preventDefault();
  if (rating) setStars(rating, key);
  else SHORTCUTS[key][1]();
});
