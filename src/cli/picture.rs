//! Charts as files: SVG or PNG, in the colours and the size that were asked for.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::folder::{self, Product};
use super::talk;
use crate::report::{self, Chart, Look, Painter, PngError, Theme};

/// The option that names the place of a chart.
const CHART: &str = "--chart";

/// How charts look as files.
#[derive(Args, Debug)]
pub(super) struct LookArguments {
    /// Colours of charts that are files
    #[arg(long, value_enum, default_value_t = ThemeName::Light, help_heading = "Charts")]
    pub(super) theme: ThemeName,
    /// Width of charts that are files, in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 1200, help_heading = "Charts",
          value_parser = clap::value_parser!(u16).range(1000..=4000))]
    pub(super) width: u16,
    /// Pixels of a PNG for each pixel of the width: 2 is sharp on a slide
    #[arg(long, value_name = "FACTOR", default_value_t = 2.0, value_parser = scale, help_heading = "Charts")]
    pub(super) scale: f64,
}

/// One chart, as a file.
#[derive(Args, Debug)]
pub(super) struct ChartArguments {
    /// Also draw a chart into this file, as SVG or PNG by its ending
    #[arg(long, value_name = "FILE", value_parser = chart_file, help_heading = "Charts")]
    pub(super) chart: Option<PathBuf>,
    #[command(flatten)]
    pub(super) look: LookArguments,
}

/// The page that charts stand on.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ThemeName {
    Light,
    Dark,
}

/// Formats of charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ChartFormat {
    Svg,
    Png,
}

impl ChartFormat {
    /// Every format.
    pub(super) const ALL: [Self; 2] = [Self::Svg, Self::Png];

    /// Ending of its files.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }

    /// The format of a file with this name.
    fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|format| format.ending() == ending)
    }
}

impl LookArguments {
    /// How the charts are drawn.
    pub(super) fn look(&self) -> Look {
        let theme = match self.theme {
            ThemeName::Light => Theme::Light,
            ThemeName::Dark => Theme::Dark,
        };
        Look { theme, width: f64::from(self.width) }
    }

    /// The files of these charts, in each of the formats.
    ///
    /// # Errors
    /// [`Failure::Usage`] when a picture would be too large, or this program draws none.
    pub(super) fn files(&self, charts: &[Chart], formats: &[ChartFormat]) -> Result<Vec<Product>, Failure> {
        let painter = Painter::default();
        if formats.contains(&ChartFormat::Png) {
            warn(charts);
        }
        let mut files = Vec::new();
        for chart in charts {
            for &format in formats {
                let name = format!("{}.{}", chart.name(), format.ending());
                files.push(Product { name, bytes: self.bytes(&painter, chart, format)? });
            }
        }
        Ok(files)
    }

    fn bytes(&self, painter: &Painter, chart: &Chart, format: ChartFormat) -> Result<Vec<u8>, Failure> {
        match format {
            ChartFormat::Svg => Ok(chart.svg.clone().into_bytes()),
            ChartFormat::Png => painter.png(&chart.svg, self.scale).map_err(|error| refused(chart, &error)),
        }
    }
}

impl ChartArguments {
    /// Finds out whether there is a place for the chart, before work that takes long.
    ///
    /// # Errors
    /// [`Failure::Write`] when there is none.
    pub(super) fn check_place(&self) -> Result<(), Failure> {
        self.chart.as_deref().map_or(Ok(()), |path| folder::check_place(path, CHART))
    }

    /// Writes the chart that `draw` gives, if one was asked for.
    ///
    /// # Errors
    /// [`Failure`] when there is nothing to draw, or the file cannot be written.
    pub(super) fn write(&self, draw: impl FnOnce(Look) -> Option<Chart>) -> Result<(), Failure> {
        let Some((path, format)) = self.chart.as_deref().and_then(|path| Some((path, ChartFormat::of(path)?)))
        else {
            return Ok(());
        };
        let chart = draw(self.look.look()).ok_or_else(|| {
            Failure::lacking("there is nothing to draw: no iteration finishes", "leave out --chart")
        })?;
        if format == ChartFormat::Png {
            warn(std::slice::from_ref(&chart));
        }
        folder::write_file(path, self.look.bytes(&Painter::default(), &chart, format)?, CHART)?;
        talk::say(&format!("wrote {}\n", path.display()));
        Ok(())
    }
}

/// Says so if the font of pictures lacks letters of these charts.
fn warn(charts: &[Chart]) {
    if let Some(letter) = charts.iter().find_map(|chart| report::letter_without_shape(&chart.svg)) {
        talk::say(&format!(
            "warning: letters such as `{letter}` are boxes in PNG, whose font has Latin, Greek and Cyrillic ones\n help: \
             ask for SVG, which uses the fonts of whoever looks at it\n"
        ));
    }
}

fn refused(chart: &Chart, error: &PngError) -> Failure {
    let help = match error {
        PngError::TooLarge { .. } => "ask for a smaller --width or --scale, or for SVG",
        PngError::Absent => "ask for SVG, or build plancast with its feature `png`",
        PngError::Refused(_) => "ask for SVG",
    };
    Failure::Usage { message: format!("chart `{}`: {error}", chart.name()), help: help.to_owned() }
}

/// Reads a factor from 0.5 to 4.
fn scale(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|factor| (0.5..=4.0).contains(factor));
    number.ok_or_else(|| "a number from 0.5 to 4".to_owned())
}

/// Refuses files whose format their name does not tell.
fn chart_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match ChartFormat::of(&path) {
        Some(_) => Ok(path),
        None => Err("a file that ends in .svg or .png".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_a_file_tells_its_format() {
        assert_eq!(ChartFormat::of(Path::new("a/b.PNG")), Some(ChartFormat::Png));
        assert!(chart_file("grid.svg").is_ok() && chart_file("grid.gif").is_err() && chart_file("svg").is_err());
    }

    #[test]
    fn scales_are_sensible() {
        assert_eq!(scale("1.5"), Ok(1.5));
        for bad in ["0", "-1", "5", "nan", "x"] {
            assert!(scale(bad).is_err(), "{bad}");
        }
    }
}
