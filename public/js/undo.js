// Removes the "Undo" line of a deleted review after ten seconds.
import { firstFocusable, focusOrMain } from "./dom.js";

const UNDO_MS = 10_000;
const FADE_MS = 260;

document.addEventListener("htmx:after:swap", () => {
  for (const line of document.querySelectorAll("[data-lapse]")) {
    line.removeAttribute("data-lapse");
    removeLater(line);
  }
});

// The line stays while the pointer is on it, and where it is the page's only entry.
function removeLater(line) {
  setTimeout(() => {
    if (!line.isConnected || line.closest(".single")) return;
    if (line.matches(":hover")) return removeLater(line);
    const next = line.nextElementSibling ?? line.previousElementSibling;
    const hadFocus = line.contains(document.activeElement);
    line.classList.add("leaving");
    if (hadFocus) focusOrMain(firstFocusable(next));
    setTimeout(() => line.remove(), FADE_MS);
  }, UNDO_MS);
}
