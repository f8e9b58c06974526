//! A small SVG writer: shapes, text that is measured before it is drawn, and escaping of everything that a
//! plan's author wrote. Elements are written in the order of the calls; the same calls give the same bytes.

use std::fmt::Write as _;

use super::measure;
use super::theme::{Role, Theme};
use crate::report::xml::escape;

/// Font size of most text [pixels].
pub(super) const TEXT: f64 = 13.0;
/// Font size of notes [pixels].
pub(super) const SMALL: f64 = 11.0;

/// Where text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Font {
    /// Pixels.
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) role: Role,
    /// Colour of an outline that keeps lines behind it from crossing it: that of what it stands on.
    pub(super) halo: Option<Role>,
}

impl Font {
    pub(super) const TITLE: Self = Self { size: 19.0, bold: true, role: Role::Ink, halo: None };
    pub(super) const PLAIN: Self = Self { size: TEXT, bold: false, role: Role::Ink, halo: None };
    pub(super) const BOLD: Self = Self { size: TEXT, bold: true, role: Role::Ink, halo: None };
    pub(super) const NOTE: Self = Self { size: SMALL, bold: false, role: Role::Faint, halo: None };

    /// The size of plain text that is as wide.
    pub(super) const fn plain_size(self) -> f64 {
        if self.bold { self.size * measure::BOLD } else { self.size }
    }

    /// The same with an outline in the colour of the page.
    pub(super) const fn with_halo(self) -> Self {
        Self { halo: Some(Role::Paper), ..self }
    }
}

/// How a shape is filled and outlined.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub(super) fill: Option<Role>,
    /// From 0 to 1.
    pub(super) opacity: f64,
    pub(super) stroke: Option<Role>,
    /// Pixels.
    pub(super) width: f64,
    /// Lengths of dashes and gaps; empty for a whole line.
    pub(super) dash: &'static str,
    /// Drawn over the fill.
    pub(super) pattern: Option<Pattern>,
}

impl Paint {
    const NONE: Self = Self { fill: None, opacity: 1.0, stroke: None, width: 1.0, dash: "", pattern: None };

    /// An area.
    pub(super) const fn fill(role: Role) -> Self {
        Self { fill: Some(role), ..Self::NONE }
    }

    /// A line.
    pub(super) const fn stroke(role: Role, width: f64) -> Self {
        Self { stroke: Some(role), width, ..Self::NONE }
    }

    pub(super) const fn opacity(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }

    pub(super) const fn dash(self, dash: &'static str) -> Self {
        Self { dash, ..self }
    }

    pub(super) const fn outline(self, role: Role, width: f64) -> Self {
        Self { stroke: Some(role), width, ..self }
    }

    pub(super) const fn pattern(self, pattern: Option<Pattern>) -> Self {
        Self { pattern, ..self }
    }
}

/// A pattern that tells areas apart without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    Rising,
    Falling,
    Dots,
    Upright,
}

impl Pattern {
    const ALL: [Self; 4] = [Self::Rising, Self::Falling, Self::Dots, Self::Upright];

    fn word(self) -> &'static str {
        match self {
            Self::Rising => "rising",
            Self::Falling => "falling",
            Self::Dots => "dots",
            Self::Upright => "upright",
        }
    }

    fn definition(self, svg: &str, ink: &str) -> String {
        let shape = match self {
            Self::Rising => "<path d=\"M0 6L6 0M-1 1L1 -1M5 7L7 5\" fill=\"none\"",
            Self::Falling => "<path d=\"M0 0L6 6M-1 5L1 7M5 -1L7 1\" fill=\"none\"",
            Self::Dots => "<path d=\"M1.5 1.5h1M4.5 4.5h1\" fill=\"none\"",
            Self::Upright => "<path d=\"M3 0V6\" fill=\"none\"",
        };
        let word = self.word();
        format!(
            "<pattern id=\"{svg}-{word}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">{shape} \
             stroke=\"{ink}\" stroke-opacity=\"0.55\"/></pattern>"
        )
    }
}

/// A rectangle on the chart [pixels].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Area {
    pub(super) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(super) fn bottom(&self) -> f64 {
        self.y + self.height
    }
}

/// A chart under construction.
#[derive(Clone, Debug)]
pub(super) struct Svg {
    name: &'static str,
    theme: Theme,
    /// Pixels.
    pub(super) width: f64,
    body: String,
    patterns: [bool; 4],
}

impl Svg {
    /// An empty chart; `name` tells its ids from those of other charts on one page.
    pub(super) fn new(name: &'static str, theme: Theme, width: f64) -> Self {
        Self { name, theme, width, body: String::new(), patterns: [false; 4] }
    }

    pub(super) fn theme(&self) -> Theme {
        self.theme
    }

