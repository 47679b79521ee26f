//! The frontier as a drawing: F1 above the share of victims found, a line for each length of encoding.

use std::fmt::Write;

/// One measured setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// Bits of a view.
    pub length: usize,
    /// Degree of diffusion.
    pub diffusion: u32,
    /// Fill of the inner filter.
    pub fill: f64,
    /// Share of victims that the best attack found, 0 to 1.
    pub found: f64,
    /// Best F1.
    pub f1: f64,
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 60.0;
const BOTTOM: f64 = 50.0;
const COLOURS: [&str; 6] = ["#1b5e8c", "#b4451f", "#2e7d32", "#6a1b9a", "#8d6e00", "#37474f"];

/// An SVG of its own. Left is better protected, up is better linked. The least F1 shown is the greatest tenth below all.
pub fn svg(title: &str, dots: &[Dot]) -> String {
    let floor = (dots.iter().map(|dot| dot.f1).fold(1.0, f64::min) * 10.0 - 0.01).floor().clamp(0.0, 9.0) / 10.0;
    let x = |found: f64| LEFT + found.clamp(0.0, 1.0) * (WIDTH - LEFT - 30.0);
    let y = |f1: f64| HEIGHT - BOTTOM - (f1 - floor).max(0.0) / (1.0 - floor) * (HEIGHT - BOTTOM - 40.0);
    let mut out = String::new();
    let mut put = |text: std::fmt::Arguments<'_>| {
        // Writing to a string does not fail.
        let _ = out.write_fmt(text);
        out.push('\n');
    };
    put(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">"
    ));
    put(format_args!("<title>{}</title>", escaped(title)));
    put(format_args!("<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>"));
    put(format_args!("<text x=\"{LEFT}\" y=\"20\" font-size=\"14\">{}</text>", escaped(title)));
    for tick in 0..=5 {
        let (found, f1) = (f64::from(tick) / 5.0, floor + (1.0 - floor) * f64::from(tick) / 5.0);
        let (across, up) = (x(found), y(f1));
        put(format_args!(
            "<line x1=\"{LEFT}\" y1=\"{up:.1}\" x2=\"{:.1}\" y2=\"{up:.1}\" stroke=\"#ddd\"/><text x=\"{:.1}\" y=\"{:.1}\" \
             text-anchor=\"end\">{f1:.2}</text>",
            x(1.0),
            LEFT - 6.0,
            up + 4.0
        ));
        put(format_args!(
            "<text x=\"{across:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{found:.1}</text>",
            HEIGHT - BOTTOM + 18.0
        ));
    }
    put(format_args!(
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">share of victims found</text>",
        x(0.5),
        HEIGHT - 12.0
    ));
    put(format_args!("<text x=\"14\" y=\"{:.1}\">F1</text>", y(1.0) - 8.0));
    let mut series: Vec<(usize, f64)> = dots.iter().map(|dot| (dot.length, dot.fill)).collect();
    series.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    series.dedup();
    for (at, &(length, fill)) in series.iter().enumerate() {
        let colour = COLOURS[at % COLOURS.len()];
        let mut line: Vec<&Dot> = dots.iter().filter(|dot| dot.length == length && dot.fill == fill).collect();
        line.sort_by_key(|dot| dot.diffusion);
        let points: Vec<String> = line.iter().map(|dot| format!("{:.1},{:.1}", x(dot.found), y(dot.f1))).collect();
        put(format_args!("<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\"/>", points.join(" ")));
        for dot in line {
            let (across, up) = (x(dot.found), y(dot.f1));
            put(format_args!(
                "<circle cx=\"{across:.1}\" cy=\"{up:.1}\" r=\"4\" fill=\"{colour}\"/><text x=\"{:.1}\" y=\"{:.1}\" \
                 fill=\"{colour}\">t={}</text>",
                across + 6.0,
                up - 5.0,
                dot.diffusion
            ));
        }
        put(format_args!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"{colour}\">{length} bits, fill {fill:.2}</text>",
            x(1.0),
            HEIGHT - BOTTOM - 10.0 - 16.0 * at as f64
        ));
    }
    out.push_str("</svg>\n");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_a_dot_at_its_place_and_every_length_a_line() {
        let dot = |length, diffusion, found, f1| Dot { length, diffusion, fill: 0.45, found, f1 };
        let drawn = svg("a < b", &[dot(1024, 1, 1.0, 1.0), dot(1024, 2, 0.5, 0.9), dot(4096, 2, 0.0, 0.85)]);
        assert_eq!((drawn.matches("<circle").count(), drawn.matches("<polyline").count()), (3, 2));
        assert!(drawn.contains("a &lt; b") && drawn.starts_with("<svg") && drawn.ends_with("</svg>\n"));
        // The best corner is top right of the field: everybody found, everything linked.
        assert!(drawn.contains("cx=\"610.0\" cy=\"40.0\""), "{drawn}");
    }
}
