// A year of days: one stop for the Tab key, and the arrow keys from day to day.

const daysOf = (table) => [...table.querySelectorAll("td a")];

function stopAt(table, day) {
  for (const other of daysOf(table)) other.tabIndex = other === day ? 0 : -1;
}

function prepareDays() {
  for (const table of document.querySelectorAll("[data-days]")) {
    const days = daysOf(table);
    if (days.length > 0 && !days.some((day) => day.tabIndex === 0 && day.hasAttribute("tabindex"))) {
      stopAt(table, days.reduce((last, day) => (day.href > last.href ? day : last)));
    }
  }
}

// The days of a week stand under each other, and the weeks beside each other.
document.addEventListener("keydown", (event) => {
  const day = event.target.closest?.("[data-days] td a");
  if (!day || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const inTime = daysOf(day.closest("table")).sort((one, other) => (one.href < other.href ? -1 : 1));
  const at = inTime.indexOf(day);
  const go = { ArrowUp: at - 1, ArrowDown: at + 1, ArrowLeft: at - 7, ArrowRight: at + 7, Home: 0, End: inTime.length - 1 }[event.key];
  if (go === undefined) return;
  event.preventDefault();
  inTime[go]?.focus();
});

document.addEventListener("focusin", (event) => {
  const day = event.target.closest?.("[data-days] td a");
  if (day) stopAt(day.closest("table"), day);
});
