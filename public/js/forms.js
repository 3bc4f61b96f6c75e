// Fills in what the browser knows better than the server: the day, the time zone.

const todayIn = (timeZone) => new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format();

// A form opened before midnight and sent after it means the day on which it is sent, unless
// the day was chosen. Once sent it stays as it is: a retry must be the same request.
function updateDay(form) {
  const day = form.elements.watched_on;
  if (!("today" in day.dataset)) return;
  delete day.dataset.today;
  if (day.value !== day.defaultValue) return;
  try {
    day.value = todayIn(form.dataset.zone);
  } catch {
    // This browser does not know the zone: keep the server's day.
  }
}

// In the capture phase: before htmx reads the form.
document.addEventListener(
  "submit",
  (event) => {
    if (event.target.matches("[data-review]")) updateDay(event.target);
  },
  true,
);

// Preselects the browser's time zone where none has been chosen yet.
export function guessTimeZone() {
  for (const field of document.querySelectorAll("[data-guess-zone]")) {
    // Looked up only if needed, because it is slow on phones.
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const before = field.value;
    field.value = timeZone;
    if (field.value !== timeZone) field.value = before;
  }
}

// Keeps empty fields out of the address.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-sparse]")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

export function hasUnsavedInput() {
  const isChanged = (field) => "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
  return [...document.querySelectorAll("input, textarea")].some(isChanged);
}
