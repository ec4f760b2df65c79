//! Points on a circle, the same on every machine: sine and cosine of the system's library differ in their last
//! digits from one system to the next, sums and products do not.

/// Sine and cosine of a part of a full turn: `(sin, cos)` of `2π·turn`.
pub fn on_circle(turn: f64) -> (f64, f64) {
    let turn = turn - turn.floor();
    // Quarter, and the rest within it as an angle between −45° and 45°.
    let quarter = (turn * 4.0 + 0.5).floor();
    let angle = (turn - quarter / 4.0) * std::f64::consts::TAU;
    let (sin, cos) = (sine(angle), cosine(angle));
    match quarter as u8 % 4 {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

/// Taylor's series; exact to twelve digits within an eighth of a turn.
fn sine(x: f64) -> f64 {
    let y = x * x;
    x * (1.0 - y / 6.0 * (1.0 - y / 20.0 * (1.0 - y / 42.0 * (1.0 - y / 72.0 * (1.0 - y / 110.0)))))
}

fn cosine(x: f64) -> f64 {
    let y = x * x;
    1.0 - y / 2.0
        * (1.0 - y / 12.0 * (1.0 - y / 30.0 * (1.0 - y / 56.0 * (1.0 - y / 90.0 * (1.0 - y / 132.0)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_lie_where_the_library_puts_them() {
        for i in -40..400 {
            let turn = f64::from(i) / 180.0;
            let (sin, cos) = on_circle(turn);
            let angle = turn * std::f64::consts::TAU;
            assert!((sin - angle.sin()).abs() < 1e-8 && (cos - angle.cos()).abs() < 1e-8, "{turn}");
        }
    }
}
