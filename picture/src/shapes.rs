//! The shapes that drawn posters are made of.

/// Width and height in pixels.
pub(crate) const PIXEL_SIZE: (u32, u32) = (500, 750);

/// The height of a poster of width 1.
pub(crate) const HEIGHT: f32 = 1.5;

/// In units of the poster's width.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
}

#[derive(Clone, Copy)]
pub(crate) enum Ink {
    Figure,
    Accent,
    Ground,
}

#[derive(Clone, Copy)]
pub(crate) struct DrawnShape {
    pub(crate) geometry: Geometry,
    pub(crate) ink: Ink,
    /// Opacity, from 0 to 1.
    pub(crate) opacity: f32,
}

#[derive(Clone, Copy)]
pub(crate) enum Geometry {
    /// The centre's coordinates and the radius.
    Disc(f32, f32, f32),
    /// The centre's coordinates, the radius and the thickness.
    Ring(f32, f32, f32, f32),
    /// Left, top, right and bottom edges.
    Bar(f32, f32, f32, f32),
    /// Everything below a sine wave: height, amplitude, number of waves, phase.
    Hill(f32, f32, f32, f32),
    /// Between two slanted lines: slope, offset at the left edge, thickness.
    Band(f32, f32, f32),
}

impl Geometry {
    /// How much of a point is covered, from 0 to 1.
    pub(crate) fn coverage(self, at: Point) -> f32 {
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
        // Edges are anti-aliased over one pixel.
        (inside * PIXEL_SIZE.0 as f32 + 0.5).clamp(0.0, 1.0)
    }
}
