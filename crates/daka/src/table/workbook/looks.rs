//! How cells look. What a colour says, weight, slant or a pattern says too: people print in black.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatPattern, FormatUnderline};

use super::super::{Tone, Unit};
use crate::lang::Lang;

/// The formats of a workbook.
pub(crate) struct Looks {
    pub(crate) title: Format,
    pub(crate) period: Format,
    pub(crate) warning: Format,
    pub(crate) head: Format,
    pub(crate) nothing: Format,
    pub(crate) day: Format,
    /// Text of several lines.
    pub(crate) lines: Format,
    text: Format,
    plain: Format,
    middle: Format,
    whole: Format,
    tenths: Format,
    total_text: Format,
    total_whole: Format,
    total_tenths: Format,
    total_lacking: Format,
    lacking_whole: Format,
    lacking_tenths: Format,
    quiet: Format,
    mark: Format,
    alarm: Format,
    unknown: Format,
}

impl Looks {
    pub(crate) fn new(lang: Lang) -> Self {
        let line = Color::RGB(0x00BF_BFBF);
        let plain = || Format::new().set_font_size(10);
        let body = || plain().set_border(FormatBorder::Thin).set_border_color(line);
        let left = || body().set_num_format("@").set_align(FormatAlign::VerticalCenter);
        let middle =
            || body().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
        let toned = || middle().set_num_format("@").set_text_wrap();
        let lacking = || middle().set_pattern(FormatPattern::Gray125);
        let total = || middle().set_bold().set_border_top(FormatBorder::Medium);
        Self {
            title: Format::new()
                .set_bold()
                .set_font_size(14)
                .set_align(FormatAlign::VerticalCenter),
            period: plain().set_font_color(Color::RGB(0x0059_5959)),
            warning: plain().set_bold().set_font_color(Color::RGB(0x00C0_0000)),
            head: middle().set_bold().set_text_wrap().set_background_color(Color::RGB(0x00E8_F0FE)),
            nothing: middle().set_font_color(Color::RGB(0x00A6_A6A6)),
            day: middle()
                .set_num_format(lang.pick("[$-804]yyyy/mm/dd dddd", "[$-409]yyyy/mm/dd dddd")),
            lines: left().set_text_wrap(),
            text: left(),
            plain: toned(),
            middle: middle().set_num_format("@"),
            whole: middle().set_num_format("0"),
            tenths: middle().set_num_format("0.0"),
            total_text: total(),
            total_whole: total().set_num_format("0"),
            total_tenths: total().set_num_format("0.0"),
            total_lacking: total().set_pattern(FormatPattern::Gray125).set_num_format("0.0\"*\""),
            lacking_whole: lacking().set_num_format("0\"*\""),
            lacking_tenths: lacking().set_num_format("0.0\"*\""),
            quiet: toned().set_italic().set_font_color(Color::RGB(0x0080_8080)),
            mark: toned().set_bold().set_background_color(Color::RGB(0x00FF_E699)),
            alarm: toned()
                .set_bold()
                .set_underline(FormatUnderline::Single)
                .set_font_color(Color::RGB(0x009C_0006))
                .set_background_color(Color::RGB(0x00FF_C7CE)),
            unknown: toned()
                .set_pattern(FormatPattern::Gray125)
                .set_font_color(Color::RGB(0x0059_5959)),
        }
    }

    /// A whole number.
    pub(crate) fn whole_cell(&self) -> &Format {
        &self.whole
    }

    /// A number with a decimal.
    pub(crate) fn tenths_cell(&self) -> &Format {
        &self.tenths
    }

    /// Text.
    pub(crate) fn text_cell(&self) -> &Format {
        &self.text
    }

    pub(super) fn figure(&self, unit: Unit) -> &Format {
        if matches!(unit, Unit::Hours | Unit::Days) { &self.tenths } else { &self.whole }
    }

    /// A figure that leaves something out: a star says so where a pattern is lost.
    pub(crate) fn lacking(&self, unit: Unit) -> &Format {
        if matches!(unit, Unit::Hours | Unit::Days) {
            &self.lacking_tenths
        } else {
            &self.lacking_whole
        }
    }

    pub(super) fn text(&self, unit: Unit) -> &Format {
        if matches!(unit, Unit::Clock | Unit::Instant) { &self.middle } else { &self.text }
    }

    pub(super) fn total(&self, unit: Unit, lacking: bool) -> &Format {
        match unit {
            Unit::Hours | Unit::Days if lacking => &self.total_lacking,
            Unit::Hours | Unit::Days => &self.total_tenths,
            Unit::Count | Unit::Minutes => &self.total_whole,
            _ => &self.total_text,
        }
    }

    pub(super) fn tone(&self, tone: Tone) -> &Format {
        match tone {
            Tone::Plain => &self.plain,
            Tone::Quiet => &self.quiet,
            Tone::Warning => &self.mark,
            Tone::Alarm => &self.alarm,
            Tone::Unknown => &self.unknown,
        }
    }
}
