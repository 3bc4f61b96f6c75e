//! Backups: restored row by row, made under load, killed, damaged, and made automatically.

mod automatic;
mod format;
mod helpers;
mod restore;
mod while_running;
