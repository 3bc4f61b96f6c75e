//! What the tests are written with.

pub mod answer;
pub mod app;
pub mod browser;
pub mod builders;
pub mod client;
pub mod databases;
pub mod disk;
pub mod line;
pub mod outside;
pub mod pictures;
pub mod process;
pub mod program;
pub mod shapes;
pub mod wire;

pub use answer::Answer;
pub use app::App;
pub use builders::{PASSWORD, Review, said};
pub use client::Client;
pub use program::Program;
