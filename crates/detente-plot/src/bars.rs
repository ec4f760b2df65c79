//! Counts by month in two directions: what somebody does above a line, what is done to it below, each bar cut by quad
//! class. Beside the bars stands what the largest one counts.

use detente::plover::Quad;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::ink::Ink;
use crate::picture::{Anchor, Item, Picture, Stroke, Text};

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// Title.
    pub title: String,
    /// What stands under it.
    pub note: String,
    /// First day of the first month.
    pub from: Date,
    /// First day of the last month.
    pub to: Date,
    /// By the first day of a month; months without any may be left out.
    pub bars: Vec<(Date, Bar)>,
}

/// How many above the line and how many below, by [`Quad::ALL`].
pub type Bar = ([usize; 4], [usize; 4]);

const WIDTH: f64 = 1060.0;
const MARGIN: f64 = 28.0;
/// Room for the numbers beside the bars.
const BESIDE: f64 = 44.0;
/// Height of the larger side.
const HEIGHT: f64 = 84.0;

/// Months from one first day to another.
fn months(from: Date, to: Date) -> i32 {
    (i32::from(to.year()) - i32::from(from.year())) * 12 + i32::from(to.month()) - i32::from(from.month())
}

impl Bars {
    /// The picture.
    pub fn picture(&self) -> Picture {
        let total = |side: &[usize; 4]| side.iter().sum::<usize>();
        let most =
            self.bars.iter().map(|(_, (up, down))| total(up).max(total(down))).max().unwrap_or(0).max(1);
        let all: usize = self.bars.iter().map(|(_, (up, down))| total(up) + total(down)).sum();
        let mut picture = Picture {
            width: WIDTH,
            height: 0.0,
            title: self.title.clone(),
            desc: format!(
                "{all} counts in {} months, at most {most} in one direction in a month.",
                self.bars.len()
            ),
            items: Vec::new(),
        };
        let head = picture.head(&self.title, &self.note, MARGIN);
        let middle = head + 14.0 + HEIGHT;
        let (left, right) = (MARGIN + BESIDE, WIDTH - MARGIN);
        let n = f64::from(months(self.from, self.to).max(0) + 1);
        let step = (right - left) / n;
        let x = |date: Date| left + f64::from(months(self.from, date)) * step;
        self.years(&mut picture, middle, (left, right), step);
        let per = HEIGHT / most as f64;
        for (month, (up, down)) in &self.bars {
            let wide = (step * 0.82).clamp(0.6, 34.0);
            let x = x(*month) + (step - wide) / 2.0;
            let title =
                format!("{}: {} above, {} below the line", month.strftime("%B %Y"), total(up), total(down));
            let mut items = Vec::new();
            for (side, sign) in [(up, -1.0), (down, 1.0)] {
                let mut at = middle;
                for (quad, &count) in Quad::ALL.iter().zip(side) {
                    let high = count as f64 * per;
                    if count > 0 {
                        let top = if sign < 0.0 { at - high } else { at };
                        items.push(Item::bar(x, top, wide, high, Ink::of(*quad), 1.0));
                    }
                    at += sign * high;
                }
            }
            picture.items.push(Item::Group { title, href: None, items });
        }
        picture.items.push(Item::line((left, middle), (right, middle), Stroke::new(Ink::Quiet, 1.0)));
        for (y, words) in
            [(middle - HEIGHT, most.to_string()), (middle, "0".into()), (middle + HEIGHT, most.to_string())]
        {
            let text = Text::new(left - 8.0, y + 4.0, words).size(11.5).anchor(Anchor::End);
            picture.items.push(Item::Text(text));
        }
        picture.height = (middle + HEIGHT + 34.0).ceil();
        picture
    }

    /// A line for each year, named where there is room.
    fn years(&self, picture: &mut Picture, middle: f64, (left, right): (f64, f64), step: f64) {
        let every = (46.0 / (step * 12.0)).ceil().max(1.0) as i16;
        let mut year = self.from.first_of_year();
        while year <= self.to.last_of_month() {
            let x = left + f64::from(months(self.from, year)) * step;
            if x >= left - 0.5 && x <= right {
                let (top, low) = (middle - HEIGHT, middle + HEIGHT);
                picture.items.push(Item::line((x, top), (x, low), Stroke::new(Ink::Faint, 1.0)));
                if year.year() % every == 0 {
                    let text = Text::new(x + 3.0, low + 16.0, year.year().to_string()).size(11.5);
                    picture.items.push(Item::Text(text));
                }
            }
            let Ok(next) = year.checked_add(1.year()) else { break };
            year = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn bars_stand_on_both_sides_of_the_line_and_say_their_month() {
        let bars = Bars {
            title: "Valdria".into(),
            note: "Invented.".into(),
            from: date(2024, 11, 1),
            to: date(2025, 2, 1),
            bars: vec![
                (date(2024, 11, 1), ([3, 0, 0, 1], [0; 4])),
                (date(2025, 2, 1), ([0; 4], [0, 0, 2, 0])),
            ],
        };
        let svg = bars.picture().svg();
        assert!(svg.contains("November 2024: 4 above, 0 below the line"), "{svg}");
        assert!(svg.contains("February 2025: 0 above, 2 below the line"));
        assert!(svg.contains(">2025<") && !svg.contains("NaN"));
    }
}
