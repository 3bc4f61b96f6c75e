// Makes and finds elements.

export const root = document.documentElement;

export function createElement(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export const formatTime = (time) => new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));

export const quietButton = (label, onclick) => createElement("button", { type: "button", className: "quiet", onclick }, label);

// Skips the poster's link, as the Tab key does.
export const firstFocusable = (place) => place?.querySelector("a:not([tabindex='-1']), button");

export const focusOrMain = (element) => (element ?? document.getElementById("main")).focus();
