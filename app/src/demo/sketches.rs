//! Chooses colours and a design for the drawn poster of each demo movie.

use bytes::Bytes;
use picture::{Colors, PictureError};

use super::movies::DemoMovie;
use super::seeded_rng::SeededRng;

#[derive(Clone, Copy, Debug)]
pub(super) struct PosterSketch {
    colors: Colors,
    seed: u64,
}

impl PosterSketch {
    /// Takes the colours of the first genre, and derives the rest from the title.
    pub(super) fn of(movie: &DemoMovie) -> Self {
        let mut dice = SeededRng::new(u64::from(movie.year.unsigned_abs()), movie.title);
        let genre = movie.genres.first().copied().unwrap_or_default();
        let colors = genre_colors(genre).map(|color| vary_color(color, &mut dice));
        Self {
            colors,
            seed: dice.next_u64(),
        }
    }

    /// Takes as long as a few requests: call it on a blocking thread.
    pub(super) fn draw(self) -> Result<Bytes, PictureError> {
        picture::draw_poster(self.colors, self.seed)
    }
}

/// Background at the top and the bottom, figure, accent.
fn genre_colors(genre: &str) -> Colors {
    let colors: [u32; 4] = match genre {
        "Action" => [0x2b1d1a, 0xc8452b, 0x1a1214, 0xf6b93b],
        "Adventure" => [0x1f6f78, 0xf1d18a, 0x2c3e34, 0xe4572e],
        "Animation" => [0x7b4fd0, 0xf7a1c4, 0x2f2a6b, 0xffe066],
        "Comedy" => [0xf9c74f, 0xf9844a, 0x277da1, 0xfdf3d8],
        "Crime" | "Film Noir" => [0x15171c, 0x454b57, 0x0a0b0e, 0xd9d2c3],
        "Documentary" => [0xcfd8d0, 0x8aa399, 0x33474a, 0xe07a5f],
        "Family" | "Fantasy" => [0x3a506b, 0x9fd8cb, 0x1c2541, 0xf4d35e],
        "Horror" => [0x0d0b10, 0x4a0f18, 0x1b1116, 0xd7263d],
        "Music" | "Musical" => [0x4a1942, 0xe07be0, 0x2a0f2e, 0xffd166],
        "Mystery" | "Thriller" => [0x0f1e2e, 0x3f6b7b, 0x0a121b, 0xe9c46a],
        "Romance" => [0x8c2f4b, 0xf4b8a8, 0x4e1c33, 0xfff0e0],
        "Science Fiction" => [0x070b24, 0x314e8f, 0x101840, 0x7df9e9],
        "War" | "History" => [0x4b4a3a, 0xb9a779, 0x2b2a20, 0xc94f30],
        "Western" => [0xd98e4a, 0xf3d9a4, 0x5a2e1a, 0xb3391f],
        _ => [0x2d3a4a, 0xa9b7c0, 0x1b2430, 0xe8a87c],
    };
    colors.map(|color| {
        let [_, red, green, blue] = color.to_be_bytes();
        [red, green, blue]
    })
}

/// Varies a colour a little, so that two movies of one genre differ.
fn vary_color(color: [u8; 3], dice: &mut SeededRng) -> [u8; 3] {
    color.map(|part| {
        let by = dice.between(-18, 18);
        let part = (i64::from(part) + by).clamp(0, 255);
        u8::try_from(part).unwrap_or(u8::MAX)
    })
}
