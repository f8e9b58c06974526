//! Charts as PNG: the picture of the SVG file, drawn with a font that this program carries, so that it needs
//! none of the machine's and looks the same wherever it is made.
//!
//! The font is Arimo, whose letters are as wide as those of Helvetica, by which charts measure text.

use std::fmt;

/// Most pixels of a picture: 400 MB while it is drawn.
#[cfg(feature = "png")]
const MOST_PIXELS: f64 = 1e8;

/// Letters that the font of pictures has; others are drawn as boxes.
const LETTERS: [(char, char); 14] = [
    (' ', '~'),
    ('\u{a0}', '\u{24f}'),
    ('\u{2bb}', '\u{2dd}'),
    ('\u{300}', '\u{312}'),
    ('\u{323}', '\u{328}'),
    ('\u{370}', '\u{3ff}'),
    ('\u{400}', '\u{45f}'),
    ('\u{490}', '\u{491}'),
    ('\u{1e00}', '\u{1eff}'),
    ('\u{2010}', '\u{2027}'),
    ('\u{2030}', '\u{203a}'),
    ('\u{20ac}', '\u{20ac}'),
    ('\u{2116}', '\u{2195}'),
    ('\u{2202}', '\u{2265}'),
];

/// The first letter of a chart that the font of pictures lacks.
#[must_use]
pub fn letter_without_shape(svg: &str) -> Option<char> {
    let is_known = |letter: &char| LETTERS.iter().any(|(from, to)| (from..=to).contains(&letter));
    svg.chars().find(|letter| !letter.is_control() && *letter != '\u{fffd}' && !is_known(letter))
}

/// Why a chart cannot become a PNG.
#[derive(Clone, Debug, PartialEq)]
pub enum PngError {
    /// It would have too many pixels.
    TooLarge {
        /// Pixels from left to right.
        width: f64,
        /// Pixels from top to bottom.
        height: f64,
        /// Most pixels in all.
        most: f64,
    },
    /// The renderer refuses it.
    Refused(String),
    /// The program was built without a renderer.
    Absent,
}

impl fmt::Display for PngError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::TooLarge { width, height, most } => {
                write!(f, "a picture of {width:.0} by {height:.0} pixels is too large: at most {most:.0} in all")
            }
            Self::Refused(why) => write!(f, "the picture cannot be drawn: {why}"),
            Self::Absent => f.write_str("this plancast was built without PNG"),
        }
    }
}

impl std::error::Error for PngError {}

#[cfg(feature = "png")]
mod painter {
    use std::sync::Arc;

    use resvg::tiny_skia::{Pixmap, Transform};
    use resvg::usvg::{Options, Tree, fontdb};

    use super::{MOST_PIXELS, PngError};

    const FAMILY: &str = "Arimo";
    const REGULAR: &[u8] = include_bytes!("fonts/Arimo-Regular.ttf");
    const BOLD: &[u8] = include_bytes!("fonts/Arimo-Bold.ttf");

    /// Draws charts as PNG.
    #[derive(Clone, Debug)]
    pub struct Painter {
        fonts: Arc<fontdb::Database>,
    }

    impl Default for Painter {
        fn default() -> Self {
            let mut fonts = fontdb::Database::new();
            fonts.load_font_data(REGULAR.to_vec());
            fonts.load_font_data(BOLD.to_vec());
            fonts.set_sans_serif_family(FAMILY);
            Self { fonts: Arc::new(fonts) }
        }
    }

    impl Painter {
        /// The picture of a chart, with `scale` pixels for each of the SVG's.
        ///
        /// # Errors
        /// [`PngError`] when the picture would be too large.
        pub fn png(&self, svg: &str, scale: f64) -> Result<Vec<u8>, PngError> {
            let fonts = Arc::clone(&self.fonts);
            let options = Options { fontdb: fonts, font_family: FAMILY.to_owned(), ..Options::default() };
            let tree = Tree::from_str(svg, &options).map_err(|error| PngError::Refused(error.to_string()))?;
            let pixels = |size: f32| (f64::from(size) * scale).ceil();
            let (width, height) = (pixels(tree.size().width()), pixels(tree.size().height()));
            let picture =
                if width * height <= MOST_PIXELS { Pixmap::new(width as u32, height as u32) } else { None };
            let mut picture = picture.ok_or(PngError::TooLarge { width, height, most: MOST_PIXELS })?;
            let scale = Transform::from_scale(scale as f32, scale as f32);
            resvg::render(&tree, scale, &mut picture.as_mut());
            picture.encode_png().map_err(|error| PngError::Refused(error.to_string()))
        }
    }
}

#[cfg(not(feature = "png"))]
mod painter {
    use super::PngError;

    /// Would draw charts as PNG, had it been built with a renderer.
    #[derive(Clone, Debug, Default)]
    pub struct Painter;

    impl Painter {
        /// # Errors
        /// Always [`PngError::Absent`].
        pub fn png(&self, _svg: &str, _scale: f64) -> Result<Vec<u8>, PngError> {
            Err(PngError::Absent)
        }
    }
}

pub use painter::Painter;

#[cfg(all(test, feature = "png"))]
mod tests {
    use resvg::tiny_skia::Pixmap;

    use super::super::svg::{Anchor, Area, Font, Paint, Svg};
    use super::super::theme::{Role, Theme};
    use super::*;

    fn chart(text: &str) -> String {
        let mut svg = Svg::new("small", Theme::Light, 120.0);
        svg.rect(Area { x: 100.0, y: 2.0, width: 10.0, height: 10.0 }, 0.0, Paint::fill(Role::Blue));
        svg.text((5.0, 20.0), text, Font::PLAIN, Anchor::Start);
        svg.finish(40.0, "title", "about")
    }

    fn drawn(text: &str, scale: f64) -> Vec<u8> {
        Painter::default().png(&chart(text), scale).expect("a picture")
    }

    #[test]
    fn pictures_are_the_same_bytes_twice_and_as_large_as_asked() {
        assert_eq!(drawn("text", 2.0), drawn("text", 2.0));
        let picture = Pixmap::decode_png(&drawn("text", 2.0)).expect("PNG");
        assert_eq!((picture.width(), picture.height()), (240, 80));
    }

    #[test]
    fn text_is_drawn_on_a_machine_without_fonts() {
        for text in ["text", "\u{e9}\u{151}", "\u{3a9}", "\u{416}", "\u{2026}\u{2265}"] {
            assert_ne!(drawn(text, 1.0), drawn("", 1.0), "{text}");
        }
    }

    #[test]
    fn letters_that_the_font_lacks_are_told() {
        assert_eq!(letter_without_shape("<text>caf\u{e9} \u{416} \u{2192}\n</text>"), None);
        assert_eq!(letter_without_shape("plan \u{767b}\u{5f55}"), Some('\u{767b}'));
    }

    #[test]
    fn what_would_not_fit_into_memory_is_refused() {
        let error = Painter::default().png(&chart(""), 1000.0);
        assert_eq!(error, Err(PngError::TooLarge { width: 120_000.0, height: 40_000.0, most: MOST_PIXELS }));
        assert!(matches!(Painter::default().png("<svg", 1.0), Err(PngError::Refused(_))));
    }
}
