// Removes the "Undo" line of a deleted review after ten seconds, or with Escape.
import { firstFocusable, focusOrMain } from "./dom.js";

const UNDO_MS = 10_000;
const CHECK_MS = 2_000;
const FADE_MS = 260;

document.addEventListener("htmx:after:swap", () => {
  for (const line of document.querySelectorAll("[data-lapse]")) {
    line.removeAttribute("data-lapse");
    removeLater(line, UNDO_MS);
  }
});

// The line stays while the pointer or the focus is on it.
function removeLater(line, delay) {
  setTimeout(() => {
    if (line.matches(":hover, :focus-within")) removeLater(line, CHECK_MS);
    else removeLine(line);
  }, delay);
}

// The line stays where it is the page's only entry.
function removeLine(line) {
  if (!line.isConnected || line.closest(".single")) return;
  line.classList.add("leaving");
  if (line.contains(document.activeElement)) focusOrMain(firstFocusable(neighbour(line)));
  setTimeout(() => line.remove(), FADE_MS);
}

// The next line with something to focus, or else the one before. Headings have nothing.
function neighbour(line) {
  const lines = [...line.parentElement.children];
  const index = lines.indexOf(line);
  return [...lines.slice(index + 1), ...lines.slice(0, index).reverse()].find(firstFocusable);
}

document.addEventListener("keydown", ({ key, target }) => {
  if (key === "Escape" && target.closest?.(".entry.gone")) removeLine(target.closest(".entry.gone"));
});
