//! Tests with valid, unusual and malicious pictures.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

use super::{Format, MAX_WIDTH, PictureError, PreparedPoster, WIDTHS, is_intact, make_poster};

const RED: Rgb<u8> = Rgb([220, 20, 20]);
const BLUE: Rgb<u8> = Rgb([20, 20, 220]);

/// Red above, blue below.
fn two_halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(
        width,
        height,
        |_, y| if y < height / 2 { RED } else { BLUE },
    )
}

fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image: DynamicImage = image.into();
    image.write_to(&mut bytes, format).expect("encodes");
    bytes.into_inner()
}

fn jpeg_bytes(image: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    image.write_with_encoder(encoder).expect("encodes");
    bytes
}

/// Decodes one file of a poster.
fn decoded_file(prepared: &PreparedPoster, width: u16, format: Format) -> RgbImage {
    let mut files = prepared.files.iter();
    let (_, _, bytes) = files
        .find(|(known, kind, _)| (*known, *kind) == (width, format))
        .expect("the file");
    image::load_from_memory(bytes)
        .expect("a picture")
        .into_rgb8()
}

#[track_caller]
fn make_poster_error(bytes: &[u8]) -> PictureError {
    make_poster(bytes).expect_err("not a poster")
}

#[track_caller]
fn assert_near(pixel: &Rgb<u8>, expected: Rgb<u8>) {
    let near = |(a, b): (&u8, u8)| a.abs_diff(b) < 40;
    let is_near = pixel.0.iter().zip(expected.0).all(near);
    assert!(is_near, "{pixel:?} is not {expected:?}");
}

#[track_caller]
fn assert_red(bytes: &[u8]) {
    let prepared = make_poster(bytes).expect("a poster");
    let large = decoded_file(&prepared, MAX_WIDTH, Format::Webp);
    assert_near(large.get_pixel(large.width() / 2, large.height() / 4), RED);
}

#[test]
fn a_picture_becomes_a_poster_in_every_width() {
    let picture = two_halves(400, 600);
    for bytes in [
        jpeg_bytes(&picture),
        encoded(picture.clone(), ImageFormat::Png),
        encoded(picture, ImageFormat::WebP),
    ] {
        let prepared = make_poster(&bytes).expect("a poster");
        assert_eq!(prepared.files.len(), 5);
        assert_eq!(prepared.height, 750);
        for (width, format) in WIDTHS
            .map(|width| (width, Format::Webp))
            .into_iter()
            .chain([(MAX_WIDTH, Format::Jpeg)])
        {
            let image = decoded_file(&prepared, width, format);
            assert_eq!(image.width(), u32::from(width));
            assert!(image.height().abs_diff(u32::from(width) * 3 / 2) <= 1);
            assert_near(image.get_pixel(10, 10), RED);
            assert_near(image.get_pixel(10, image.height() - 10), BLUE);
        }
        // Three rows of two colours: red, a mixture, blue.
        assert_eq!(prepared.colors.len(), 18);
        let color = |at: usize| {
            Rgb([
                prepared.colors[at],
                prepared.colors[at + 1],
                prepared.colors[at + 2],
            ])
        };
        assert_near(&color(0), RED);
        assert_near(&color(15), BLUE);
    }
}

#[test]
fn the_same_picture_makes_the_same_files() {
    let bytes = jpeg_bytes(&two_halves(300, 450));
    let files = || make_poster(&bytes).expect("a poster").files;
    assert_eq!(files(), files());
}

#[test]
fn exif_orientation_is_applied() {
    let mut bytes = jpeg_bytes(&two_halves(180, 120));
    // TIFF with one entry: orientation 6, the top is on the right.
    let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    bytes.splice(2..2, exif.iter().copied());
    let prepared = make_poster(&bytes).expect("a poster");
    assert_eq!(prepared.height, 750);
    let image = decoded_file(&prepared, MAX_WIDTH, Format::Webp);
    assert_near(image.get_pixel(490, 10), RED);
    assert_near(image.get_pixel(10, 10), BLUE);
}

#[test]
fn unusual_encodings_are_decoded() {
    assert_red(include_bytes!("../tests/fixtures/cmyk.jpg"));
    // Only the first frame counts.
    assert_red(include_bytes!("../tests/fixtures/animated.webp"));
    assert_red(include_bytes!("../tests/fixtures/animated.png"));
    let progressive = include_bytes!("../tests/fixtures/progressive.jpg");
    assert!(make_poster(progressive).is_ok());
    let deep = DynamicImage::from(two_halves(96, 144)).into_rgb16();
    assert_red(&encoded(deep, ImageFormat::Png));
    let grey = DynamicImage::from(two_halves(96, 144)).into_luma16();
    assert!(make_poster(&encoded(grey, ImageFormat::Png)).is_ok());
    // Transparent pixels become white.
    let clear = RgbaImage::from_pixel(96, 144, Rgba([220, 20, 20, 0]));
    let prepared = make_poster(&encoded(clear, ImageFormat::Png)).expect("a poster");
    let image = decoded_file(&prepared, 92, Format::Webp);
    assert_near(image.get_pixel(40, 40), Rgb([255, 255, 255]));
}

