// The script of members' pages.
import "./init.js";
import "./drafts.js";
import "./import_films.js";
import "./log_dialog.js";
import "./reorder.js";
import "./review_form.js";
