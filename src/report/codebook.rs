//! `CODEBOOK.md`: what every table, column and indicator of a release means, in Chinese and English.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::facts::{facts_columns, quarantine_columns, status_columns};
use super::number::figure;
use super::titles::unit_title;
use super::values::{Listed, values};
use crate::domain::{Lang, Period, Text, index_specs};
use crate::pipeline::{Better, ColumnKind, ExtractFormat, Form, Indicator, Pipeline, RowUnit};
use crate::tables::{BY_PERIOD, ColumnSpec, TableHead, ValueKind, ValuesOf, sdmx_spec};

/// The codebook as Markdown: tables, facts by form, indicators, dimensions, and what the reasons for nulls mean.
pub fn codebook(pipeline: &Pipeline, tables: &[TableHead<'_>], reasons: &[(&'static str, Text)]) -> String {
    let mut page = format!("# {}\n\n", both(&pipeline.title));
    if pipeline.synthetic {
        page += "**模拟数据，非真实统计。 Synthetic data, no real statistics.**\n\n";
    }
    if let Some(description) = &pipeline.credit.description {
        page += &format!("{}\n\n", both(description));
    }
    if let Some(publisher) = &pipeline.credit.publisher {
        page += &format!("发布 Publisher: {}\n\n", both(publisher));
    }
    if let Some(contact) = &pipeline.credit.contact {
        page += &format!("联系 Contact: {}\n\n", both(contact));
    }
    if let Some(licence) = &pipeline.licence {
        page += &format!("许可 Licence: {licence}\n\n");
    }
    page += "代码一律为文本；份额为 0 至 1，指标值按其自身单位。空值不等于零。\n\
             Codes are text; shares are 0 to 1, values of indicators in their own unit. Null is not zero.\n\n\
             各数的公式、权数与适用范围见 huizong 的 docs/methods.md。 \
             Formulas, weights and limits of every figure: docs/methods.md of huizong.\n\n";
    for table in tables {
        table_section(&mut page, pipeline, table);
    }
    for form in &pipeline.forms {
        form_section(&mut page, pipeline, form);
    }
    uncounted_section(&mut page, pipeline);
    quarantine_section(&mut page, pipeline);
    extract_section(&mut page, pipeline);
    indicator_section(&mut page, pipeline);
    dimension_section(&mut page, pipeline);
    index_section(&mut page);
    reason_section(&mut page, reasons);
    page
}

fn table_section(page: &mut String, pipeline: &Pipeline, table: &TableHead<'_>) {
    heading(
        page,
        &format!("`tables/{}.parquet` · {}", table.name, both(&table.spec.title)),
    );
    let key = if table.spec.key_may_be_null() {
        "唯一键（可含空值） Unique key, in which columns may be null"
    } else {
        "主键 Primary key"
    };
    line(page, &format!("{key}: {}", quoted(&table.spec.key)));
    columns(page, pipeline, &table.spec.columns, |column| {
        match column.values_of {
            // Listed further down, or above.
            Some(ValuesOf::Period | ValuesOf::Dimension | ValuesOf::InequalityIndex) => String::new(),
            _ => codes(pipeline, column),
        }
    });
}

/// Every value of a column, and what it means.
fn codes(pipeline: &Pipeline, column: &ColumnSpec) -> String {
    let code = |value: &Listed| match &value.title {
        Some(title) => format!("`{}` {}", value.id, both(title)),
        None => format!("`{}`", value.id),
    };
    values(pipeline, column).iter().map(code).collect::<Vec<_>>().join("; ")
}

fn form_section(page: &mut String, pipeline: &Pipeline, form: &Form) {
    heading(page, &format!("`facts/{}/` · {}", form.id, both(&form.title)));
    let unit = match &form.unit {
        RowUnit::Area(level) => pipeline.registry.levels[*level].as_str(),
        RowUnit::Below(name) => name,
    };
    line(page, &format!("一行是一个 {unit}。 A row is one {unit}."));
    columns(page, pipeline, &facts_columns(pipeline, form), |column| {
        form.column(&column.name)
            .map_or_else(String::new, |at| details(pipeline, form, at))
    });
}

fn uncounted_section(page: &mut String, pipeline: &Pipeline) {
    heading(page, "`uncounted/` · 未计入的行 Rows that do not count, typed");
    line(
        page,
        "计入范围的报送中未计入的行，列与 `facts/` 相同，另有状态与原因；与 `facts/` 合并即为读入的全部记录，`huizong sql` 给出由此汇总的 SQL。 \
         Rows that do not count, of the submissions that do: the columns of `facts/`, with status and codes. Together with \
         `facts/` these are all records that were judged; `huizong sql` prints the SQL that sums them.",
    );
    for form in &pipeline.forms {
        let _ = writeln!(page, "- `uncounted/{}/` {}", form.id, both(&form.title));
    }
    page.push('\n');
    columns(page, pipeline, &status_columns(pipeline), |_| String::new());
}

