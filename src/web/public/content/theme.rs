//! The organization's accent colour, made readable in light and in dark.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::web::http::visitor::StatusPage;

/// Text on these needs a contrast of 4.5 (WCAG 2.2, AA). `#ebe9e5` is a little
/// darker than the light pages' darkest paper, `#282c30` lighter than the dark ones'.
const LIGHT_PAPER: Rgb = Rgb(0xeb, 0xe9, 0xe5);
const DARK_PAPER: Rgb = Rgb(0x28, 0x2c, 0x30);
const READABLE: f64 = 4.5;

pub(super) async fn css(page: StatusPage) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, sheet(&page.org.accent)).into_response()
}

/// Empty for what is no colour: the page then keeps its own accent.
fn sheet(accent: &str) -> String {
    let Some(accent) = Rgb::parse(accent) else {
        return String::new();
    };
    let light = accent.readable_on(LIGHT_PAPER, &[BLACK]);
    let dark = accent.readable_on(DARK_PAPER, &[accent.vivid(), WHITE]);
    format!(
        ":root {{\n  {}\n}}\n@media (prefers-color-scheme: dark) {{\n  :root {{\n    {}\n  }}\n}}\n",
        variables(accent, light),
        variables(dark, dark),
    )
}

fn variables(accent: Rgb, ink: Rgb) -> String {
    format!(
        "--accent: {accent}; --accent-ink: {ink}; --on-accent: {};",
        accent.text_on_it()
    )
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Rgb(u8, u8, u8);

const BLACK: Rgb = Rgb(0, 0, 0);
const WHITE: Rgb = Rgb(255, 255, 255);

impl Rgb {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let part = |from: usize| u8::from_str_radix(digits.get(from..from + 2)?, 16).ok();
        Some(Self(part(0)?, part(2)?, part(4)?))
    }

    /// Relative luminance as WCAG defines it.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn text_on_it(self) -> Self {
        let ink = Self(0x11, 0x14, 0x16);
        if self.contrast(WHITE) >= self.contrast(ink) {
            WHITE
        } else {
            ink
        }
    }

    /// The nearest colour on the way through `stops` that can be read on `paper`.
    fn readable_on(self, paper: Self, stops: &[Self]) -> Self {
        let starts = std::iter::once(self).chain(stops.iter().copied());
        starts
            .zip(stops)
            .flat_map(|(start, stop)| (0..=20).map(move |step| start.mixed(*stop, step)))
            .find(|colour| colour.contrast(paper) >= READABLE)
            .unwrap_or(self)
    }

    /// Light, but still of its hue: white alone would wash it out.
    fn vivid(self) -> Self {
        let most = u16::from(self.0.max(self.1).max(self.2)).max(1);
        let scaled = |part: u8| u8::try_from(u16::from(part) * 255 / most).unwrap_or(u8::MAX);
        Self(scaled(self.0), scaled(self.1), scaled(self.2)).mixed(WHITE, 10)
    }

    /// `twentieths` of the way to another colour.
    fn mixed(self, other: Self, twentieths: u16) -> Self {
        let mix = |a: u8, b: u8| {
            let mixed = (u16::from(a) * (20 - twentieths) + u16::from(b) * twentieths) / 20;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Self(
            mix(self.0, other.0),
            mix(self.1, other.1),
            mix(self.2, other.2),
        )
    }
}

impl std::fmt::Display for Rgb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_accent_can_be_read_in_light_and_dark() {
        for accent in [
            "#ffff00", "#000000", "#ffffff", "#ff6a00", "#1b2a6b", "#2f5d50",
        ] {
            let colour = Rgb::parse(accent).unwrap();
            let light = colour.readable_on(LIGHT_PAPER, &[BLACK]);
            let dark = colour.readable_on(DARK_PAPER, &[colour.vivid(), WHITE]);
            assert!(light.contrast(LIGHT_PAPER) >= READABLE, "{accent}");
            assert!(dark.contrast(DARK_PAPER) >= READABLE, "{accent}");
            assert!(colour.contrast(colour.text_on_it()) >= READABLE, "{accent}");
        }
    }

    #[test]
    fn what_is_no_colour_never_reaches_the_style_sheet() {
        for bad in [
            "",
            "red",
            "#12345",
            "#12345g",
            "#fff;} body{display:none",
            "#ééé",
        ] {
            assert_eq!(sheet(bad), "", "{bad}");
        }
    }
}
