//! Backups: restored row by row, made under load, killed and damaged.

mod format;
mod helpers;
mod restore;
mod while_running;
