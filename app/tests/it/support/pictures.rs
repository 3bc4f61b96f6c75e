//! Pictures for the tests, and decoding what the server made of them.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, Rgb, RgbImage};

/// A gradient, so that every corner looks different.
pub fn gradient(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let part = |at: u32, of: u32| u8::try_from(at * 255 / of.max(1)).unwrap_or(u8::MAX);
        Rgb([
            part(x, width),
            part(y, height),
            part(x ^ y, width.max(height)),
        ])
    })
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    encode_picture(&gradient(width, height), ImageFormat::Png)
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    gradient(width, height)
        .write_with_encoder(encoder)
        .expect("a Vec takes every write");
    bytes
}

pub fn webp(width: u32, height: u32) -> Vec<u8> {
    encode_picture(&gradient(width, height), ImageFormat::WebP)
}

/// A PNG in one colour, which is different for each number.
pub fn distinct_png(number: u8) -> Vec<u8> {
    let color = Rgb([number, number.wrapping_mul(7), 255 - number]);
    encode_picture(&RgbImage::from_pixel(120, 180, color), ImageFormat::Png)
}

fn encode_picture(image: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, format)
        .expect("a Vec takes every write");
    bytes.into_inner()
}

pub fn decode_picture(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes)
        .expect("a picture")
        .into_rgb8()
}
