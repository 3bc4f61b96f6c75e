// Shows short messages on top of the page, and closes them.
import { createElement, focusOrMain, quietButton } from "./dom.js";

export const UNREACHABLE = "Can’t reach the server. What you typed is still here.";

const toasts = document.getElementById("toasts");
let focusBefore = null;

export function showToast(message, retry) {
  const buttons = [quietButton("Close")];
  if (retry) buttons.unshift(quietButton("Try again", retry));
  for (const button of buttons) button.dataset.dismiss = "";
  toasts.replaceChildren(createElement("div", { className: "toast" }, createElement("p", {}, message), ...buttons));
}

// The server sends toasts too, so the element is watched.
new MutationObserver(() => {
  if (!toasts.contains(document.activeElement)) focusBefore = document.activeElement;
}).observe(toasts, { childList: true });

// A menu may have closed in the meantime.
const whereShown = (element) => (element.checkVisibility() ? element : element.closest("details")?.querySelector("summary"));

// Closing a toast gives the focus back.
document.addEventListener("click", (event) => {
  const toast = event.target.closest?.("[data-dismiss]")?.closest(".toast");
  const hadFocus = toast?.contains(document.activeElement);
  toast?.remove();
  if (hadFocus) focusOrMain(focusBefore?.isConnected && focusBefore !== document.body ? whereShown(focusBefore) : null);
});
