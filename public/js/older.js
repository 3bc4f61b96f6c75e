// "Older" is replaced by the entries that it loads: the focus moves on to the first of them.
import { firstFocusable } from "./dom.js";

let lastBefore = null;

document.addEventListener("htmx:before:swap", () => {
  lastBefore = document.activeElement?.closest(".older")?.previousElementSibling ?? null;
});

document.addEventListener("htmx:after:swap", () => {
  firstFocusable(lastBefore?.nextElementSibling)?.focus();
  lastBefore = null;
});
