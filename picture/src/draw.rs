//! Pictures that are drawn rather than fetched: posters for films whose own nobody here may
//! show. No words and no likeness; a ground, and one of a few designs upon it.

use bytes::Bytes;
use image::{Rgb, RgbImage};

use crate::{Fault, jpeg};

/// How large they are, in pixels.
const SIZE: (u32, u32) = (500, 750);

/// What one is drawn in: the ground above and below, the figure, and what stands out.
pub type Colors = [[u8; 3]; 4];

/// How many designs there are.
pub const DESIGNS: u64 = 8;

/// Draws a picture. `seed` chooses the design and everything in it; the same one draws the
/// same.
pub fn draw(colors: Colors, seed: u64) -> Result<Bytes, Fault> {
    let ink = colors.map(|color| color.map(f32::from));
    let design = design(seed);
    let picture = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let at = Spot {
            x: x as f32 / SIZE.0 as f32,
            y: y as f32 / SIZE.0 as f32,
        };
        let ground = mix(ink[0], ink[1], at.y / HEIGHT);
        let color = design.iter().fold(ground, |under, shape| {
            let over = match shape.ink {
                Ink::Figure => ink[2],
                Ink::Accent => ink[3],
                Ink::Ground => ink[1],
            };
            mix(under, over, shape.form.covers(at) * shape.strength)
        });
        Rgb(color.map(|part| part.clamp(0.0, 255.0) as u8))
    });
    jpeg(&picture)
}

/// How high a picture is where it is 1 wide.
const HEIGHT: f32 = 1.5;

/// A place of the picture, 0 to 1 across.
#[derive(Clone, Copy)]
struct Spot {
    x: f32,
    y: f32,
}

#[derive(Clone, Copy)]
enum Ink {
    Figure,
    Accent,
    Ground,
}

#[derive(Clone, Copy)]
struct Shape {
    form: Form,
    ink: Ink,
    /// From 0, not to be seen, to 1, nothing to be seen under it.
    strength: f32,
}

#[derive(Clone, Copy)]
enum Form {
    /// Its middle and its radius.
    Disc(f32, f32, f32),
    /// The same, and how thick it is.
    Ring(f32, f32, f32, f32),
    /// Left, top, right, bottom.
    Bar(f32, f32, f32, f32),
    /// Everything under a line: its height, its swing, how many waves, where they begin.
    Hill(f32, f32, f32, f32),
    /// Between two slanting lines: the slope, where it begins on the left, how thick.
    Band(f32, f32, f32),
}

impl Form {
    /// How much of the spot it covers, 0 to 1.
    fn covers(self, at: Spot) -> f32 {
        let inside = match self {
            Self::Disc(x, y, radius) => radius - (at.x - x).hypot(at.y - y),
            Self::Ring(x, y, radius, thick) => {
                thick / 2.0 - ((at.x - x).hypot(at.y - y) - radius).abs()
            }
            Self::Bar(left, top, right, bottom) => {
                let (x, y) = (
                    (at.x - left).min(right - at.x),
                    (at.y - top).min(bottom - at.y),
                );
                x.min(y)
            }
            Self::Hill(height, swing, waves, begin) => {
                at.y - height - swing * (at.x * waves * std::f32::consts::TAU + begin).sin()
            }
            Self::Band(slope, begin, thick) => {
                thick / 2.0 - (at.y - begin - slope * at.x).abs() / slope.hypot(1.0)
            }
        };
        // Soft over the width of a pixel.
        (inside * SIZE.0 as f32 + 0.5).clamp(0.0, 1.0)
    }
}

fn mix(under: [f32; 3], over: [f32; 3], how_much: f32) -> [f32; 3] {
    std::array::from_fn(|part| under[part] + (over[part] - under[part]) * how_much)
}

/// Numbers that follow from a seed.
struct Numbers(u64);

impl Numbers {
    fn between(&mut self, least: f32, most: f32) -> f32 {
        self.0 = self
            .0
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        let part = (self.0 >> 40) as f32 / (1_u32 << 24) as f32;
        least + part * (most - least)
    }

    fn count(&mut self, least: u32, most: u32) -> u32 {
        self.between(least as f32, most as f32 + 0.99) as u32
    }
}

