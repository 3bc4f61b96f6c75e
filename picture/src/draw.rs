//! Draws abstract posters for movies whose real posters the demo may not show: a background and one
//! of a few designs, without text or likenesses.

use bytes::Bytes;
use image::{Rgb, RgbImage};

use crate::designs::design_shapes;
use crate::shapes::{HEIGHT, Ink, PIXEL_SIZE, Point};
use crate::{PictureError, encode_jpeg};

/// Background at the top, background at the bottom, figure, accent.
pub type Colors = [[u8; 3]; 4];

/// Draws a poster as JPEG. `seed` selects the design and all its details; the same seed draws the
/// same poster.
pub fn draw_poster(colors: Colors, seed: u64) -> Result<Bytes, PictureError> {
    let ink = colors.map(|color| color.map(f32::from));
    let design = design_shapes(seed);
    let picture = RgbImage::from_fn(PIXEL_SIZE.0, PIXEL_SIZE.1, |x, y| {
        let at = Point {
            x: x as f32 / PIXEL_SIZE.0 as f32,
            y: y as f32 / PIXEL_SIZE.0 as f32,
        };
        let ground = blend(ink[0], ink[1], at.y / HEIGHT);
        let color = design.iter().fold(ground, |under, shape| {
            let over = match shape.ink {
                Ink::Figure => ink[2],
                Ink::Accent => ink[3],
                Ink::Ground => ink[1],
            };
            blend(under, over, shape.geometry.coverage(at) * shape.opacity)
        });
        Rgb(color.map(|part| part.clamp(0.0, 255.0) as u8))
    });
    encode_jpeg(&picture)
}

fn blend(under: [f32; 3], over: [f32; 3], how_much: f32) -> [f32; 3] {
    std::array::from_fn(|part| under[part] + (over[part] - under[part]) * how_much)
}

#[cfg(test)]
mod tests {
    use super::draw_poster;
    use crate::{DESIGN_COUNT, make_poster};

    #[test]
    fn each_design_makes_a_poster_deterministically() {
        let colors = [[20, 30, 60], [200, 120, 80], [30, 20, 30], [250, 220, 120]];
        let mut drawn: Vec<_> = (0..DESIGN_COUNT)
            .map(|seed| {
                let picture = draw_poster(colors, seed).expect("a picture");
                assert_eq!(draw_poster(colors, seed).ok(), Some(picture.clone()));
                assert_eq!(make_poster(&picture).expect("a poster").height, 750);
                picture
            })
            .collect();
        drawn.sort();
        drawn.dedup();
        assert_eq!(drawn.len() as u64, DESIGN_COUNT);
    }
}
