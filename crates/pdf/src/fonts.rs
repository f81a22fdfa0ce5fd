//! The fonts that PDFs are drawn with: DejaVu, which comes with the program, and the
//! machine's for what DejaVu lacks.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use krilla::text::{Font, Tag};
use parley::FontContext;
use parley::fontique::{Blob, Collection, CollectionOptions, SourceCache, Synthesis};

use super::PdfError;
use super::machine_fonts::MachineFonts;
use super::readable::is_silent;

/// The families that come with the program.
pub(super) const SANS: &str = "DejaVu Sans";
pub(super) const SERIF: &str = "DejaVu Serif";

const SCRIPTS: usize = 12;
/// Scripts that DejaVu lacks, a word of each, and Debian's package that has them.
const SAMPLES: [(&str, &str, &str); SCRIPTS] = [
    ("Chinese", "李明", CJK),
    ("Japanese", "さくら東", CJK),
    ("Korean", "김민준", CJK),
    ("Devanagari", "अनिल", CORE),
    ("Bengali", "অনিল", CORE),
    ("Gurmukhi", "ਅਨਿਲ", CORE),
    ("Gujarati", "અનિલ", CORE),
    ("Tamil", "அனில்", CORE),
    ("Telugu", "అనిల్", CORE),
    ("Thai", "สมชาย", CORE),
    ("Khmer", "សុខា", CORE),
    ("Ethiopic", "አበበ", CORE),
];
const CORE: &str = "fonts-noto-core";
const CJK: &str = "fonts-noto-cjk";

/// What PDFs are drawn with. Clones share it; the machine's fonts are looked for when a
/// text first needs one.
#[derive(Clone)]
pub struct Fonts(Arc<Shared>);

struct Shared {
    own: FontContext,
    sans: Blob<u8>,
    machine: MachineFonts,
    /// By the file's number here, the face in it, and the values of a variable font.
    opened: Mutex<HashMap<FontKey, Font>>,
}

type FontKey = (u64, u32, Vec<(Tag, u32)>);

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fonts")
    }
}

impl Fonts {
    /// DejaVu, and the fonts below `folder`; without one, those of the machine.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self::with(MachineFonts::new(folder))
    }

    /// DejaVu alone.
    pub fn own() -> Self {
        Self::with(MachineFonts::none())
    }

    fn with(machine: MachineFonts) -> Self {
        let mut collection = Collection::new(CollectionOptions {
            shared: false,
            system_fonts: false,
        });
        let sans = Blob::new(Arc::new(dejavu::sans::regular()));
        collection.register_fonts(sans.clone(), None);
        for face in [dejavu::sans::bold(), dejavu::serif::italic()] {
            collection.register_fonts(Blob::new(Arc::new(face)), None);
        }
        Self(Arc::new(Shared {
            own: FontContext {
                collection,
                source_cache: SourceCache::default(),
            },
            sans,
            machine,
            opened: Mutex::default(),
        }))
    }

    /// Draws with all fonts; where one of the machine's can't be used in such a file
    /// (its licence may forbid it, or it is damaged), with DejaVu alone.
    ///
    /// # Errors
    /// Not even that could be drawn.
    pub fn draw(
        &self,
        with: impl Fn(&Self) -> Result<Vec<u8>, PdfError>,
    ) -> Result<Vec<u8>, PdfError> {
        with(self).or_else(|error| {
            tracing::warn!(%error, "a PDF is drawn without the fonts of this machine");
            with(&Self::own())
        })
    }

    /// The scripts in which names can't be drawn here, each with Debian's package that
    /// has a font for it.
    pub fn lacking(&self) -> Vec<(&'static str, &'static str)> {
        SAMPLES
            .into_iter()
            .filter(|(_, sample, _)| {
                let missing = self.missing(sample);
                let faces = self.0.machine.faces_for(missing.clone(), sample);
                faces.len() != 1 && !missing.is_empty()
            })
            .map(|(script, _, package)| (script, package))
            .collect()
    }

    /// What a text is set with, and the families to take where DejaVu lacks a sign.
    pub(super) fn context_for(&self, text: &str) -> (FontContext, Vec<String>) {
        let mut context = self.0.own.clone();
        let missing = self.missing(text);
        if missing.is_empty() {
            return (context, Vec::new());
        }
        let mut families = Vec::new();
        for face in self.0.machine.faces_for(missing, text) {
            if let Some(data) = face.data() {
                context.collection.register_fonts(data.clone(), None);
                families.push(face.family.clone());
            }
        }
        (context, families)
    }

    fn missing(&self, text: &str) -> BTreeSet<char> {
        let mut collection = self.0.own.collection.clone();
        let face = collection
            .family_by_name(SANS)
            .and_then(|family| family.default_font().cloned());
        let charmap = face.and_then(|face| face.charmap_index().charmap(self.0.sans.data()));
        text.chars()
            .filter(|c| !c.is_whitespace() && !is_silent(*c))
            .filter(|c| {
                let glyph = charmap.as_ref().and_then(|map| map.map(u32::from(*c)));
                glyph.is_none_or(|glyph| glyph == 0)
            })
            .collect()
    }

    /// The font as the PDF embeds it.
    pub(super) fn opened(&self, font: &parley::FontData, synthesis: Synthesis) -> Option<Font> {
        let values: Vec<(Tag, f32)> = synthesis
            .variation_settings()
            .iter()
            .map(|(tag, value)| (Tag::new(&tag.into_bytes()), *value))
            .collect();
        let bits = values.iter().map(|(tag, value)| (*tag, value.to_bits()));
        let key = (font.data.id(), font.index, bits.collect());
        let mut opened = self.0.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(font) = opened.get(&key) {
            return Some(font.clone());
        }
        let (data, _) = font.data.clone().into_raw_parts();
        let font = Font::new_variable(data.into(), font.index, &values)?;
        opened.insert(key, font.clone());
        Some(font)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_font_that_can_not_be_used_costs_no_document() {
        let tries = Cell::new(0);
        let drawn = Fonts::new(None).draw(|fonts| {
            tries.set(tries.get() + 1);
            match fonts.lacking().len() {
                0..SCRIPTS => Err(PdfError("this font may not be embedded".to_owned())),
                _ => Ok(b"drawn".to_vec()),
            }
        });
        assert_eq!((drawn.unwrap(), tries.get()), (b"drawn".to_vec(), 2));
    }

    #[test]
    fn what_can_not_be_drawn_is_told_with_what_to_install() {
        let lacking = Fonts::own().lacking();
        assert_eq!(lacking.len(), SAMPLES.len());
        assert!(lacking.contains(&("Thai", "fonts-noto-core")));
        let lacking = Fonts::new(None).lacking();
        assert!(
            !lacking.contains(&("Chinese", CJK)),
            "run scripts/install-test-tools: {lacking:?}"
        );
    }
}
