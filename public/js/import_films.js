// When a film of an import is decided, the focus moves on to the next one that is not.
import { firstFocusable, focusOrMain } from "./dom.js";

const CARD = ".import-film";
let decided = null;

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const card = ctx.target?.closest?.(CARD);
  if (card) decided = card.id;
});

document.addEventListener("htmx:after:swap", () => {
  if (!decided) return;
  const cards = [...document.querySelectorAll(CARD)];
  const index = cards.findIndex(({ id }) => id === decided);
  decided = null;
  const next = cards.slice(index + 1).find((card) => card.matches(".open"));
  const after = next ?? document.querySelector(".import-films .older") ?? document.querySelector(".back");
  next?.scrollIntoView({ block: "nearest" });
  focusOrMain(firstFocusable(after));
});
