// Menus and sheets that open over the page close with Escape, and when something else is used.

const OPEN = ":is(.menu, .panel)[open]";

// A toast gives the focus back to where it came from.
function closeOthers(target) {
  if (target.closest?.("#toasts")) return;
  for (const menu of document.querySelectorAll(OPEN)) {
    if (!menu.contains(target)) menu.open = false;
  }
}

for (const type of ["click", "focusin"]) document.addEventListener(type, ({ target }) => closeOthers(target));

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.(OPEN);
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