#[test]
fn polyglot_files_keep_only_the_picture() {
    const PAGE: &[u8] = b"<html><script>alert(1)</script></html>";
    const ZIP: &[u8] = b"PK\x03\x04 evil.txt PK\x05\x06";
    let mut bytes = jpeg_bytes(&two_halves(120, 180));
    // A comment segment inside, an archive appended.
    let length = u16::try_from(PAGE.len() + 2).expect("short").to_be_bytes();
    let comment = [&[0xff, 0xfe], length.as_slice(), PAGE].concat();
    bytes.splice(2..2, comment);
    bytes.extend_from_slice(ZIP);
    let prepared = make_poster(&bytes).expect("a poster");
    for (width, format, file) in &prepared.files {
        for part in [PAGE, b"evil.txt", b"Exif", b"ICC"] {
            let has = file.windows(part.len()).any(|window| window == part);
            assert!(!has, "{width} {format:?}");
        }
    }
    // With something else in front, it is not a picture.
    let behind = [PAGE, &bytes].concat();
    assert_eq!(make_poster_error(&behind), PictureError::Unreadable);
}

#[test]
fn files_that_are_not_pictures_are_refused() {
    let whole = jpeg_bytes(&two_halves(300, 450));
    let png = encoded(two_halves(300, 450), ImageFormat::Png);
    let webp = encoded(two_halves(300, 450), ImageFormat::WebP);
    for (bytes, what) in [
        (&b""[..], "nothing"),
        (b"<!DOCTYPE html><title>404</title>", "a page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"PK\x03\x04", "an archive"),
        (&include_bytes!("../tests/fixtures/animated.gif")[..], "GIF"),
        (&whole[..2], "two bytes of JPEG"),
        (&whole[..whole.len() / 2], "half of a JPEG"),
        (&whole[..whole.len() - 2], "a JPEG without its end"),
        (&png[..png.len() / 2], "half of a PNG"),
        (&webp[..webp.len() / 2], "half of a WebP"),
    ] {
        assert_eq!(make_poster_error(bytes), PictureError::Unreadable, "{what}");
    }
    let progressive = include_bytes!("../tests/fixtures/progressive.jpg");
    let half = &progressive[..progressive.len() / 2];
    assert_eq!(make_poster_error(half), PictureError::Unreadable);
}

#[test]
fn sizes_are_checked_before_decoding() {
    let png = |width, height| encoded(RgbImage::new(width, height), ImageFormat::Png);
    for (bytes, expected, what) in [
        (png(1, 1), PictureError::TooSmall, "a dot"),
        (png(63, 100), PictureError::TooSmall, "a speck"),
        (png(100, 401), PictureError::TooSmall, "a ribbon"),
        (
            png(10_000, 100),
            PictureError::TooLarge,
            "10,000 pixels wide",
        ),
        (
            png(100, 10_000),
            PictureError::TooLarge,
            "10,000 pixels high",
        ),
        (
            png_with_false_size(60_000, 60_000),
            PictureError::TooLarge,
            "a header with a false size",
        ),
        (
            include_bytes!("../tests/fixtures/bomb.png").to_vec(),
            PictureError::TooLarge,
            "8 KB that unpack to 64 megapixels",
        ),
    ] {
        assert_eq!(make_poster_error(&bytes), expected, "{what}");
    }
    assert!(make_poster(&png(64, 256)).is_ok());
}

/// A PNG whose header claims a larger size.
fn png_with_false_size(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(RgbImage::new(100, 150), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    // The CRC of the header chunk must match, so it is recomputed.
    let sum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (0_u32.wrapping_sub(sum & 1)))
        })
    });
    !sum
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A corrupt or truncated file gives a poster or an error, but never a panic.
    #[test]
    fn corrupt_files_never_panic(
        kind in 0..3_usize,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let picture = two_halves(70, 105);
        let mut bytes = match kind {
            0 => jpeg_bytes(&picture),
            1 => encoded(picture, ImageFormat::Png),
            _ => encoded(picture, ImageFormat::WebP),
        };
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(prepared) = make_poster(&bytes) {
            prop_assert_eq!(prepared.files.len(), 5);
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(make_poster(&bytes).is_err());
    }
}

#[test]
fn damaged_files_are_recognised() {
    // The largest and the most extreme sides that are accepted.
    for (width, height) in [(400, 600), (800, 200), (200, 800)] {
        let poster = make_poster(&jpeg_bytes(&two_halves(width, height))).expect("a poster");
        for (width, format, bytes) in &poster.files {
            let (width, format) = (*width, *format);
            let what = format!("{format:?} of {width}, {height} high");
            assert!(is_intact(bytes, width, format), "{what}");
            for length in [0, 1, 20, bytes.len() / 2, bytes.len() - 8] {
                assert!(
                    !is_intact(&bytes[..length], width, format),
                    "{what}: {length}"
                );
            }
            assert!(!is_intact(&vec![0; bytes.len()], width, format), "{what}");
            assert!(!is_intact(bytes, width + 1, format), "{what}");
        }
        let (_, _, jpeg) = &poster.files[0];
        assert!(!is_intact(jpeg, MAX_WIDTH, Format::Webp));
    }
}
