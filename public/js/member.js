// The script of members' pages.
import "./init.js";
import "./drafts.js";
import "./import_films.js";
import "./reorder.js";
