// The script of visitors' pages, and a part of all others; pages also work without it. It runs after htmx has loaded.
import "./combobox.js";
import "./htmx_errors.js";
import "./menus.js";
import "./older.js";
import "./progress.js";
import "./share.js";
import "./shortcuts.js";
import "./theme.js";
import "./undo.js";
import "./upload.js";
import { root } from "./dom.js";
import { guessTimeZone, hasUnsavedInput } from "./forms.js";
import { initHeatMaps } from "./heat_map.js";
import { watchPosters } from "./posters.js";

guessTimeZone();
watchPosters();
initHeatMaps();

addEventListener("load", () => {
  navigator.serviceWorker?.register(root.dataset.worker);
  // Animations are for what comes later, not for what is drawn with the page.
  requestAnimationFrame(() => {
    root.dataset.lively = "";
  });
});

// A page from the back/forward cache may be out of date, or its member may have signed out.
addEventListener("pageshow", (event) => event.persisted && !hasUnsavedInput() && location.reload());
