// Opens a modal dialog.
import { createElement } from "./dom.js";

// The label of the button that was pressed is the dialog's `returnValue`.
export function openDialog(heading, content, labels) {
  const title = createElement("h2", { id: "dialog-title" }, heading);
  const buttons = labels.map((value) => createElement("button", { value }, value));
  const form = createElement("form", { method: "dialog", className: "actions" }, ...buttons);
  const dialog = createElement("dialog", {}, title, content, form);
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
