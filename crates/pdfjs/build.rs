//! Brings pdf.js by npm, checks that it is what was pinned, and writes down which of its
//! files the program serves. To take another version, change `VERSION` and `SHA512`, which
//! `npm view pdfjs-dist dist.integrity` says.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use std::{env, fs};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha512};

const VERSION: &str = "6.5.438";
const SHA512: &str =
    "vg8Pw1x+AFKy4AMDvhuWl5cOYV8d698UoEANoFFhc79hqXDnZQqnOXoxw3HG907WHOg1JYOvLhP756boddFxpA==";
/// Names the archive of the package, for who builds without npm or without a network.
const ARCHIVE: &str = "GATEHOUSE_PDFJS_ARCHIVE";

/// What is served. `legacy` is the build for browsers of the last years, not only for the
/// newest. Scripts in PDFs don't run, so that their sandbox isn't needed.
const FILES: [(&str, &str); 3] = [
    ("LICENSE", "LICENSE"),
    ("legacy/build/pdf.min.mjs", "pdf.min.mjs"),
    ("legacy/build/pdf.worker.min.mjs", "pdf.worker.min.mjs"),
];
/// Folders of which everything is served, and the beginnings of what isn't.
const FOLDERS: [(&str, &str); 4] = [
    ("cmaps", "nothing"),
    ("standard_fonts", "nothing"),
    ("wasm", "quickjs"),
    ("iccs", "nothing"),
];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={ARCHIVE}");
    let mut list = String::new();
    match archive(&out)? {
        Some(archive) => {
            let package = unpacked(&archive, &out)?;
            for (from, name) in served(&package)? {
                add(&mut list, &package.join(from), &name, &out)?;
            }
        }
        None => println!(
            "cargo::warning=without the document viewer: npm could not bring pdfjs-dist@{VERSION}. \
             Install npm and build again; until then PDFs open in the browser's own view"
        ),
    }
    let hash = SHA512
        .get(..11)
        .unwrap_or_default()
        .replace(['+', '/'], "-");
    let text = format!(
        "/// The version of pdf.js.\npub const VERSION: &str = \"{VERSION}\";\n\
         /// Another one for every version, for addresses.\npub const HASH: &str = \"{hash}\";\n\
         /// Every file, by name.\npub static FILES: &[File] = &[\n{list}];\n"
    );
    fs::write(out.join("files.rs"), text)?;
    Ok(())
}

/// The package's archive, checked. Nothing where npm is missing or gets no answer: then it
/// is tried again with the next build, because the file isn't there.
fn archive(out: &Path) -> Result<Option<PathBuf>> {
    let path = match env::var_os(ARCHIVE) {
        Some(path) => PathBuf::from(path),
        None => out.join(format!("pdfjs-dist-{VERSION}.tgz")),
    };
    println!("cargo::rerun-if-changed={}", path.display());
    if !path.exists() && env::var_os(ARCHIVE).is_none() {
        let new = out.join("new");
        fs::create_dir_all(&new)?;
        let mut npm = Command::new("npm");
        npm.args([
            "pack",
            "--loglevel=error",
            "--fetch-retries=1",
            "--fetch-timeout=60000",
        ]);
        npm.arg("--pack-destination").arg(&new);
        npm.arg(format!("pdfjs-dist@{VERSION}"));
        match npm.output() {
            Ok(done) if done.status.success() => {}
            Ok(done) => {
                let said = String::from_utf8_lossy(&done.stderr);
                let first = said.lines().find(|line| !line.trim().is_empty());
                let first = first.unwrap_or_default();
                println!("cargo::warning=npm said: {first}");
                return Ok(None);
            }
            Err(error) => {
                println!("cargo::warning=npm could not be started: {error}");
                return Ok(None);
            }
        }
        // Whole, or not there: whoever breaks a build off leaves no half of it behind. Its
        // time is an old one, so that cargo doesn't take it for changed after this build.
        let fetched = new.join(format!("pdfjs-dist-{VERSION}.tgz"));
        fs::File::options()
            .write(true)
            .open(&fetched)?
            .set_modified(SystemTime::UNIX_EPOCH)?;
        fs::rename(&fetched, &path)?;
    }
    let bytes = fs::read(&path)
        .map_err(|error| format!("{}: {error} (the path has to be absolute)", path.display()))?;
    let hash = BASE64_STANDARD.encode(Sha512::digest(bytes));
    if hash != SHA512 {
        let said = format!(
            "{} is not pdfjs-dist {VERSION}: it has sha512-{hash}. Delete it to fetch it again",
            path.display()
        );
        return Err(said.into());
    }
    Ok(Some(path))
}

fn unpacked(archive: &Path, out: &Path) -> Result<PathBuf> {
    let package = out.join("package");
    if package.exists() {
        fs::remove_dir_all(&package)?;
    }
    let done = Command::new("tar")
        .arg("-xzf")
        .arg(archive)
        .arg("-C")
        .arg(out)
        .status()?;
    if !done.success() {
        return Err(format!("tar can't unpack {}", archive.display()).into());
    }
    Ok(package)
}

/// Where each file is in the package, and its name here, by name.
fn served(package: &Path) -> Result<Vec<(String, String)>> {
    let mut served: Vec<_> = FILES
        .map(|(from, name)| (from.to_owned(), name.to_owned()))
        .into();
    for (folder, except) in FOLDERS {
        for entry in fs::read_dir(package.join(folder))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if !name.starts_with(except) {
                let path = format!("{folder}/{name}");
                served.push((path.clone(), path));
            }
        }
    }
    served.sort_by(|(_, one), (_, other)| one.cmp(other));
    Ok(served)
}

/// Compresses a file, and adds it to the list.
fn add(list: &mut String, from: &Path, name: &str, out: &Path) -> Result<()> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&fs::read(from)?)?;
    let path = out.join(format!("{}.gz", name.replace('/', "-")));
    fs::write(&path, gzip.finish()?)?;
    let content_type = content_type(name);
    writeln!(
        list,
        "    File {{ name: {name:?}, content_type: {content_type:?}, gzip: include_bytes!({:?}) }},",
        path.display().to_string()
    )?;
    Ok(())
}

fn content_type(name: &str) -> &'static str {
    match Path::new(name)
        .extension()
        .and_then(|ending| ending.to_str())
    {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("ttf") => "font/ttf",
        Some("icc") => "application/vnd.iccprofile",
        Some("bcmap" | "pfb") => "application/octet-stream",
        _ => "text/plain; charset=utf-8",
    }
}
