// Last, once every other script is there.

if ("serviceWorker" in navigator) addEventListener("load", () => navigator.serviceWorker.register("/sw.js"));

// What is drawn with the page itself does not come in.
addEventListener("load", () => requestAnimationFrame(() => (root.dataset.lively = "")));

guessZones(document);
watchPosters();
prepareDays();
