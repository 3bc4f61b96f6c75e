// Shows that a request is under way: on the button at once, on top of the page after a second.
import { isPosterPoll } from "./posters.js";

const BAR_DELAY_MS = 1_000;
const bar = document.getElementById("progress");
const timers = new Map();

// htmx marks the forms that it sends; this marks those that load a page. Other listeners may
// still cancel the event, so it waits for them.
document.addEventListener("submit", (event) => {
  setTimeout(() => {
    const loadsPage = !event.defaultPrevented && event.target.method !== "dialog";
    if (loadsPage) event.submitter?.setAttribute("aria-busy", "true");
  });
});

addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

document.addEventListener("htmx:before:request", (event) => {
  if (isPosterPoll(event)) return;
  const timer = setTimeout(() => {
    bar.hidden = false;
  }, BAR_DELAY_MS);
  timers.set(event.detail.ctx, timer);
});

document.addEventListener("htmx:finally:request", (event) => {
  clearTimeout(timers.get(event.detail.ctx));
  timers.delete(event.detail.ctx);
  if (timers.size === 0) bar.hidden = true;
});
