//! Curves, areas and bars of charts with two numeric axes, drawn by the plotters library inside a chart of
//! ours. Text stays with our writer, which measures it; the library is given checked ranges only, since it
//! never ends on an infinite one.

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, Color as _, IntoDrawingArea as _, LineSeries, RGBColor, Rectangle,
    SVGBackend, ShapeStyle,
};

use super::svg::{Anchor, Area, Font, Paint, Svg, n};
use super::theme::{Role, Theme};

/// Pixels of the library per pixel of the chart: its coordinates are whole numbers.
const SCALE: f64 = 10.0;

/// Something to draw, in the units of the axes.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    /// A line, its width in pixels.
    Line(Vec<(f64, f64)>, Role, u32),
    /// A bar from one corner to the other.
    Bar([(f64, f64); 2], Role, f64),
}

type Context<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Where numbers stand on a chart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    /// Pixels.
    pub(super) area: Area,
    /// Ends of the axis from left to right.
    pub(super) x: (f64, f64),
    /// Ends of the axis from bottom to top.
    pub(super) y: (f64, f64),
}

impl Plot {
    /// Lines across the plot at the quarters of its height, which stands for shares of iterations.
    pub(super) fn draw_shares(&self, svg: &mut Svg) {
        for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let y = self.pixel_y(share);
            svg.line((self.area.x, y), (self.area.right(), y), Paint::stroke(Role::Grid, 1.0));
            svg.text((self.area.x - 8.0, y + 4.0), &format!("{:.0} %", share * 100.0), Font::NOTE, Anchor::End);
        }
    }

    /// Pixels of a number on the axis from left to right.
    pub(super) fn pixel_x(&self, value: f64) -> f64 {
        let share = ((value - self.x.0) / (self.x.1 - self.x.0)).clamp(0.0, 1.0);
        self.area.x + share * self.area.width
    }

    /// Pixels of a number on the axis from bottom to top.
    pub(super) fn pixel_y(&self, value: f64) -> f64 {
        let share = ((value - self.y.0) / (self.y.1 - self.y.0)).clamp(0.0, 1.0);
        self.area.bottom() - share * self.area.height
    }

    /// Draws the marks in order. Points that are not finite are left out.
    pub(super) fn draw(&self, svg: &mut Svg, marks: &[Mark]) {
        let size = ((self.area.width * SCALE) as u32, (self.area.height * SCALE) as u32);
        let ends = [self.x.0, self.x.1, self.y.0, self.y.1];
        if ends.iter().any(|end| !end.is_finite()) || self.x.0 >= self.x.1 || self.y.0 >= self.y.1 {
            return;
        }
        let mut drawn = String::new();
        {
            let root = SVGBackend::with_string(&mut drawn, size).into_drawing_area();
            let chart = ChartBuilder::on(&root).build_cartesian_2d(self.x.0..self.x.1, self.y.0..self.y.1);
            // OK because writing to memory cannot fail, here and below.
            let mut chart = chart.expect("a chart in memory");
            for mark in marks {
                series(&mut chart, mark, svg.theme());
            }
            root.present().expect("a chart in memory");
        }
        // The library's own frame gives way to one that places its drawing on ours.
        let body = drawn.split_once('\n').map_or("", |(_, body)| body);
        let Area { x, y, width, height } = self.area;
        svg.raw(&format!(
            "<svg x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\">",
            n(x),
            n(y),
            n(width),
            n(height),
            size.0,
            size.1
        ));
        svg.raw(body.trim_end());
    }
}

fn series(chart: &mut Context, mark: &Mark, theme: Theme) {
    let colour = |role: Role| {
        let (red, green, blue) = role.rgb(theme);
        RGBColor(red, green, blue)
    };
    let finite = |points: &[(f64, f64)]| -> Vec<(f64, f64)> {
        points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite()).collect()
    };
    match mark {
        Mark::Line(points, role, width) => {
            let style = ShapeStyle::from(colour(*role)).stroke_width(width * SCALE as u32);
            chart.draw_series(LineSeries::new(finite(points), style)).expect("a chart in memory");
        }
        Mark::Bar(corners, role, opacity) => {
            if finite(corners).len() == corners.len() {
                let bar = Rectangle::new(*corners, colour(*role).mix(*opacity).filled());
                chart.draw_series([bar]).expect("a chart in memory");
            }
        }
    }
}
