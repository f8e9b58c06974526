//! Colours by their role, for a light and a dark page. The eight hues are those of Okabe & Ito (2008), told
//! apart by all common kinds of colour blindness; what matters is told apart by shape or pattern as well.

/// The page that a chart stands on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark ink on white.
    #[default]
    Light,
    /// Light ink on near black.
    Dark,
}

/// What a colour is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The page.
    Paper,
    /// Text and outlines.
    Ink,
    /// Text of second rank.
    Faint,
    /// Lines of second rank.
    Rule,
    /// Lines of a grid.
    Grid,
    /// Backgrounds of groups and closed days.
    Band,
    Blue,
    Sky,
    Orange,
    Vermilion,
    Green,
    Purple,
    Yellow,
    Grey,
}

impl Role {
    /// All roles; in either theme no two have the same colour.
    const ALL: [Self; 14] = [
        Self::Paper,
        Self::Ink,
        Self::Faint,
        Self::Rule,
        Self::Grid,
        Self::Band,
        Self::Blue,
        Self::Sky,
        Self::Orange,
        Self::Vermilion,
        Self::Green,
        Self::Purple,
        Self::Yellow,
        Self::Grey,
    ];

    /// Red, green and blue.
    pub(super) fn rgb(self, theme: Theme) -> (u8, u8, u8) {
        let (light, dark) = match self {
            Self::Paper => (0xFF_FF_FF, 0x16_19_1D),
            Self::Ink => (0x1F_24_30, 0xE8_EA_ED),
            Self::Faint => (0x5B_63_70, 0xA5_AD_BA),
            Self::Rule => (0xB4_BA_C4, 0x4B_53_5F),
            Self::Grid => (0xE3_E6_EA, 0x2E_34_3C),
            Self::Band => (0xF3_F5_F7, 0x1F_24_2B),
            Self::Blue => (0x00_72_B2, 0x4C_9F_DB),
            Self::Sky => (0x56_B4_E9, 0x8C_CF_F5),
            Self::Orange => (0xE6_9F_00, 0xF0_B4_29),
            Self::Vermilion => (0xD5_5E_00, 0xF2_7F_33),
            Self::Green => (0x00_9E_73, 0x2D_BF_96),
            Self::Purple => (0xCC_79_A7, 0xDB_94_BD),
            Self::Yellow => (0xF0_E4_42, 0xF5_EC_6B),
            Self::Grey => (0x8A_92_9E, 0x7F_88_95),
        };
        let colour: u32 = if theme == Theme::Light { light } else { dark };
        ((colour >> 16) as u8, (colour >> 8) as u8, colour as u8)
    }

    /// The colour as SVG writes it: `#0072B2`.
    pub(super) fn hex(self, theme: Theme) -> String {
        let (red, green, blue) = self.rgb(theme);
        format!("#{red:02X}{green:02X}{blue:02X}")
    }
}

/// Style rules that show light charts inside `scope` in dark colours. A rule of a style sheet wins over the
/// attribute that carries the colour, so that a chart needs no classes.
pub(in crate::report) fn dark_rules(scope: &str) -> String {
    let rule = |role: &Role| {
        let (light, dark) = (role.hex(Theme::Light), role.hex(Theme::Dark));
        format!("{scope} svg [fill=\"{light}\"]{{fill:{dark}}}{scope} svg [stroke=\"{light}\"]{{stroke:{dark}}}\n")
    };
    Role::ALL.iter().map(rule).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_roles_share_a_colour() {
        for theme in [Theme::Light, Theme::Dark] {
            let mut colours: Vec<String> = Role::ALL.iter().map(|role| role.hex(theme)).collect();
            colours.sort();
            colours.dedup();
            assert_eq!(colours.len(), Role::ALL.len());
        }
        assert_eq!(Role::Blue.hex(Theme::Light), "#0072B2");
    }

    /// Relative luminance and contrast as in WCAG 2.1.
    fn contrast(a: Role, b: Role, theme: Theme) -> f64 {
        let luminance = |role: Role| {
            let (red, green, blue) = role.rgb(theme);
            let linear = |c: u8| {
                let c = f64::from(c) / 255.0;
                if c <= 0.04045 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) }
            };
            0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_stands_out_as_the_accessibility_guidelines_ask() {
        for theme in [Theme::Light, Theme::Dark] {
            for ink in [Role::Ink, Role::Faint] {
                for paper in [Role::Paper, Role::Band] {
                    assert!(contrast(ink, paper, theme) >= 4.5, "{ink:?} on {paper:?}, {theme:?}");
                }
            }
        }
    }
}
