//! Intervals of a measured share.

/// The Wilson score interval at 95 % of `hits` in `of` trials (Wilson 1927); all of 0 to 1 where nothing was tried.
pub fn wilson(hits: u64, of: u64) -> (f64, f64) {
    const Z: f64 = 1.959_964;
    if of == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (of as f64, hits as f64 / of as f64);
    let centre = share + Z * Z / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    // Rounding must not push an end past what the share itself is.
    let low = if hits == 0 { 0.0 } else { (centre - spread) / scale };
    let high = if hits == of { 1.0 } else { (centre + spread) / scale };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        let near = |(low, high): (f64, f64), (l, h): (f64, f64)| (low - l).abs() < 1e-3 && (high - h).abs() < 1e-3;
        assert!(near(wilson(8, 10), (0.4902, 0.9433)));
        assert!(near(wilson(90, 100), (0.8256, 0.9448)));
        assert!(near(wilson(0, 100), (0.0, 0.0370)) && wilson(0, 100).0 == 0.0);
        assert!(near(wilson(20, 20), (0.8389, 1.0)) && wilson(20, 20).1 == 1.0);
        assert_eq!(wilson(0, 0), (0.0, 1.0));
    }
}