fn quarantine_section(page: &mut String, pipeline: &Pipeline) {
    heading(page, "`quarantine/` · 隔离的原始行 Quarantined rows, as received");
    line(
        page,
        "每种表式、报告期和地区一个文件。表式各列均为原文（文本）。 One file for each form, period and area. The form's own \
         columns hold the text as received.",
    );
    for form in &pipeline.forms {
        let _ = writeln!(page, "- `quarantine/{}/` {}", form.id, both(&form.title));
    }
    page.push('\n');
    columns(page, pipeline, &quarantine_columns(pipeline), |_| String::new());
}

fn extract_section(page: &mut String, pipeline: &Pipeline) {
    if pipeline.extracts.is_empty() {
        return;
    }
    heading(page, "`extracts/` · 其他格式的统计表 Tables in further formats");
    line(
        page,
        "与同名 Parquet 表逐行相同；空单元格即空值。CSV 为 UTF-8（带 BOM），会被表格软件当作公式的文本前加撇号。 Row by row the \
         Parquet table of that name; an empty cell is a null. CSV is UTF-8 with a byte order mark; an apostrophe stands \
         before texts that a spreadsheet would run as a formula.",
    );
    for extract in &pipeline.extracts {
        for format in &extract.formats {
            let (table, ending) = (&extract.table, format.ending());
            let is_by_period = BY_PERIOD.contains(&table.as_str()) && *format == ExtractFormat::Csv;
            let _ = match is_by_period {
                _ if *format == ExtractFormat::SdmxCsv => {
                    writeln!(page, "- `extracts/{table}.{ending}` — {}", both(&sdmx_spec().title))
                }
                true => writeln!(
                    page,
                    "- `extracts/{table}/*.{ending}` = `tables/{table}.parquet`，每期一个文件 a file a period"
                ),
                false => writeln!(page, "- `extracts/{table}.{ending}` = `tables/{table}.parquet`"),
            };
        }
    }
    page.push('\n');
    let mut formats = pipeline.extracts.iter().flat_map(|extract| &extract.formats);
    if formats.any(|format| *format == ExtractFormat::SdmxCsv) {
        *page += "- `extracts/indicators.sdmx.xml` — 其结构（SDMX-ML 3.0：代码表、概念、数据结构、数据流） Its structure: \
                  code lists, concepts, data structure and dataflow as SDMX-ML 3.0\n";
        columns(page, pipeline, &sdmx_spec().columns, |column| codes(pipeline, column));
    }
}

/// What the definition says of a column beyond name, type, unit and title.
fn details(pipeline: &Pipeline, form: &Form, at: usize) -> String {
    let column = &form.columns[at];
    let mut parts = Vec::new();
    if let Some(description) = &column.description {
        parts.push(both(description));
    }
    match &column.kind {
        ColumnKind::Category { values } => {
            let ids: Vec<String> = values
                .iter()
                .map(|(id, words)| format!("{id} ({})", words.join(", ")))
                .collect();
            parts.push(ids.join("; "));
        }
        ColumnKind::DivisionCode { level: Some(level) } | ColumnKind::DivisionName { level } => {
            parts.push(format!("{} → areas.area_code", pipeline.registry.levels[*level]));
        }
        _ => {}
    }
    if let Some((min, max)) = column.range {
        parts.push(format!("{min}..{max}"));
    }
    if column.required {
        parts.push("必填 required".into());
    }
    parts.join("; ")
}

fn columns(page: &mut String, pipeline: &Pipeline, columns: &[ColumnSpec], details: impl Fn(&ColumnSpec) -> String) {
    *page += "| 列 Column | 类型 Type | 单位 Unit | 说明 Meaning | 空值 Null |\n|---|---|---|---|---|\n";
    for column in columns {
        let mut meaning = both(&column.title);
        let more = details(column);
        if !more.is_empty() {
            meaning += &format!(" — {more}");
        }
        if let Some(caveat) = &column.caveat {
            meaning += &format!(" — **注意 Caution**: {}", both(caveat));
        }
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            column.name,
            kind_name(column.kind),
            cell(&unit(pipeline, column.unit.as_deref().unwrap_or(""))),
            cell(&meaning),
            cell(&column.null.as_ref().map(both).unwrap_or_default())
        );
    }
    page.push('\n');
}

/// The code of a unit, and how readers of either language write it.
fn unit(pipeline: &Pipeline, code: &str) -> String {
    let Some(title) = unit_title(pipeline, code) else {
        return code.to_owned();
    };
    let mut words = vec![title.get(Lang::Zh), title.get(Lang::En)];
    words.dedup();
    words.retain(|word| *word != code);
    format!("{code} ({})", words.join(", "))
}

fn indicator_section(page: &mut String, pipeline: &Pipeline) {
    heading(page, "指标 Indicators");
    *page += "| 指标 Indicator | 名称 Title | 公式 Formula | 单位 Unit | 基期 Baseline | 目标 Target | 说明 Notes |\n";
    *page += "|---|---|---|---|---|---|---|\n";
    for indicator in &pipeline.indicators {
        let dated = |values: &BTreeMap<Period, f64>| {
            values
                .iter()
                .map(|(period, value)| format!("{period}: {}", figure(*value)))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let notes: Vec<String> = [&indicator.sources, &indicator.caveats]
            .into_iter()
            .flatten()
            .map(both)
            .collect();
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} | {} | {} |",
            indicator.id,
            cell(&both(&indicator.title)),
            cell(&formula(pipeline, indicator)),
            cell(&unit(pipeline, &indicator.unit)),
            dated(&indicator.baseline),
            dated(&indicator.target),
            cell(&notes.join("; "))
        );
    }
    page.push('\n');
}

