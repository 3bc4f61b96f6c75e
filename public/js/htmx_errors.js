// Shows a toast when htmx gets no response from the server. Polls fail silently.
import { isPosterPoll } from "./posters.js";
import { showToast, UNREACHABLE } from "./toast.js";

const isPoll = (event) => isPosterPoll(event) || event.target.id === "build-poll";

function showUnreachable(event) {
  const source = event.detail.ctx?.sourceElement;
  const retry = { FORM: () => source.requestSubmit(), A: () => source.click() }[source?.tagName];
  if (!isPoll(event)) showToast(UNREACHABLE, retry);
}

document.addEventListener("htmx:error", showUnreachable);

// A proxy's error page must not replace a form. Every answer of the server has a request id,
// and the worker marks its own when it has queued a review.
document.addEventListener("htmx:before:response", (event) => {
  const { headers, status } = event.detail.ctx.response;
  if (isPoll(event) && status !== 200) return event.preventDefault();
  if (headers.has("x-request-id") || headers.has("x-waiting")) return;
  event.preventDefault();
  showUnreachable(event);
});
