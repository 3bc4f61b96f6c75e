// Posters on their way: one question a tick for all that are in sight, less and less often,
// and none where nobody looks.

const postersAsking = document.getElementById("posters-asking");
const SOON = 1_000;
const SELDOM = 60_000;
let postersWait = SOON;
let postersTick = null;

// Whoever comes into sight begins anew.
const postersSight = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
    target.toggleAttribute("data-in-sight", isIntersecting);
    if (isIntersecting) askSoon();
  }
  askForPosters();
});

function askSoon() {
  postersWait = SOON;
  clearTimeout(postersTick);
  postersTick = null;
}

function watchPosters() {
  for (const poster of document.querySelectorAll(".poster.waiting:not([data-watched])")) {
    poster.dataset.watched = "";
    postersSight.observe(poster);
  }
}

function askForPosters() {
  const isLooking = !document.hidden && document.querySelector(".poster.waiting[data-in-sight]");
  if (!isLooking) {
    clearTimeout(postersTick);
    postersTick = null;
  } else if (postersTick === null) {
    postersTick = setTimeout(() => {
      postersTick = null;
      postersWait = Math.min(postersWait * 1.5, SELDOM);
      htmx.trigger(postersAsking, "tick");
      askForPosters();
    }, postersWait);
  }
}

document.addEventListener("visibilitychange", () => {
  askSoon();
  askForPosters();
});

// A picture that cannot be loaded leaves its colours, never a broken image.
document.addEventListener(
  "error",
  (event) => {
    if (event.target.matches?.(".poster img")) event.target.remove();
  },
  true,
);

// Nor one that failed before this script was there.
for (const picture of document.querySelectorAll(".poster img:not([loading=lazy])")) {
  if (picture.complete && picture.naturalWidth === 0) picture.remove();
}
