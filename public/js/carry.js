// From a list to a film and back its poster goes along, where the browser can. The transition
// itself is the browser's: whoever asks it for its promises has to catch one that is given up.

let carried = null;

function carry(film, from) {
  const poster = `a[href="${film}"] .poster`;
  if (carried) carried.style.viewTransitionName = "";
  carried = from.closest(`:has(${poster})`)?.querySelector(poster);
  if (carried) carried.style.viewTransitionName = "poster";
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/movies/']");
  if (link) carry(link.pathname, link);
});

addEventListener("pagereveal", () => {
  const from = window.navigation?.activation?.from?.url;
  if (from) carry(new URL(from).pathname, document.body);
});
