// Light or dark: at once, and remembered by the server, which draws the next page so.

const root = document.documentElement;

const systemTheme = () => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

function wear(theme) {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-switch] button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    const { light, dark, own } = meta.dataset;
    // Of two, each stands for itself; one alone follows the system.
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
  wear(event.submitter.value);
  const body = new URLSearchParams(new FormData(form, event.submitter));
  fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => tell(AWAY));
});

