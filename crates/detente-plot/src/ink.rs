//! Colours by meaning, for light and for dark ground. The colours of cooperation and conflict are blues and oranges
//! after the palette of Okabe and Ito, which people with any kind of colour vision can tell apart.

use detente::plover::Quad;

/// Which ground a picture is drawn on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark ink on light ground.
    #[default]
    Light,
    /// Light ink on dark ground.
    Dark,
}

macro_rules! inks {
    ($($(#[$doc:meta])* $name:ident $class:literal $light:literal $dark:literal,)*) => {
        /// A colour by what it means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Ink { $($(#[$doc])* $name,)* }

        impl Ink {
            /// The colour as `#rrggbb`.
            pub const fn hex(self, theme: Theme) -> &'static str {
                match (self, theme) {
                    $((Ink::$name, Theme::Light) => $light, (Ink::$name, Theme::Dark) => $dark,)*
                }
            }

            /// The name in classes: `f-…` fills, `s-…` strokes.
            pub const fn class(self) -> &'static str {
                match self { $(Ink::$name => $class,)* }
            }
        }

        /// The rules by which an SVG changes its colours on dark ground; the light ones stand in its attributes.
        pub const STYLE: &str = concat!(
            "@media (prefers-color-scheme: dark) {\n",
            $(".f-", $class, " { fill: ", $dark, " } .s-", $class, " { stroke: ", $dark, " }\n",)*
            "}\n",
            ".detente-plot a { text-decoration: none }\n",
            ".detente-plot a:hover { opacity: .7 }\n",
        );
    };
}

inks! {
    /// The ground.
    Paper "paper" "#ffffff" "#1b1f23",
    /// Words that matter.
    Word "word" "#1c2024" "#e6e4df",
    /// Words beside them.
    Quiet "quiet" "#5c656e" "#9aa4ad",
    /// Lines of the frame.
    Rule "rule" "#dcdad4" "#363d44",
    /// Lines that hardly show.
    Faint "faint" "#efede8" "#262b30",
    /// The level.
    Level "level" "#1c2024" "#f2f0eb",
    /// Its band.
    Band "band" "#8b95a0" "#8b95a0",
    /// How alike two act towards others.
    Alike "alike" "#7a4f9a" "#c79be6",
    /// A change for the better; friendly.
    Better "better" "#0060a0" "#7cc4f2",
    /// A change for the worse; hostile.
    Worse "worse" "#b84700" "#f0803c",
    /// Verbal cooperation.
    Vc "vc" "#2b8ac4" "#7cc4f2",
    /// Material cooperation.
    Mc "mc" "#0060a0" "#3d97dc",
    /// Verbal conflict.
    Vx "vx" "#c77f00" "#f0b03c",
    /// Material conflict.
    Mx "mx" "#c94f00" "#f0803c",
    /// A friendly value, weak, middling, strong.
    Friend1 "fr1" "#9cc9e6" "#24506e",
    /// See above.
    Friend2 "fr2" "#4b9bce" "#3a86bd",
    /// See above.
    Friend3 "fr3" "#0060a0" "#8fd0fa",
    /// A hostile value, weak, middling, strong.
    Foe1 "fo1" "#f3c49a" "#6b4220",
    /// See above.
    Foe2 "fo2" "#e08a3c" "#c06a28",
    /// See above.
    Foe3 "fo3" "#b84700" "#ffa25e",
    /// Blocs, told apart by letters as well.
    Bloc1 "bl1" "#00765a" "#3cc79f",
    /// See above.
    Bloc2 "bl2" "#8a4f9e" "#c79be6",
    /// See above.
    Bloc3 "bl3" "#7d6a00" "#d8c24a",
    /// See above.
    Bloc4 "bl4" "#a3365a" "#f08aa8",
    /// See above.
    Bloc5 "bl5" "#47586a" "#a9bccf",
}

impl Ink {
    /// The colour of a quad class.
    pub const fn of(quad: Quad) -> Ink {
        match quad {
            Quad::VerbalCooperation => Ink::Vc,
            Quad::MaterialCooperation => Ink::Mc,
            Quad::VerbalConflict => Ink::Vx,
            Quad::MaterialConflict => Ink::Mx,
        }
    }

    /// The colour of a value on the scale −10…+10; `Quiet` for what is nearly neutral.
    pub fn of_value(value: f64) -> Ink {
        match value {
            v if v >= 6.0 => Ink::Friend3,
            v if v >= 3.0 => Ink::Friend2,
            v if v >= 0.5 => Ink::Friend1,
            v if v > -0.5 => Ink::Quiet,
            v if v > -3.0 => Ink::Foe1,
            v if v > -6.0 => Ink::Foe2,
            _ => Ink::Foe3,
        }
    }

    /// The colour of the bloc with this number, from 0; they come round again after five.
    pub const fn of_bloc(number: usize) -> Ink {
        match number % 5 {
            0 => Ink::Bloc1,
            1 => Ink::Bloc2,
            2 => Ink::Bloc3,
            3 => Ink::Bloc4,
            _ => Ink::Bloc5,
        }
    }

    /// Red, green, blue.
    pub fn rgb(self, theme: Theme) -> [u8; 3] {
        let hex = self.hex(theme);
        let part = |at: usize| hex.get(at..at + 2).and_then(|h| u8::from_str_radix(h, 16).ok()).unwrap_or(0);
        [part(1), part(3), part(5)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance after WCAG.
    fn luminance(ink: Ink, theme: Theme) -> f64 {
        let [r, g, b] = ink.rgb(theme).map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(x: Ink, y: Ink, theme: Theme) -> f64 {
        let (x, y) = (luminance(x, theme), luminance(y, theme));
        (x.max(y) + 0.05) / (x.min(y) + 0.05)
    }

    #[test]
    fn words_and_signs_stand_out_from_their_ground() {
        for theme in [Theme::Light, Theme::Dark] {
            for ink in [Ink::Word, Ink::Quiet, Ink::Level, Ink::Better, Ink::Worse, Ink::Alike] {
                assert!(contrast(ink, Ink::Paper, theme) >= 4.5, "{ink:?} {theme:?}");
            }
            for ink in [Ink::Vc, Ink::Mc, Ink::Vx, Ink::Mx, Ink::Bloc1, Ink::Bloc2, Ink::Bloc3, Ink::Bloc4] {
                assert!(contrast(ink, Ink::Paper, theme) >= 3.0, "{ink:?} {theme:?}");
            }
        }
    }

    #[test]
    fn all_colours_are_written_in_the_stylesheet() {
        assert!(STYLE.contains(".f-level { fill: #f2f0eb }") && STYLE.contains(".s-vc { stroke: #7cc4f2 }"));
    }
}
