// Forms that stay open, and what the browser knows better than whoever fills them in.

const today = (zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format();

// A form opened before midnight and sent after it means the day on which it is sent,
// unless the day was chosen. What was sent once stays as it is: sent again, it must be
// the same.
function prepare(form) {
  const day = form.elements.watched_on;
  if (!("today" in day.dataset)) return;
  delete day.dataset.today;
  if (day.value !== day.defaultValue) return;
  try {
    day.value = today(form.dataset.zone);
  } catch {
    // A zone that this browser does not know: the server's day stands.
  }
}

// In the capture phase: before htmx reads the form.
document.addEventListener(
  "submit",
  (event) => {
    if (event.target.matches("[data-review]")) prepare(event.target);
  },
  true,
);

// --- The browser's time zone, where nobody chose one ---

function guessZones(place) {
  for (const field of place.querySelectorAll?.("[data-guess-zone]") ?? []) {
    // Asked only where it is wanted: a phone takes its time over it.
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const before = field.value;
    field.value = zone;
    if (field.value !== zone) field.value = before;
  }
}

// --- Forms whose answer has an address say only what was chosen ---

document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-sparse]")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});