fn design(seed: u64) -> Vec<Shape> {
    let mut numbers = Numbers(seed ^ 0x6d6f_7669_6573);
    match seed % DESIGNS {
        0 => sea(&mut numbers),
        1 => skyline(&mut numbers),
        2 => rings(&mut numbers),
        3 => hills(&mut numbers),
        4 => bands(&mut numbers),
        5 => eclipse(&mut numbers),
        6 => dots(&mut numbers),
        _ => doors(&mut numbers),
    }
}

fn shape(form: Form, ink: Ink, strength: f32) -> Shape {
    Shape {
        form,
        ink,
        strength,
    }
}

/// A sun over a horizon, and its light on the water.
fn sea(numbers: &mut Numbers) -> Vec<Shape> {
    let horizon = numbers.between(0.8, 1.05);
    let (x, radius) = (numbers.between(0.3, 0.7), numbers.between(0.16, 0.3));
    let above = numbers.between(-0.1, 0.35);
    let mut shapes = vec![
        shape(Form::Disc(x, horizon - above, radius), Ink::Accent, 1.0),
        shape(Form::Bar(0.0, horizon, 1.0, HEIGHT), Ink::Figure, 1.0),
    ];
    for line in 0..numbers.count(5, 9) {
        let y = horizon + 0.03 + line as f32 * numbers.between(0.05, 0.065);
        let half = radius * (1.1 - line as f32 * 0.08) * numbers.between(0.6, 1.2);
        let bar = Form::Bar(x - half, y, x + half, y + 0.012);
        shapes.push(shape(bar, Ink::Accent, 0.8));
    }
    shapes
}

/// Houses, or teeth.
fn skyline(numbers: &mut Numbers) -> Vec<Shape> {
    let moon = Form::Disc(
        numbers.between(0.15, 0.85),
        numbers.between(0.2, 0.45),
        0.09,
    );
    let mut shapes = vec![shape(moon, Ink::Accent, 1.0)];
    for (row, strength) in [(0.0, 0.45), (0.2, 1.0)] {
        let mut left = -0.02;
        while left < 1.0 {
            let right = left + numbers.between(0.06, 0.16);
            let top = numbers.between(0.6, 1.05) + row;
            shapes.push(shape(
                Form::Bar(left, top, right, HEIGHT),
                Ink::Figure,
                strength,
            ));
            if strength > 0.9 && numbers.between(0.0, 1.0) > 0.5 {
                let (x, y) = ((left + right) / 2.0, top + 0.05);
                let window = Form::Bar(x - 0.012, y, x + 0.012, y + 0.035);
                shapes.push(shape(window, Ink::Accent, 1.0));
            }
            left = right;
        }
    }
    shapes
}

/// Rings around a point.
fn rings(numbers: &mut Numbers) -> Vec<Shape> {
    let (x, y) = (numbers.between(0.25, 0.75), numbers.between(0.45, 1.0));
    let (count, step) = (numbers.count(5, 11), numbers.between(0.075, 0.11));
    let mut shapes: Vec<_> = (1..=count)
        .map(|ring| {
            let thick = step * numbers.between(0.2, 0.6);
            let strength = 1.0 - ring as f32 / (count as f32 + 4.0);
            shape(
                Form::Ring(x, y, ring as f32 * step, thick),
                Ink::Figure,
                strength,
            )
        })
        .collect();
    shapes.push(shape(Form::Disc(x, y, step * 0.6), Ink::Accent, 1.0));
    shapes
}

/// Hills behind hills.
fn hills(numbers: &mut Numbers) -> Vec<Shape> {
    let sun = Form::Disc(
        numbers.between(0.2, 0.8),
        numbers.between(0.3, 0.6),
        numbers.between(0.1, 0.2),
    );
    let mut shapes = vec![shape(sun, Ink::Accent, 1.0)];
    for hill in 0..4 {
        let form = Form::Hill(
            0.75 + hill as f32 * 0.17,
            numbers.between(0.03, 0.09),
            numbers.between(0.6, 1.8),
            numbers.between(0.0, 6.0),
        );
        shapes.push(shape(form, Ink::Figure, 0.35 + hill as f32 * 0.2));
    }
    shapes
}

