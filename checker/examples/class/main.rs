//! Writes the reports about a class that was made up: `cargo run -p checker --example class -- FOLDER [STUDENTS]`.
//! The page is looked at in a browser, the rest is held against schemas: `checker/tests/schemas/run`.

mod sample;

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

// By this name `sample` knows it, also within the library's tests.
extern crate checker;
use checker::class::report::{csv, gradescope, html, junit, students};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("Name the folder to write to.")?);
    let number = arguments.next().map_or(Ok(40), |number| number.parse())?;
    let lines = sample::lines(number);
    let about = sample::about(number);
    fs::create_dir_all(folder.join("gradescope"))?;
    fs::write(folder.join("class.html"), html(&lines, &about))?;
    fs::write(folder.join("class.xml"), junit(&lines, &about))?;
    fs::write(folder.join("class.csv"), csv(&lines, &about))?;
    for (index, (_, lines)) in students(&lines).enumerate() {
        let file = folder.join("gradescope").join(format!("{index}.json"));
        fs::write(file, gradescope(lines, &about))?;
    }
    Ok(())
}
