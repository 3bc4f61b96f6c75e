// Shares an address by the sheet of the system, or copies it. Says what happened in the button.

const SAID_MS = 2_500;

function say(button, message) {
  button.dataset.label ??= button.textContent;
  button.textContent = message;
  document.getElementById("live").textContent = message;
  setTimeout(() => button.replaceChildren(button.dataset.label), SAID_MS);
}

// For pages on http, which have no `navigator.clipboard`.
function copyByCommand(text) {
  const write = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
  };
  document.addEventListener("copy", write);
  const isCopied = document.execCommand("copy");
  document.removeEventListener("copy", write);
  return isCopied;
}

// Where the browser allows neither way, the text is selected, to be copied by hand.
async function copy(button, text, output) {
  if (output) getSelection().selectAllChildren(output);
  try {
    await navigator.clipboard.writeText(text);
    say(button, "Copied");
  } catch {
    const otherwise = output ? "Selected: now copy it" : "Copy the address of this page";
    say(button, copyByCommand(text) ? "Copied" : otherwise);
  }
}

async function share(button) {
  const url = new URL(button.dataset.share, location).href;
  if (!navigator.share) return copy(button, url);
  try {
    await navigator.share({ title: button.dataset.title, url });
  } catch (error) {
    // The sheet was closed.
    if (error.name !== "AbortError") await copy(button, url);
  }
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-share], [data-copy]");
  if (!button) return;
  const output = document.getElementById(button.dataset.copy);
  if (output) copy(button, output.textContent, output);
  else share(button);
});
