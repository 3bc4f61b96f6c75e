//! Makes posters from pictures. Whatever the source of a picture, its header is checked before
//! decoding, decoding is limited, and the result is encoded anew: only pixel colours survive, no
//! metadata.
//!
//! This is a crate of its own so that it is optimised in every build profile: the generic scaling
//! code is compiled into the crate that uses it.

mod designs;
mod draw;
mod shapes;

use std::io::Cursor;

use bytes::Bytes;
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

pub use designs::DESIGN_COUNT;
pub use draw::{Colors, draw_poster};

/// The widths of a poster's WebP files, in pixels.
pub const WIDTHS: [u16; 4] = [92, 185, 342, 500];

/// The largest width, which is also written as JPEG for clients without WebP.
pub const MAX_WIDTH: u16 = 500;

const MAX_SIDE: u32 = 8_000;

/// Enough for cameras of 20 megapixels.
const MAX_PIXELS: u64 = 21_000_000;

/// Limit for decoded pixels in bytes; some formats use eight bytes per pixel.
const MAX_DECODED_BYTES: u64 = 96 * 1024 * 1024;

/// Limit for the decoder's own allocations, in bytes.
const MAX_DECODER_BYTES: u64 = 128 * 1024 * 1024;

/// In pixels. Anything smaller is a dot or a line rather than a poster.
const MIN_SIDE: u32 = 64;

const MAX_SIDE_RATIO: u32 = 4;

/// Encoder quality, from 0 to 100.
const QUALITY: u8 = 80;

/// Columns and rows of the colour grid that is shown until the poster has loaded.
const COLOR_GRID: (u32, u32) = (2, 3);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Webp,
    Jpeg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureError {
    /// Not a JPEG, PNG or WebP file, or a truncated one.
    Unreadable,
    TooLarge,
    /// Too few pixels, or too long and narrow for a poster.
    TooSmall,
}

#[derive(Debug)]
pub struct PreparedPoster {
    /// Width in pixels, format, content.
    pub files: Vec<(u16, Format, Bytes)>,
    /// The height of the widest file, in pixels.
    pub height: i16,
    /// RGB bytes of a grid of two columns and three rows, row by row.
    pub colors: Vec<u8>,
}

/// Takes as long as ten requests: call it on a blocking thread.
pub fn make_poster(picture: &[u8]) -> Result<PreparedPoster, PictureError> {
    let picture = decode(picture)?;
    let mut files = Vec::with_capacity(WIDTHS.len() + 1);
    // Scales each width from the next larger one: less work, and no visible difference.
    let mut image = scale_to_width(&picture, MAX_WIDTH)?;
    drop(picture);
    let height = i16::try_from(image.height()).map_err(|_| PictureError::TooSmall)?;
    files.push((MAX_WIDTH, Format::Jpeg, encode_jpeg(&image)?));
    for width in WIDTHS.into_iter().rev() {
        image = scale_to_width(&image, width)?;
        files.push((width, Format::Webp, encode_webp(&image)?));
    }
    let (across, down) = COLOR_GRID;
    let grid = resize(&image, across, down)?;
    Ok(PreparedPoster {
        files,
        height,
        colors: grid.into_raw(),
    })
}

/// Whether a file that [`make_poster`] made is whole and has its width. Decodes it: call it on a
/// blocking thread.
pub fn is_intact(file: &[u8], width: u16, format: Format) -> bool {
    let format = match format {
        Format::Webp => ImageFormat::WebP,
        Format::Jpeg => ImageFormat::Jpeg,
    };
    open_decoder(file, format).is_ok_and(|decoder| {
        let (actual_width, _) = decoder.dimensions();
        actual_width == u32::from(width) && DynamicImage::from_decoder(decoder).is_ok()
    })
}

/// The first frame, upright and without transparency.
fn decode(picture: &[u8]) -> Result<RgbImage, PictureError> {
    let format = image::guess_format(picture).map_err(decode_error)?;
    if !matches!(
        format,
        ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP
    ) {
        return Err(PictureError::Unreadable);
    }
    let mut decoder = open_decoder(picture, format)?;
    check_size(decoder.dimensions(), decoder.total_bytes())?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(decode_error)?;
    image.apply_orientation(orientation);
    Ok(flatten_on_white(image))
}

