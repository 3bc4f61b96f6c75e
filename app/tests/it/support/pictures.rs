//! Pictures that are made for a test, and what was made of them.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, Rgb, RgbImage};

/// A picture with something to see in every corner.
pub fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let part = |at: u32, of: u32| u8::try_from(at * 255 / of.max(1)).unwrap_or(u8::MAX);
        Rgb([
            part(x, width),
            part(y, height),
            part(x ^ y, width.max(height)),
        ])
    })
}

/// The same as PNG.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    write(&picture(width, height), ImageFormat::Png)
}

/// The same as JPEG.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    picture(width, height)
        .write_with_encoder(encoder)
        .expect("a Vec takes every write");
    bytes
}

/// The same as WebP.
pub fn webp(width: u32, height: u32) -> Vec<u8> {
    write(&picture(width, height), ImageFormat::WebP)
}

/// A picture of one colour, as PNG: another one for each number.
pub fn numbered(number: u8) -> Vec<u8> {
    let color = Rgb([number, number.wrapping_mul(7), 255 - number]);
    write(&RgbImage::from_pixel(120, 180, color), ImageFormat::Png)
}

fn write(image: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, format)
        .expect("a Vec takes every write");
    bytes.into_inner()
}

/// What a browser would show of a file.
pub fn decoded(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes)
        .expect("a picture")
        .into_rgb8()
}
