//! The others' times as a picture: for each database how many activities had become
//! Tasks after how long, alone and beside the busy and the broken ones.

use std::fmt::Write as _;
use std::time::Duration;

use super::fairness::Fairness;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 60.0;
const BOTTOM: f64 = 40.0;

pub fn draw(measured: &[Fairness]) -> String {
    let longest = measured
        .iter()
        .flat_map(|one| [one.alone.last(), one.beside.last()])
        .flatten()
        .max()
        .map_or(1.0, Duration::as_secs_f64);
    let height = (HEIGHT + BOTTOM) * measured.len() as f64 + 30.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {height}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        WIDTH + LEFT + 20.0
    );
    for (n, one) in measured.iter().enumerate() {
        let top = 30.0 + n as f64 * (HEIGHT + BOTTOM);
        axes(&mut svg, top, one.database, longest);
        curve(&mut svg, top, &one.alone, longest, "#0b6bcb");
        curve(&mut svg, top, &one.beside, longest, "#c2410c");
    }
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{}\"><tspan fill=\"#0b6bcb\">alone</tspan> · \
         <tspan fill=\"#c2410c\">beside one that floods and ten that are broken</tspan></text>\n</svg>",
        height - 8.0
    );
    svg
}

fn axes(svg: &mut String, top: f64, title: &str, longest: f64) {
    let bottom = top + HEIGHT - BOTTOM;
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"{}\" font-weight=\"bold\">{title}: share of activities that are Tasks after a time</text>\n\
         <path d=\"M{LEFT} {top}V{bottom}H{}\" fill=\"none\" stroke=\"#888\"/>\n\
         <text x=\"{LEFT}\" y=\"{}\">0 s</text>\n\
         <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{longest:.2} s</text>\n\
         <text x=\"{}\" y=\"{}\" text-anchor=\"end\">100 %</text>",
        top - 10.0,
        LEFT + WIDTH,
        bottom + 18.0,
        LEFT + WIDTH,
        bottom + 18.0,
        LEFT - 8.0,
        top + 10.0,
    );
}

fn curve(svg: &mut String, top: f64, times: &[Duration], longest: f64, colour: &str) {
    let height = HEIGHT - BOTTOM;
    let mut points = String::new();
    for (n, time) in times.iter().enumerate() {
        let x = LEFT + WIDTH * time.as_secs_f64() / longest;
        let y = top + height * (1.0 - (n + 1) as f64 / times.len() as f64);
        let _ = write!(points, "{x:.1},{y:.1} ");
    }
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
        points.trim_end()
    );
}
