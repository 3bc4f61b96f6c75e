// The script of members' pages.
import "./init.js";
import "./drafts.js";
import "./reorder.js";
