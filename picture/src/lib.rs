//! Making posters of pictures. Wherever a picture comes from, it is looked at before it is
//! decoded, decoded within limits, and written anew: of what came, only the colours of its
//! pixels go on.
//!
//! A crate of its own, so that it is compiled for speed where the rest is compiled for
//! trying things out: the code that scales pictures ends up in the crate that uses it.

mod draw;

use std::io::Cursor;

use bytes::Bytes;
use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

pub use draw::{Colors, DESIGNS, draw};

/// How wide a poster is made, in pixels.
pub const WIDTHS: [u16; 4] = [92, 185, 342, 500];

/// The width in which it is also written as JPEG, for those who know no WebP.
pub const LARGEST: u16 = 500;

/// The most pixels of a side.
const SIDE: u32 = 8_000;

/// The most pixels: what cameras of 20 megapixels make.
const PIXELS: u64 = 21_000_000;

/// The most bytes of all pixels together: some have eight bytes each.
const BYTES: u64 = 96 * 1024 * 1024;

/// What decoding may take besides, in bytes.
const ROOM: u64 = 128 * 1024 * 1024;

/// The fewest pixels of a side: what is smaller is a dot or a line, and no poster.
const LEAST: u32 = 64;

/// How many times longer one side may be than the other.
const LONGEST: u32 = 4;

/// How well files are written, of 100.
const QUALITY: u8 = 80;

/// What stands in for a poster until it is loaded: so many colours in a row, and rows.
const GROUND: (u32, u32) = (2, 3);

/// What a file of a poster is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For browsers.
    Webp,
    /// For everybody else.
    Jpeg,
}

/// Why a picture makes no poster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is no JPEG, PNG or WebP, or not a whole one.
    NoPicture,
    /// It has too many pixels.
    TooLarge,
    /// It has too few pixels, or is no poster's shape.
    TooSmall,
}

/// A poster in all its widths.
#[derive(Debug)]
pub struct Prepared {
    /// The files: width in pixels, what it is written in, bytes.
    pub files: Vec<(u16, Format, Bytes)>,
    /// How high it is where it is widest, in pixels.
    pub height: i16,
    /// Its colours, coarsely: red, green and blue of six places, two a row.
    pub colors: Vec<u8>,
}

/// Makes a poster. It takes as long as ten requests: not for async threads.
pub fn prepare(picture: &[u8]) -> Result<Prepared, Fault> {
    let picture = decode(picture)?;
    let mut files = Vec::with_capacity(WIDTHS.len() + 1);
    // Each from the next larger one: for eyes the same, and less work.
    let mut image = to_width(&picture, LARGEST)?;
    drop(picture);
    let height = i16::try_from(image.height()).map_err(|_| Fault::TooSmall)?;
    files.push((LARGEST, Format::Jpeg, jpeg(&image)?));
    for width in WIDTHS.into_iter().rev() {
        image = to_width(&image, width)?;
        files.push((width, Format::Webp, webp(&image)?));
    }
    let (across, down) = GROUND;
    let ground = resized(&image, across, down)?;
    Ok(Prepared {
        files,
        height,
        colors: ground.into_raw(),
    })
}

/// The picture as it is meant to be seen: upright, of one opaque layer, the first of
/// several that move.
fn decode(picture: &[u8]) -> Result<RgbImage, Fault> {
    let format = image::guess_format(picture).map_err(fault)?;
    if !matches!(
        format,
        ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP
    ) {
        return Err(Fault::NoPicture);
    }
    if format == ImageFormat::Jpeg && !ends(picture) {
        return Err(Fault::NoPicture);
    }
    let mut reader = ImageReader::with_format(Cursor::new(picture), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(fault)?;
    check(decoder.dimensions(), decoder.total_bytes())?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(fault)?;
    image.apply_orientation(orientation);
    Ok(opaque(image))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(BYTES + ROOM);
    limits
}

/// Whether a picture of that size can be a poster, before any pixel of it is decoded.
fn check((width, height): (u32, u32), bytes: u64) -> Result<(), Fault> {
    let (short, long) = (width.min(height), width.max(height));
    let pixels = u64::from(width) * u64::from(height);
    if long > SIDE || pixels > PIXELS || bytes > BYTES {
        return Err(Fault::TooLarge);
    }
    match short < LEAST || long > short * LONGEST {
        true => Err(Fault::TooSmall),
        false => Ok(()),
    }
}

/// Whether a JPEG has an end. Decoders fill up with grey what was cut off, which would stay
/// for good. The mark of the end cannot stand inside of coded pixels, but in what comes
/// before them: a picture within the picture.
fn ends(jpeg: &[u8]) -> bool {
    const SCAN: u8 = 0xda;
    let mut rest = jpeg.get(2..).unwrap_or_default();
    while let [0xff, mark, after @ ..] = rest {
        if *mark == SCAN {
            return after.windows(2).any(|pair| pair == [0xff, 0xd9]);
        }
        rest = match (mark, after) {
            // Any number of these may fill up before a mark.
            (0xff, _) => &rest[1..],
            (_, [high, low, ..]) => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                after.get(length..).unwrap_or_default()
            }
            _ => &[],
        };
    }
    false
}

/// On white, where it lets something through.
fn opaque(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let layered = image.into_rgba8();
    RgbImage::from_fn(layered.width(), layered.height(), |x, y| {
        let [red, green, blue, alpha] = layered.get_pixel(x, y).0;
        let over = |color: u8| {
            let mixed = u32::from(color) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}

fn to_width(image: &RgbImage, width: u16) -> Result<RgbImage, Fault> {
    let width = u32::from(width);
    let height = (u64::from(image.height()) * u64::from(width)).div_ceil(image.width().into());
    let height = u32::try_from(height).map_err(|_| Fault::TooSmall)?;
    match width == image.width() {
        true => Ok(image.clone()),
        false => resized(image, width, height),
    }
}

fn resized(image: &RgbImage, width: u32, height: u32) -> Result<RgbImage, Fault> {
    let unreadable = |_| Fault::NoPicture;
    let from = fast_image_resize::images::ImageRef::new(
        image.width(),
        image.height(),
        image.as_raw(),
        PixelType::U8x3,
    );
    let from = from.map_err(|_| Fault::NoPicture)?;
    let mut to = Image::new(width, height, PixelType::U8x3);
    let how = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new()
        .resize(&from, &mut to, &how)
        .map_err(unreadable)?;
    RgbImage::from_raw(width, height, to.into_vec()).ok_or(Fault::NoPicture)
}

fn webp(image: &RgbImage) -> Result<Bytes, Fault> {
    let encoder = webp::Encoder::from_rgb(image.as_raw(), image.width(), image.height());
    let written = encoder.encode_simple(false, QUALITY.into());
    let written = written.map_err(|_| Fault::NoPicture)?;
    Ok(Bytes::copy_from_slice(&written))
}

fn jpeg(image: &RgbImage) -> Result<Bytes, Fault> {
    let mut written = Vec::new();
    JpegEncoder::new_with_quality(&mut written, QUALITY)
        .encode_image(image)
        .map_err(fault)?;
    Ok(written.into())
}

fn fault(error: ImageError) -> Fault {
    match error {
        ImageError::Limits(_) => Fault::TooLarge,
        _ => Fault::NoPicture,
    }
}

#[cfg(test)]
mod tests;
