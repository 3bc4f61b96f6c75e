// Lets a poster move between a list and the movie's page, where the browser can. It runs before
// the body is there, so that the first frame already knows.

let named = null;

function namePoster(moviePath, from) {
  const poster = `a[href="${moviePath}"] .poster`;
  if (named) named.style.viewTransitionName = "";
  named = from.closest(`:has(${poster})`)?.querySelector(poster);
  if (named) named.style.viewTransitionName = "poster";
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(`a[href^='${document.documentElement.dataset.movies}/']`);
  if (link) namePoster(link.pathname, link);
});

addEventListener("pagereveal", () => {
  const from = window.navigation?.activation?.from?.url;
  if (from) namePoster(new URL(from).pathname, document.body);
});