/// The indicator down to the columns of its form, for readers of one language.
pub(super) fn formula_in(pipeline: &Pipeline, indicator: &Indicator, lang: Lang) -> String {
    let better = direction(indicator).map(|better| format!(" · {}", better.get(lang)));
    computed(pipeline, indicator) + &better.unwrap_or_default()
}

/// The same for readers of both languages.
pub(super) fn formula(pipeline: &Pipeline, indicator: &Indicator) -> String {
    let better = direction(indicator);
    let better = better.map(|better| format!(" · {} {}", better.get(Lang::Zh), better.get(Lang::En)));
    computed(pipeline, indicator) + &better.unwrap_or_default()
}

fn direction(indicator: &Indicator) -> Option<Text> {
    match indicator.better {
        Better::Higher => Some(Text::new("高为优", "higher is better")),
        Better::Lower => Some(Text::new("低为优", "lower is better")),
        Better::Neither => None,
    }
}

fn computed(pipeline: &Pipeline, indicator: &Indicator) -> String {
    let (numerator, denominator) = (
        &pipeline.measures[indicator.numerator],
        &pipeline.measures[indicator.denominator],
    );
    let mut forms = pipeline
        .forms_of(indicator)
        .map(|form| pipeline.forms[form].id.as_str())
        .to_vec();
    forms.dedup();
    let mut text = format!("Σ({}) ÷ Σ({})", numerator.value.text, denominator.value.text);
    if indicator.factor != 1.0 {
        text += &format!(" × {}", indicator.factor);
    }
    text += &format!(" · {}", forms.join(" ÷ "));
    for (dimension, members) in &indicator.filter {
        text += &format!(" · {} ∈ {{{}}}", pipeline.dimensions[*dimension].id, members.join(", "));
    }
    text
}

fn dimension_section(page: &mut String, pipeline: &Pipeline) {
    if pipeline.dimensions.is_empty() {
        return;
    }
    heading(page, "维度 Dimensions");
    for dimension in &pipeline.dimensions {
        let members: Vec<String> = dimension
            .members
            .iter()
            .map(|member| format!("`{}` {}", member.id, both(&member.title)))
            .collect();
        let _ = writeln!(
            page,
            "- `{}` {}: {}",
            dimension.id,
            both(&dimension.title),
            members.join("; ")
        );
    }
    page.push('\n');
}

/// Every index of `inequality` and `inequality_parts`.
fn index_section(page: &mut String) {
    heading(page, "不平等指数 Inequality indices");
    line(
        page,
        "x 为单元的比值（分子÷分母，不乘系数），w 为其分母所占份额，μ = Σ w x，F 为中位次（低于该值的份额加上等于该值的份额的一半）；组 k 的份额为 p、均值为 μk、占分子的份额为 s = p μk ÷ μ、组内基尼系数为 Gk；best 为最优的 x。 \
         x is a unit's ratio (numerator ÷ denominator, \
         without the factor), w its share of the denominators, μ = Σ w x, F its mid-rank: the share below it and half the share at it. \
         A group k has the share p, the mean μk, the share s = p μk ÷ μ of the numerators and the Gini coefficient Gk; best is the best x.",
    );
    *page += "| 指数 Index | 名称 Title | 公式 Formula | 说明 Notes | 文献 Source |\n|---|---|---|---|---|\n";
    for index in index_specs() {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            index.id,
            cell(&both(&index.title)),
            cell(&index.formula),
            cell(&both(&index.note)),
            cell(index.source.as_deref().unwrap_or(""))
        );
    }
    page.push('\n');
}

/// Stages share tokens where they mean the same; each is explained once.
fn reason_section(page: &mut String, reasons: &[(&'static str, Text)]) {
    heading(
        page,
        "空值原因 Reasons for nulls (`null_reason` and the columns that end with `_null_reason`)",
    );
    let by_token: BTreeMap<&str, &Text> = reasons.iter().rev().map(|(token, text)| (*token, text)).collect();
    for (token, text) in by_token {
        let _ = writeln!(page, "- `{token}` {}", both(text));
    }
    page.push('\n');
}

fn heading(page: &mut String, text: &str) {
    let _ = writeln!(page, "## {text}\n");
}

fn line(page: &mut String, text: &str) {
    let _ = writeln!(page, "{text}\n");
}

fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Chinese and English beside each other; once, where they are the same.
fn both(text: &Text) -> String {
    let (zh, en) = (text.get(Lang::Zh), text.get(Lang::En));
    if zh == en { zh.to_owned() } else { format!("{zh} {en}") }
}

/// Text for a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

fn kind_name(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Text => "text",
        ValueKind::Integer => "int64",
        ValueKind::Real => "double",
        ValueKind::Boolean => "boolean",
        ValueKind::Date => "date",
    }
}
