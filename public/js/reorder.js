// Moves the films of a list by dragging them. Each has buttons for the same.

let dragged = null;

const itemAt = (target) => target.closest?.("li[data-position]");

function endDrag() {
  dragged?.classList.remove("dragged");
  dragged = null;
}

document.addEventListener("dragstart", ({ target }) => {
  dragged = itemAt(target);
  dragged?.classList.add("dragged");
});

document.addEventListener("dragover", (event) => {
  if (dragged && itemAt(event.target)?.parentElement === dragged.parentElement) event.preventDefault();
});

// Dropped on a film that comes later, it takes the place behind that one.
document.addEventListener("drop", (event) => {
  const onto = itemAt(event.target);
  if (!dragged || !onto || onto === dragged) return endDrag();
  event.preventDefault();
  const isLater = dragged.compareDocumentPosition(onto) & Node.DOCUMENT_POSITION_FOLLOWING;
  const behind = onto.nextElementSibling;
  const before = isLater && !behind?.matches(".older") ? behind : onto;
  const values = { before: before?.dataset.movie ?? "" };
  htmx.ajax("POST", dragged.dataset.position, { target: onto.closest("section"), swap: "outerMorph", values });
  endDrag();
});

document.addEventListener("dragend", endDrag);
