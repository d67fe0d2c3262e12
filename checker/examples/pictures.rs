//! Draws the recorded stories of `checker/tests/fixtures/traces` as pages, and all of them as figures on one page.
//!
//! `cargo run -p checker --example pictures -- FOLDER`, then open what is in FOLDER.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use checker::picture::{About, Caption, PLAYER_CSS, PLAYER_JS, figure, page};
use serde::Deserialize;
use simulator::record::Story;

/// A recorded story, and what it is about.
#[derive(Deserialize)]
struct Recorded {
    exercise: String,
    test: String,
    title: String,
    story: Story,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder =
        folder.ok_or("name a folder: cargo run -p checker --example pictures -- FOLDER")?;
    fs::create_dir_all(&folder)?;
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/traces");
    let mut files: Vec<PathBuf> = fs::read_dir(recorded)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "json")
    });
    files.sort();
    let mut figures = String::new();
    for file in files {
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let recorded: Recorded = serde_json::from_str(&fs::read_to_string(&file)?)?;
        let Some(trace) = &recorded.story.trace else {
            return Err(format!("{name} has no trace: record it again").into());
        };
        let Recorded {
            exercise,
            test,
            title,
            story,
        } = &recorded;
        let about = About::story(exercise, test, title, story, "Broken");
        fs::write(folder.join(format!("{name}.html")), page(trace, &about))?;
        figures.push_str(&figure(
            trace,
            &Caption {
                id: &name,
                title: &story.broken,
            },
        ));
    }
    let book = format!(
        "<!DOCTYPE html><html lang=\"en\" class=\"CLASS\"><head><meta charset=\"utf-8\"><title>Figures</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\">\
         <style>html.navy {{ --bg: #161923; --fg: #bcbdd0 }} html.light {{ --bg: #fff; --fg: #000 }}\
         body {{ background: var(--bg); color: var(--fg); max-width: 750px; margin: auto; padding: 0 15px }}</style>\
         <style>{PLAYER_CSS}</style></head><body>{figures}<script>{PLAYER_JS}</script></body></html>"
    );
    for theme in ["light", "navy"] {
        fs::write(
            folder.join(format!("book-{theme}.html")),
            book.replace("CLASS", theme),
        )?;
    }
    Ok(())
}
