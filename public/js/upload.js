// Files: how far they are.

function refuseFile(field, words) {
  const told = document.getElementById("poster-file-error") ?? document.createElement("p");
  told.id = "poster-file-error";
  told.className = "error";
  told.setAttribute("role", "alert");
  told.textContent = words;
  field.closest(".field").append(told);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${told.id} poster-file-hint`);
  field.focus();
}

function send(form) {
  const progress = form.querySelector("progress");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  const isDone = (done) => {
    progress.hidden = done;
    button.disabled = !done;
  };
  request.upload.addEventListener("progress", ({ loaded, total }) => (progress.value = loaded / total));
  request.addEventListener("error", () => {
    isDone(true);
    tell(AWAY);
  });
  request.addEventListener("load", () => {
    isDone(true);
    const to = request.getResponseHeader("HX-Redirect");
    if (to) return location.assign(to);
    if (!request.getResponseHeader("x-request-id")) return tell(AWAY);
    const answer = document.createElement("template");
    answer.innerHTML = request.responseText;
    const again = answer.content.querySelector(form.dataset.upload);
    if (again) {
      document.querySelector(form.dataset.upload).replaceWith(again);
      htmx.process(again);
      watchPosters();
      again.querySelector("[aria-invalid]")?.focus();
    } else {
      tell(answer.content.querySelector(".toast p")?.textContent ?? AWAY);
    }
  });
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  isDone(false);
  request.send(new FormData(form));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-upload]")) return;
  event.preventDefault();
  const field = form.querySelector("[type=file]");
  if (field.files[0].size > Number(form.dataset.most)) refuseFile(field, form.dataset.tooLarge);
  else send(form);
});
