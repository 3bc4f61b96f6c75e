//! Makes the starter catalog that the program embeds, from a list of films as JSON:
//!
//!     cargo run --example starter_catalog -- films.json app/catalog_data/starter.sqlite.zst

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use movies_diary::catalog::local::{CatalogBuilder, CatalogOrigin, STARTER_NUMBER, read_film_list};

/// The strongest that zstd has. It is unpacked as fast as any other.
const LEVEL: i32 = 22;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(list), Some(target)) = (arguments.next(), arguments.next()) else {
        return Err("usage: starter_catalog LIST TARGET".into());
    };
    let folder = tempfile::tempdir()?;
    let mut builder = CatalogBuilder::create_in(folder.path())?;
    read_film_list(BufReader::new(File::open(list)?), &mut builder)?;
    let skipped = builder.skipped_count();
    let origin = CatalogOrigin {
        source: "the starter that comes with the program (Wikidata and general knowledge, CC0)"
            .to_owned(),
        language: "en".to_owned(),
        // The same list always makes the same file.
        built_at: DateTime::<Utc>::UNIX_EPOCH,
        starter: Some(STARTER_NUMBER),
    };
    let built = builder.finish(origin).await?;
    let mut encoder = zstd::stream::Encoder::new(File::create(&target)?, LEVEL)?;
    encoder.long_distance_matching(true)?;
    std::io::copy(&mut File::open(built.path())?, &mut encoder)?;
    encoder.finish()?.sync_all()?;
    let sizes = (
        File::open(built.path())?.metadata()?.len(),
        target.metadata()?.len(),
    );
    let (size, compressed) = sizes;
    let films = built.info.films;
    let message =
        format!("{films} films ({skipped} skipped), {size} bytes, {compressed} compressed\n");
    std::io::Write::write_all(&mut std::io::stdout(), message.as_bytes())?;
    Ok(())
}
