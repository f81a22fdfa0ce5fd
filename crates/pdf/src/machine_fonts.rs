//! The fonts that are installed on this machine.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;

use parley::fontique::{
    Blob, Collection, CollectionOptions, FontInfo, FontStyle, FontWeight, FontWidth,
};

/// Where the operating system keeps them.
const FOLDERS: [&str; 5] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "/opt/homebrew/share/fonts",
];

/// Families whose glyphs are pictures, or boxes for whatever is missing.
const NO_LETTERS: [&str; 5] = ["Emoji", "LastResort", "Last Resort", "Blank", "Unifont"];

/// The upright, regular face of each family, read when it is first needed.
pub(super) struct MachineFonts {
    folders: Vec<PathBuf>,
    faces: OnceLock<Vec<Face>>,
}

/// A face, and its file once it was opened.
pub(super) struct Face {
    pub family: String,
    info: FontInfo,
    data: OnceLock<Option<Blob<u8>>>,
}

impl MachineFonts {
    /// Those below this folder, or where the operating system keeps them.
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        let folders = folder.map_or_else(
            || FOLDERS.iter().map(PathBuf::from).collect(),
            |folder| vec![folder],
        );
        Self {
            folders,
            faces: OnceLock::new(),
        }
    }

    pub(crate) fn none() -> Self {
        Self {
            folders: Vec::new(),
            faces: OnceLock::new(),
        }
    }

    /// As few faces as have as many of these characters as can be had, the best first.
    /// `text` tells what language it is likely in.
    pub(crate) fn faces_for(&self, mut missing: BTreeSet<char>, text: &str) -> Vec<&Face> {
        let faces = self.faces.get_or_init(|| scan(&self.folders));
        let region = region(text);
        let mut found = Vec::new();
        while !missing.is_empty() {
            let best = faces
                .iter()
                .map(|face| (face.count(&missing), face.rank(region), face))
                .max_by_key(|(count, rank, _)| (*count, *rank));
            let Some((1.., _, face)) = best else {
                break;
            };
            missing.retain(|c| !face.has(*c));
            found.push(face);
        }
        found
    }
}

impl Face {
    pub(crate) fn data(&self) -> Option<&Blob<u8>> {
        self.data.get_or_init(|| self.info.load(None)).as_ref()
    }

    fn has(&self, c: char) -> bool {
        self.count(&BTreeSet::from([c])) == 1
    }

    fn count(&self, chars: &BTreeSet<char>) -> usize {
        let charmap = self
            .data()
            .and_then(|data| self.info.charmap_index().charmap(data.data()));
        let has = |c: &&char| {
            let glyph = charmap.as_ref().and_then(|map| map.map(u32::from(**c)));
            glyph.is_some_and(|glyph| glyph != 0)
        };
        chars.iter().filter(has).count()
    }

    /// Higher for what goes better with the rest of the page.
    fn rank(&self, region: &str) -> u8 {
        let name = &self.family;
        let plain = !["Mono", "Serif", "UI", "Display", "Condensed"]
            .iter()
            .any(|kind| name.contains(kind));
        u8::from(name.ends_with(region)) * 4
            + u8::from(name.starts_with("Noto Sans")) * 2
            + u8::from(plain)
    }
}

/// The end of the families' names that draw Chinese characters as that language does.
fn region(text: &str) -> &'static str {
    let has = |from: char, to: char| text.chars().any(|c| (from..=to).contains(&c));
    if has('\u{3040}', '\u{30ff}') {
        "JP"
    } else if has('\u{ac00}', '\u{d7a3}') {
        "KR"
    } else {
        "SC"
    }
}

fn scan(folders: &[PathBuf]) -> Vec<Face> {
    let mut collection = Collection::new(CollectionOptions {
        shared: false,
        system_fonts: false,
    });
    collection.load_fonts_from_paths(folders);
    let families: Vec<_> = collection.family_ids().collect();
    let mut faces: Vec<_> = families
        .into_iter()
        .filter_map(|id| collection.family(id))
        .filter(|family| !NO_LETTERS.iter().any(|kind| family.name().contains(kind)))
        .filter_map(|family| {
            let (width, weight) = (FontWidth::NORMAL, FontWeight::NORMAL);
            let info = family.match_font(width, FontStyle::Normal, weight, false)?;
            Some(Face {
                family: family.name().to_owned(),
                info: info.clone(),
                data: OnceLock::new(),
            })
        })
        .collect();
    // The same machine draws the same, in whatever order the files were found.
    faces.sort_by(|a, b| b.family.cmp(&a.family));
    faces
}