/// Reads the header only.
fn open_decoder(
    picture: &[u8],
    format: ImageFormat,
) -> Result<impl ImageDecoder + '_, PictureError> {
    if format == ImageFormat::Jpeg && !has_end_marker(picture) {
        return Err(PictureError::Unreadable);
    }
    let mut reader = ImageReader::with_format(Cursor::new(picture), format);
    reader.limits(decoder_limits());
    reader.into_decoder().map_err(decode_error)
}

fn decoder_limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED_BYTES + MAX_DECODER_BYTES);
    limits
}

/// Checks the size before any pixel is decoded.
fn check_size((width, height): (u32, u32), bytes: u64) -> Result<(), PictureError> {
    let (short, long) = (width.min(height), width.max(height));
    let pixels = u64::from(width) * u64::from(height);
    if long > MAX_SIDE || pixels > MAX_PIXELS || bytes > MAX_DECODED_BYTES {
        return Err(PictureError::TooLarge);
    }
    if short < MIN_SIDE || long > short * MAX_SIDE_RATIO {
        Err(PictureError::TooSmall)
    } else {
        Ok(())
    }
}

/// Whether a JPEG has an end marker. Decoders fill the rest of a truncated file with grey, which
/// would be stored for good. The search starts after the scan header: an embedded thumbnail before
/// it has an end marker of its own.
fn has_end_marker(jpeg: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xda;
    let mut rest = jpeg.get(2..).unwrap_or_default();
    while let [0xff, marker, after @ ..] = rest {
        if *marker == START_OF_SCAN {
            return after.windows(2).any(|pair| pair == [0xff, 0xd9]);
        }
        rest = match (marker, after) {
            // Markers may be preceded by any number of fill bytes.
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

/// Puts transparent pictures on white.
fn flatten_on_white(image: DynamicImage) -> RgbImage {
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

fn scale_to_width(image: &RgbImage, width: u16) -> Result<RgbImage, PictureError> {
    let width = u32::from(width);
    let height = (u64::from(image.height()) * u64::from(width)).div_ceil(image.width().into());
    let height = u32::try_from(height).map_err(|_| PictureError::TooSmall)?;
    if width == image.width() {
        Ok(image.clone())
    } else {
        resize(image, width, height)
    }
}

/// Typed, so that the scaling code is compiled for this kind of pixel only.
fn resize(image: &RgbImage, width: u32, height: u32) -> Result<RgbImage, PictureError> {
    let mut resized = RgbImage::new(width, height);
    let from = TypedImageRef::<U8x3>::from_buffer(image.width(), image.height(), image.as_raw());
    let to = TypedImage::<U8x3>::from_buffer(width, height, &mut resized);
    let (Ok(from), Ok(mut to)) = (from, to) else {
        return Err(PictureError::Unreadable);
    };
    let how = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new()
        .resize_typed(&from, &mut to, &how)
        .map_err(|_| PictureError::Unreadable)?;
    Ok(resized)
}

fn encode_webp(image: &RgbImage) -> Result<Bytes, PictureError> {
    let encoder = webp::Encoder::from_rgb(image.as_raw(), image.width(), image.height());
    let written = encoder.encode_simple(false, QUALITY.into());
    let written = written.map_err(|_| PictureError::Unreadable)?;
    Ok(Bytes::copy_from_slice(&written))
}

fn encode_jpeg(image: &RgbImage) -> Result<Bytes, PictureError> {
    let mut written = Vec::new();
    JpegEncoder::new_with_quality(&mut written, QUALITY)
        .encode_image(image)
        .map_err(decode_error)?;
    Ok(written.into())
}

fn decode_error(error: ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooLarge,
        _ => PictureError::Unreadable,
    }
}

#[cfg(test)]
mod tests;
