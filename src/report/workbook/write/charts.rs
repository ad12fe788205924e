//! Charts that a spreadsheet draws itself, two beside each other. Lines and bars differ in their marks and patterns, not by colour
//! alone.

use rust_xlsxwriter::{
    Chart as Drawing, ChartAxisCrossing, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartLineDashType,
    ChartMarker, ChartMarkerType, ChartPatternFill, ChartPatternFillType, ChartRange, ChartSolidFill, Color, Worksheet,
    XlsxError,
};
use rust_xlsxwriter::{ChartDataLabel, ChartSeries};

use super::look::brief;
use super::sheet::HEAD;
use crate::report::workbook::model::{Chart, ChartKind, Range, Role, Series};

const MAIN: Color = Color::RGB(0x001F_4E79);
const OTHER: Color = Color::RGB(0x00C5_5A11);
const FAINT: Color = Color::RGB(0x0080_8080);
const GRID: Color = Color::RGB(0x00D9_D9D9);

/// Size of a chart, in pixels.
const WIDTH: u32 = 500;
const HEIGHT: u32 = 300;
/// Height of a pair of bars, and what stands around all of them.
const PAIR: u32 = 46;
const AROUND: u32 = 130;

/// Columns that a chart covers, and height of a row, in pixels.
const COLUMNS: u16 = 8;
const ROW: u32 = 20;

/// Height of a printed page, in pixels, at the scale of print.
const PAGE: u32 = 900;
const SCALE: u16 = 72;

/// UTF-16 units of a title, and of what is told in place of a chart: the most that Excel takes.
const TITLE: usize = 120;
const TOLD: usize = 255;

pub fn write(sheet: &mut Worksheet, charts: &[Chart]) -> Result<(), XlsxError> {
    let mut row = HEAD;
    let (mut used, mut breaks) = (0, Vec::new());
    for pair in charts.chunks(2) {
        let height = pair.iter().map(height).max().unwrap_or(HEIGHT);
        let rows = height.div_ceil(ROW) + 1;
        if used > 0 && used + rows * ROW > PAGE {
            breaks.push(row);
            used = 0;
        }
        for (at, chart) in (0..).zip(pair) {
            sheet.insert_chart(row, at * COLUMNS, &drawing(chart))?;
        }
        row += rows;
        used += rows * ROW;
    }
    // A page is broken between charts, which it is not where the width is fitted.
    sheet.set_print_scale(SCALE);
    sheet.set_page_breaks(&breaks)?;
    Ok(())
}

fn height(chart: &Chart) -> u32 {
    let Some((first, last)) = chart.categories.rows else {
        return HEIGHT;
    };
    (AROUND + (last - first + 1) as u32 * PAIR).max(HEIGHT)
}

fn drawing(of: &Chart) -> Drawing {
    let mut chart = match of.kind {
        ChartKind::Lines => Drawing::new_line(),
        ChartKind::Bars => Drawing::new_bar(),
    };
    for series in &of.series {
        draw(chart.add_series(), of, series);
    }
    chart
        .title()
        .set_name(&literal(&of.title))
        .set_font(ChartFont::new().set_size(11));
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.set_alt_text(brief(&of.told, TOLD));
    chart.set_width(WIDTH).set_height(height(of));
    if of.kind == ChartKind::Bars {
        // From above, as in the table, with the scale of the values beneath.
        chart.y_axis().set_reverse().set_crossing(ChartAxisCrossing::Max);
    }
    let values = match of.kind {
        ChartKind::Lines => chart.y_axis(),
        ChartKind::Bars => chart.x_axis(),
    };
    if !of.unit.is_empty() {
        values.set_name(&literal(&of.unit));
    }
    values.set_major_gridlines_line(ChartLine::new().set_color(GRID));
    chart
}

fn draw(drawn: &mut ChartSeries, of: &Chart, series: &Series) {
    drawn
        .set_name(&literal(&series.name))
        .set_categories(&range(of.sheet, of.categories))
        .set_values(&range(of.sheet, series.values));
    match of.kind {
        ChartKind::Lines => line(drawn, series.role),
        ChartKind::Bars => bar(drawn, series.role),
    }
}

/// A name of a chart. One with an exclamation mark, or that begins with an equals sign, would be taken for a reference to cells: the
/// full-width forms are not.
fn literal(text: &str) -> String {
    let name = brief(text, TITLE).replace('!', "！");
    match name.strip_prefix('=') {
        Some(rest) => format!("＝{rest}"),
        None => name,
    }
}

fn range(sheet: &str, of: Range) -> ChartRange {
    let row = |row: usize| HEAD + 1 + row as u32;
    let (first, last) = of.rows.map_or((HEAD, HEAD), |(first, last)| (row(first), row(last)));
    ChartRange::new_from_range(sheet, first, of.columns.0 as u16, last, of.columns.1 as u16)
}

fn line(drawn: &mut ChartSeries, role: Role) {
    let (colour, width, dash, mark) = match role {
        Role::Main => (MAIN, 2.25, ChartLineDashType::Solid, Some(ChartMarkerType::Circle)),
        Role::Other => (OTHER, 1.5, ChartLineDashType::Dash, Some(ChartMarkerType::Diamond)),
        Role::Bound => (FAINT, 1.0, ChartLineDashType::RoundDot, None),
    };
    let mut pen = ChartLine::new();
    pen.set_color(colour).set_width(width).set_dash_type(dash);
    let mut marker = ChartMarker::new();
    match mark {
        Some(mark) => {
            let mut format = ChartFormat::new();
            format.set_solid_fill(ChartSolidFill::new().set_color(colour));
            marker.set_type(mark).set_size(7).set_format(&mut format);
        }
        None => {
            marker.set_none();
        }
    }
    let mut format = ChartFormat::new();
    format.set_line(&pen);
    drawn.set_format(&mut format).set_marker(&marker);
}

fn bar(drawn: &mut ChartSeries, role: Role) {
    let mut format = ChartFormat::new();
    match role {
        Role::Main => {
            format.set_solid_fill(ChartSolidFill::new().set_color(MAIN));
        }
        Role::Other | Role::Bound => {
            let mut fill = ChartPatternFill::new();
            fill.set_pattern(ChartPatternFillType::DiagonalStripesWideUpwards)
                .set_foreground_color(OTHER)
                .set_background_color(Color::White);
            format
                .set_pattern_fill(&fill)
                .set_border(ChartLine::new().set_color(OTHER));
        }
    }
    let mut label = ChartDataLabel::new();
    label.show_value();
    drawn.set_format(&mut format).set_data_label(&label).set_gap(60);
}
