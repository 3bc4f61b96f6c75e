// Light or dark: at once, and remembered by the server, which draws the next page so.

const root = document.documentElement;

function wear(theme) {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-switch] button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    const { light, dark, own } = meta.dataset;
    meta.content = { light, dark }[theme] ?? { light, dark }[own];
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-switch]") || !event.submitter) return;
  event.preventDefault();
  wear(event.submitter.value);
  const body = new URLSearchParams(new FormData(form, event.submitter));
  fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => tell(AWAY));
});

// --- From a list to a film and back, its poster goes along, where the browser can ---

const filmIn = (address) => /^\/movies\/\d+$/.exec(new URL(address).pathname)?.[0];

function carry(film) {
  const poster = film && document.querySelector(`a[href="${film}"] .poster, a.poster-link[href="${film}"]`);
  if (poster) poster.style.viewTransitionName = "poster";
  return poster;
}

// A transition may be given up, which is no fault.
function transitionOf({ viewTransition: transition }) {
  for (const stage of [transition?.updateCallbackDone, transition?.ready, transition?.finished]) stage?.catch(() => {});
  return transition;
}

addEventListener("pageswap", (event) => {
  if (transitionOf(event) && event.activation?.entry) carry(filmIn(event.activation.entry.url));
});

addEventListener("pagereveal", (event) => {
  const transition = transitionOf(event);
  const from = transition && navigation.activation?.from?.url;
  const poster = from && carry(filmIn(from));
  if (poster) transition.finished.finally(() => (poster.style.viewTransitionName = ""));
});
