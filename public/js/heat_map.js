// Keyboard use of the heat map: one stop for the Tab key, and arrow keys from day to day.

const dayLinks = (table) => [...table.querySelectorAll("td a")];

function setTabStop(table, day) {
  for (const other of dayLinks(table)) other.tabIndex = other === day ? 0 : -1;
}

export function initHeatMaps() {
  for (const table of document.querySelectorAll("[data-days]")) {
    const days = dayLinks(table);
    if (days.length === 0 || table.querySelector("td a[tabindex='0']")) continue;
    const latest = days.reduce((last, day) => (day.href > last.href ? day : last));
    setTabStop(table, latest);
  }
}

document.addEventListener("htmx:after:swap", initHeatMaps);

// A column is a week, a row a day of the week.
document.addEventListener("keydown", (event) => {
  const day = event.target.closest?.("[data-days] td a");
  if (!day || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const days = dayLinks(day.closest("table")).sort((one, other) => (one.href < other.href ? -1 : 1));
  const index = days.indexOf(day);
  const next = { ArrowUp: index - 1, ArrowDown: index + 1, ArrowLeft: index - 7, ArrowRight: index + 7, Home: 0, End: days.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  days[next]?.focus();
});

document.addEventListener("focusin", (event) => {
  const day = event.target.closest?.("[data-days] td a");
  if (day) setTabStop(day.closest("table"), day);
});
