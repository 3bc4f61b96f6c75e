// Fills in what the browser knows better than the server: the time zone.

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
