// Last, once every other script is there.

if ("serviceWorker" in navigator) addEventListener("load", () => navigator.serviceWorker.register("/sw.js"));

guessZones(document);
watchPosters();
prepareDays();