/// Slanting bands.
fn bands(numbers: &mut Numbers) -> Vec<Shape> {
    let slope = numbers.between(0.4, 1.4)
        * if numbers.between(0.0, 1.0) > 0.5 {
            1.0
        } else {
            -1.0
        };
    let mut begin = numbers.between(-0.9, -0.5) + if slope < 0.0 { 1.4 } else { 0.0 };
    let mut shapes = Vec::new();
    for band in 0..numbers.count(5, 8) {
        let thick = numbers.between(0.04, 0.16);
        let ink = if band == 2 { Ink::Accent } else { Ink::Figure };
        let strength = if band == 2 {
            1.0
        } else {
            numbers.between(0.4, 0.9)
        };
        shapes.push(shape(Form::Band(slope, begin, thick), ink, strength));
        begin += thick + numbers.between(0.12, 0.3);
    }
    shapes
}

/// A disc before another.
fn eclipse(numbers: &mut Numbers) -> Vec<Shape> {
    let (x, y) = (numbers.between(0.4, 0.6), numbers.between(0.5, 0.85));
    let radius = numbers.between(0.24, 0.34);
    let (aside, down) = (numbers.between(-0.14, 0.14), numbers.between(-0.12, 0.12));
    vec![
        shape(Form::Disc(x, y, radius * 1.5), Ink::Accent, 0.18),
        shape(Form::Disc(x, y, radius * 1.22), Ink::Accent, 0.3),
        shape(Form::Disc(x, y, radius), Ink::Accent, 1.0),
        shape(
            Form::Disc(x + aside, y + down, radius * 0.93),
            Ink::Ground,
            1.0,
        ),
        shape(Form::Bar(0.08, 1.3, 0.92, 1.306), Ink::Figure, 1.0),
    ]
}

/// Rows of dots, one of them another.
fn dots(numbers: &mut Numbers) -> Vec<Shape> {
    let across = numbers.count(4, 7);
    let step = 1.0 / (across as f32 + 0.6);
    let down = (HEIGHT / step) as u32 - 1;
    let odd = numbers.count(across, across * (down - 1));
    let mut shapes = Vec::new();
    for dot in 0..across * down {
        let (column, row) = (dot % across, dot / across);
        let (x, y) = ((column as f32 + 0.8) * step, (row as f32 + 0.9) * step);
        let swell = 0.18 + 0.2 * ((row as f32 * 0.7).sin() * (column as f32 * 0.9).cos()).abs();
        let (ink, radius) = match dot == odd {
            true => (Ink::Accent, step * 0.44),
            false => (Ink::Figure, step * swell),
        };
        shapes.push(shape(Form::Disc(x, y, radius), ink, 0.95));
    }
    shapes
}

/// A door within a door.
fn doors(numbers: &mut Numbers) -> Vec<Shape> {
    let aside = numbers.between(-0.05, 0.05);
    let count = numbers.count(3, 6);
    let mut shapes = Vec::new();
    for door in 0..count {
        let part = door as f32 / count as f32;
        let (half, top) = (0.42 * (1.0 - part * 0.85), 0.18 + part * 0.62);
        let x = 0.5 + aside * door as f32;
        let (ink, strength) = match door + 1 == count {
            true => (Ink::Accent, 1.0),
            false if door % 2 == 0 => (Ink::Figure, 0.85),
            false => (Ink::Ground, 0.9),
        };
        shapes.push(shape(
            Form::Bar(x - half, top, x + half, 1.36),
            ink,
            strength,
        ));
    }
    shapes.push(shape(Form::Bar(0.0, 1.36, 1.0, 1.366), Ink::Accent, 0.9));
    shapes
}

#[cfg(test)]
mod tests {
    use super::{DESIGNS, draw};
    use crate::prepare;

    #[test]
    fn each_design_makes_a_poster_and_always_the_same() {
        let colors = [[20, 30, 60], [200, 120, 80], [30, 20, 30], [250, 220, 120]];
        let mut drawn: Vec<_> = (0..DESIGNS)
            .map(|seed| {
                let picture = draw(colors, seed).expect("a picture");
                assert_eq!(draw(colors, seed).ok(), Some(picture.clone()));
                assert_eq!(prepare(&picture).expect("a poster").height, 750);
                picture
            })
            .collect();
        drawn.sort();
        drawn.dedup();
        assert_eq!(drawn.len() as u64, DESIGNS);
    }
}
