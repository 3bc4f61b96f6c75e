//! The designs of drawn posters.

use crate::shapes::{DrawnShape, Geometry, HEIGHT, Ink};

pub const DESIGN_COUNT: u64 = 8;

/// A linear congruential generator.
struct DesignRng(u64);

impl DesignRng {
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

pub(crate) fn design_shapes(seed: u64) -> Vec<DrawnShape> {
    let mut numbers = DesignRng(seed ^ 0x6d6f_7669_6573);
    match seed % DESIGN_COUNT {
        0 => sea(&mut numbers),
        1 => skyline(&mut numbers),
        2 => rings(&mut numbers),
        3 => hills(&mut numbers),
        4 => bands(&mut numbers),
        5 => eclipse(&mut numbers),
        6 => dots(&mut numbers),
        _ => nested_doors(&mut numbers),
    }
}

fn shape(form: Geometry, ink: Ink, strength: f32) -> DrawnShape {
    DrawnShape {
        geometry: form,
        ink,
        opacity: strength,
    }
}

/// A sun above the horizon, reflected in the water.
fn sea(numbers: &mut DesignRng) -> Vec<DrawnShape> {
    let horizon = numbers.between(0.8, 1.05);
    let (x, radius) = (numbers.between(0.3, 0.7), numbers.between(0.16, 0.3));
    let above = numbers.between(-0.1, 0.35);
    let mut shapes = vec![
        shape(Geometry::Disc(x, horizon - above, radius), Ink::Accent, 1.0),
        shape(Geometry::Bar(0.0, horizon, 1.0, HEIGHT), Ink::Figure, 1.0),
    ];
    for line in 0..numbers.count(5, 9) {
        let y = horizon + 0.03 + line as f32 * numbers.between(0.05, 0.065);
        let half = radius * (1.1 - line as f32 * 0.08) * numbers.between(0.6, 1.2);
        let bar = Geometry::Bar(x - half, y, x + half, y + 0.012);
        shapes.push(shape(bar, Ink::Accent, 0.8));
    }
    shapes
}

/// Two rows of buildings under a moon.
fn skyline(numbers: &mut DesignRng) -> Vec<DrawnShape> {
    let moon = Geometry::Disc(
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
                Geometry::Bar(left, top, right, HEIGHT),
                Ink::Figure,
                strength,
            ));
            if strength > 0.9 && numbers.between(0.0, 1.0) > 0.5 {
                let (x, y) = ((left + right) / 2.0, top + 0.05);
                let window = Geometry::Bar(x - 0.012, y, x + 0.012, y + 0.035);
                shapes.push(shape(window, Ink::Accent, 1.0));
            }
            left = right;
        }
    }
    shapes
}

/// Concentric rings around a disc.
fn rings(numbers: &mut DesignRng) -> Vec<DrawnShape> {
    let (x, y) = (numbers.between(0.25, 0.75), numbers.between(0.45, 1.0));
    let (count, step) = (numbers.count(5, 11), numbers.between(0.075, 0.11));
    let mut shapes: Vec<_> = (1..=count)
        .map(|ring| {
            let thick = step * numbers.between(0.2, 0.6);
            let strength = 1.0 - ring as f32 / (count as f32 + 4.0);
            shape(
                Geometry::Ring(x, y, ring as f32 * step, thick),
                Ink::Figure,
                strength,
            )
        })
        .collect();
    shapes.push(shape(Geometry::Disc(x, y, step * 0.6), Ink::Accent, 1.0));
    shapes
}

/// Four layers of hills under a sun.
fn hills(numbers: &mut DesignRng) -> Vec<DrawnShape> {
    let sun = Geometry::Disc(
        numbers.between(0.2, 0.8),
        numbers.between(0.3, 0.6),
        numbers.between(0.1, 0.2),
    );
    let mut shapes = vec![shape(sun, Ink::Accent, 1.0)];
    for hill in 0..4 {
        let form = Geometry::Hill(
            0.75 + hill as f32 * 0.17,
            numbers.between(0.03, 0.09),
            numbers.between(0.6, 1.8),
            numbers.between(0.0, 6.0),
        );
        shapes.push(shape(form, Ink::Figure, 0.35 + hill as f32 * 0.2));
    }
    shapes
}

/// Slanted bands, one of them in the accent colour.
fn bands(numbers: &mut DesignRng) -> Vec<DrawnShape> {
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
        shapes.push(shape(Geometry::Band(slope, begin, thick), ink, strength));
        begin += thick + numbers.between(0.12, 0.3);
    }
    shapes
}

/// A disc that covers another.
fn eclipse(numbers: &mut DesignRng) -> Vec<DrawnShape> {
    let (x, y) = (numbers.between(0.4, 0.6), numbers.between(0.5, 0.85));
    let radius = numbers.between(0.24, 0.34);
    let (aside, down) = (numbers.between(-0.14, 0.14), numbers.between(-0.12, 0.12));
    vec![
        shape(Geometry::Disc(x, y, radius * 1.5), Ink::Accent, 0.18),
        shape(Geometry::Disc(x, y, radius * 1.22), Ink::Accent, 0.3),
        shape(Geometry::Disc(x, y, radius), Ink::Accent, 1.0),
        shape(
            Geometry::Disc(x + aside, y + down, radius * 0.93),
            Ink::Ground,
            1.0,
        ),
        shape(Geometry::Bar(0.08, 1.3, 0.92, 1.306), Ink::Figure, 1.0),
    ]
}

/// A grid of dots, one of them in the accent colour.
fn dots(numbers: &mut DesignRng) -> Vec<DrawnShape> {
    let across = numbers.count(4, 7);
    let step = 1.0 / (across as f32 + 0.6);
    let down = (HEIGHT / step) as u32 - 1;
    let odd = numbers.count(across, across * (down - 1));
    let mut shapes = Vec::new();
    for dot in 0..across * down {
        let (column, row) = (dot % across, dot / across);
        let (x, y) = ((column as f32 + 0.8) * step, (row as f32 + 0.9) * step);
        let swell = 0.18 + 0.2 * ((row as f32 * 0.7).sin() * (column as f32 * 0.9).cos()).abs();
        let (ink, radius) = if dot == odd {
            (Ink::Accent, step * 0.44)
        } else {
            (Ink::Figure, step * swell)
        };
        shapes.push(shape(Geometry::Disc(x, y, radius), ink, 0.95));
    }
    shapes
}

/// Nested doors, the innermost in the accent colour.
fn nested_doors(numbers: &mut DesignRng) -> Vec<DrawnShape> {
    let aside = numbers.between(-0.05, 0.05);
    let count = numbers.count(3, 6);
    let mut shapes = Vec::new();
    for door in 0..count {
        let part = door as f32 / count as f32;
        let (half, top) = (0.42 * (1.0 - part * 0.85), 0.18 + part * 0.62);
        let x = 0.5 + aside * door as f32;
        let (ink, strength) = if door + 1 == count {
            (Ink::Accent, 1.0)
        } else if door % 2 == 0 {
            (Ink::Figure, 0.85)
        } else {
            (Ink::Ground, 0.9)
        };
        shapes.push(shape(
            Geometry::Bar(x - half, top, x + half, 1.36),
            ink,
            strength,
        ));
    }
    shapes.push(shape(
        Geometry::Bar(0.0, 1.36, 1.0, 1.366),
        Ink::Accent,
        0.9,
    ));
    shapes
}
