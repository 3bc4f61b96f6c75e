// Moves a poster between a list and the movie's page, in browsers with view transitions. It runs
// before the body exists, so that it affects the first frame.

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
