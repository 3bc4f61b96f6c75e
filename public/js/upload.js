// Sends files with a progress bar, which fetch cannot show.
import { createElement } from "./dom.js";
import { watchPosters } from "./posters.js";
import { showToast, UNREACHABLE } from "./toast.js";

function showFileError(field, message) {
  const id = `${field.id}-error`;
  const error = document.getElementById(id) ?? createElement("p", { id });
  error.className = "error";
  error.setAttribute("role", "alert");
  error.textContent = message;
  field.closest(".field").append(error);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${id} ${field.id}-hint`);
  field.focus();
}

function upload(form) {
  const progress = form.querySelector("progress");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  const setBusy = (busy) => {
    progress.hidden = !busy;
    button.disabled = busy;
  };
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    progress.value = loaded / total;
  });
  request.addEventListener("error", () => {
    setBusy(false);
    showToast(UNREACHABLE);
  });
  request.addEventListener("load", () => {
    setBusy(false);
    showAnswer(form, request);
  });
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  setBusy(true);
  request.send(new FormData(form));
}

// The response is another page, the form with its errors, or a toast.
function showAnswer(form, request) {
  const redirect = request.getResponseHeader("HX-Redirect");
  if (redirect) return location.assign(redirect);
  if (!request.getResponseHeader("x-request-id")) return showToast(UNREACHABLE);
  const answer = createElement("template", { innerHTML: request.responseText }).content;
  const formAgain = answer.querySelector(form.dataset.upload);
  if (formAgain) {
    document.querySelector(form.dataset.upload).replaceWith(formAgain);
    htmx.process(formAgain);
    watchPosters();
    formAgain.querySelector("[aria-invalid]")?.focus();
  } else {
    const toast = answer.querySelector(".toast");
    if (toast) document.getElementById("toasts").replaceChildren(toast);
    else showToast(UNREACHABLE);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-upload]")) return;
  event.preventDefault();
  const field = form.querySelector("[type=file]");
  const size = [...field.files].reduce((sum, file) => sum + file.size, 0);
  if (size > Number(form.dataset.most)) showFileError(field, form.dataset.tooLarge);
  else upload(form);
});
