// Switches between light and dark at once; the server remembers it for the next page.
import { root } from "./dom.js";
import { showToast, UNREACHABLE } from "./toast.js";

const systemTheme = () => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

function applyTheme(theme) {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-switch] button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    const { light, dark, own } = meta.dataset;
    // If there are two, each is for one theme; a single one follows the system.
    const system = meta.media ? own : systemTheme();
    meta.content = { light, dark }[theme === "system" ? system : theme];
  }
  const choice = document.querySelector(`#device [name=theme][value=${theme}]`);
  if (choice) choice.checked = true;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-switch]") || !event.submitter) return;
  event.preventDefault();
  applyTheme(event.submitter.value);
  const body = new URLSearchParams(new FormData(form, event.submitter));
  fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => showToast(UNREACHABLE));
});
