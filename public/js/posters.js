// Polls for posters that are still being fetched: one request for all posters in view, with growing
// delays, and none while the page is hidden.

const MIN_DELAY_MS = 1_000;
const MAX_DELAY_MS = 60_000;

const poller = document.getElementById("poster-poll");
let delay = MIN_DELAY_MS;
let pollTimer = null;

export const isPosterPoll = (event) => event.target === poller;

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    target.toggleAttribute("data-in-sight", isIntersecting);
    if (isIntersecting) restartDelay();
  }
  schedulePoll();
});

function cancelPoll() {
  clearTimeout(pollTimer);
  pollTimer = null;
}

function restartDelay() {
  delay = MIN_DELAY_MS;
  cancelPoll();
}

export function watchPosters() {
  for (const poster of document.querySelectorAll(".poster.waiting:not([data-watched])")) {
    poster.dataset.watched = "";
    observer.observe(poster);
  }
}

document.addEventListener("htmx:after:swap", watchPosters);

function schedulePoll() {
  const isSeen = !document.hidden && document.querySelector(".poster.waiting[data-in-sight]");
  if (!isSeen) {
    cancelPoll();
  } else if (pollTimer === null) {
    pollTimer = setTimeout(() => {
      pollTimer = null;
      delay = Math.min(delay * 1.5, MAX_DELAY_MS);
      htmx.trigger(poller, "tick");
      schedulePoll();
    }, delay);
  }
}

document.addEventListener("visibilitychange", () => {
  restartDelay();
  schedulePoll();
});

// A picture that fails to load leaves its colours instead of a broken image.
document.addEventListener(
  "error",
  (event) => {
    if (event.target.matches?.(".poster img")) event.target.remove();
  },
  true,
);

// Pictures that failed before this script ran.
for (const picture of document.querySelectorAll(".poster img:not([loading=lazy])")) {
  if (picture.complete && picture.naturalWidth === 0) picture.remove();
}