    /// Writes an element that is SVG already.
    pub(super) fn raw(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    /// Begins a group that shows `tip` where the pointer rests; ended by [`Svg::end`].
    pub(super) fn group(&mut self, class: &str, tip: &str) {
        // Writing to a string cannot fail, here and below.
        let _ = write!(self.body, "<g class=\"{class}\">");
        if !tip.is_empty() {
            let _ = write!(self.body, "<title>{}</title>", escape(tip));
        }
        self.body.push('\n');
    }

    pub(super) fn end(&mut self) {
        self.raw("</g>");
    }

    pub(super) fn rect(&mut self, area: Area, corner: f64, paint: Paint) {
        let Area { x, y, width, height } = area;
        let (x, y, width, height) = (n(x), n(y), n(width.max(0.0)), n(height.max(0.0)));
        let corner = if corner > 0.0 { format!(" rx=\"{}\"", n(corner)) } else { String::new() };
        let shape = format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{corner}");
        self.shape(&shape, paint);
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), paint: Paint) {
        let shape =
            format!("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"", n(from.0), n(from.1), n(to.0), n(to.1));
        self.shape(&shape, paint);
    }

    /// A path of SVG's path commands.
    pub(super) fn path(&mut self, commands: &str, paint: Paint) {
        self.shape(&format!("<path d=\"{commands}\""), paint);
    }

    /// A diamond around a point.
    pub(super) fn diamond(&mut self, (x, y): (f64, f64), radius: f64, paint: Paint) {
        let commands = format!(
            "M{} {}L{} {}L{} {}L{} {}Z",
            n(x - radius),
            n(y),
            n(x),
            n(y - radius),
            n(x + radius),
            n(y),
            n(x),
            n(y + radius)
        );
        self.path(&commands, paint);
    }

    fn shape(&mut self, shape: &str, paint: Paint) {
        let fill = paint.fill.map_or_else(|| "none".to_owned(), |role| role.hex(self.theme));
        let _ = write!(self.body, "{shape} fill=\"{fill}\"");
        if paint.opacity < 1.0 {
            let _ = write!(self.body, " opacity=\"{}\"", n(paint.opacity));
        }
        if let Some(role) = paint.stroke {
            let _ = write!(self.body, " stroke=\"{}\" stroke-width=\"{}\"", role.hex(self.theme), n(paint.width));
        }
        if !paint.dash.is_empty() {
            let _ = write!(self.body, " stroke-dasharray=\"{}\"", paint.dash);
        }
        self.body.push_str("/>\n");
        if let Some(pattern) = paint.pattern {
            self.patterns[pattern as usize] = true;
            let (name, word) = (self.name, pattern.word());
            let _ = writeln!(self.body, "{shape} fill=\"url(#{name}-{word})\"/>");
        }
    }

    /// Text with its baseline at the point, in a width of at most `most`, with the whole text as a tooltip
    /// where it had to be cut.
    pub(super) fn text_within(&mut self, at: (f64, f64), text: &str, font: Font, anchor: Anchor, most: f64) {
        let shown = measure::fit(text, font.size, most);
        if shown.is_empty() {
            return;
        }
        // Bold letters get smaller before any are left out.
        let wide = measure::width(&shown, font.plain_size());
        let size = if wide > most { (10.0 * font.size * most / wide).floor() / 10.0 } else { font.size };
        let font = Font { size, ..font };
        let cut = shown != text;
        self.write_text(at, &shown, font, anchor, if cut { text } else { "" });
    }

    /// Text with its baseline at the point.
    pub(super) fn text(&mut self, at: (f64, f64), text: &str, font: Font, anchor: Anchor) {
        self.write_text(at, text, font, anchor, "");
    }

    fn write_text(&mut self, (x, y): (f64, f64), text: &str, font: Font, anchor: Anchor, tip: &str) {
        let word = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let bold = if font.bold { " font-weight=\"bold\"" } else { "" };
        let halo = if let Some(halo) = font.halo {
            let colour = halo.hex(self.theme);
            format!(" stroke=\"{colour}\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\"")
        } else {
            String::new()
        };
        let size = if font.size == TEXT { String::new() } else { format!(" font-size=\"{}\"", n(font.size)) };
        let tip = if tip.is_empty() { String::new() } else { format!("<title>{}</title>", escape(tip)) };
        let _ = writeln!(
            self.body,
            "<text x=\"{}\" y=\"{}\" fill=\"{}\"{size}{bold}{word}{halo}>{tip}{}</text>",
            n(x),
            n(y),
            font.role.hex(self.theme),
            escape(text)
        );
    }

    /// The whole file. `title` and `about` are its alternative text.
    pub(super) fn finish(self, height: f64, title: &str, about: &str) -> String {
        // A picture of it has whole pixels only.
        let (name, width, height) = (self.name, n(self.width.ceil()), n(height.ceil()));
        let ink = Role::Ink.hex(self.theme);
        let used = Pattern::ALL.into_iter().filter(|pattern| self.patterns[*pattern as usize]);
        let patterns: String = used.map(|pattern| pattern.definition(name, &ink)).collect();
        let patterns = if patterns.is_empty() { patterns } else { format!("<defs>{patterns}</defs>\n") };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" font-family=\"{fonts}\" font-size=\"{size}\" role=\"img\" \
             aria-labelledby=\"{name}-title {name}-about\">\n\
             <title id=\"{name}-title\">{title}</title>\n<desc id=\"{name}-about\">{about}</desc>\n{patterns}\
             <rect width=\"{width}\" height=\"{height}\" fill=\"{paper}\"/>\n{body}</svg>\n",
            fonts = measure::FONTS,
            size = n(TEXT),
            title = escape(title),
            about = escape(about),
            paper = Role::Paper.hex(self.theme),
            body = self.body,
        )
    }
}

/// A coordinate with two digits at most.
pub(super) fn n(value: f64) -> String {
    // Coordinates come from checked ranges; what is not finite would not be SVG.
    let value = if value.is_finite() { value } else { 0.0 };
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short() {
        assert_eq!([n(1.0), n(1.256), n(-0.001), n(f64::NAN)], ["1", "1.26", "0", "0"]);
    }

    #[test]
    fn a_chart_is_a_file_of_its_own() {
        let mut svg = Svg::new("small", Theme::Light, 100.0);
        svg.rect(
            Area { x: 1.0, y: 2.0, width: 30.0, height: 4.5 },
            0.0,
            Paint::fill(Role::Blue).pattern(Some(Pattern::Dots)),
        );
        svg.text_within((5.0, 20.0), "a name that does not fit", Font::PLAIN, Anchor::Start, 60.0);
        insta::assert_snapshot!(svg.finish(40.0, "Title & <more>", "About"));
    }
}
