// The day of a review form, which the browser knows better than the server.

const todayIn = (timeZone) => new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format();

// "Today" of a form is the day in its field `today`. It stays the day on which the form was opened
// once the form has been sent: a retry must be the same request.
export function setToday(form) {
  const { today } = form.elements;
  if (!("today" in today.dataset)) return;
  try {
    today.value = todayIn(form.dataset.zone);
  } catch {
    // This browser does not know the zone: keep the server's day.
  }
}

// Turns "Today" and "Yesterday" of an earlier day into that day. `opened` is the day on which the
// form was opened now.
export function pinDay(form, opened) {
  const { today, day, watched_on } = form.elements;
  delete today.dataset.today;
  if (today.value === opened || !["today", "yesterday"].includes(day.value)) return;
  const date = new Date(today.value);
  date.setUTCDate(date.getUTCDate() - (day.value === "yesterday" ? 1 : 0));
  watched_on.value = date.toISOString().slice(0, 10);
  day.value = "other";
  today.value = opened;
}

// A day is chosen as of now, and without a choice it is the day on which the form is sent.
document.addEventListener("change", ({ target }) => {
  if (target.name !== "day") return;
  const { today, watched_on } = target.form.elements;
  setToday(target.form);
  delete today.dataset.today;
  if (target.value !== "other") watched_on.value = watched_on.defaultValue;
});

function updateDay(form) {
  const { today, day } = form.elements;
  if (day.value === "today") setToday(form);
  delete today.dataset.today;
}

// In the capture phase: before htmx reads the form.
document.addEventListener(
  "submit",
  (event) => {
    if (event.target.matches("[data-review]")) updateDay(event.target);
  },
  true,
);
