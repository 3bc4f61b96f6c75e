// "Log" in the header opens the box for a film over the page, unless the page has one.
import { openDialog } from "./dialog.js";

async function openLogDialog(button) {
  const answer = await fetch(button.dataset.logBox, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const box = document.createElement("div");
  box.innerHTML = await answer.text();
  const dialog = openDialog("What did you watch?", box, ["Close"]);
  dialog.classList.add("log-dialog");
  htmx.process(dialog);
  dialog.querySelector("input").focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-log-box]");
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const input = document.querySelector("#log input:not([type=hidden])");
  // The page may have a box for something else.
  if (!input && document.querySelector("[data-combobox]")) return;
  event.preventDefault();
  if (input) input.focus();
  else openLogDialog(button).catch(() => location.assign(button.href));
});
