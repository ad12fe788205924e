//! What stands on the first sheet, what indicators mean, and what columns mean.

use std::collections::BTreeMap;

use crate::domain::{Lang, Period};
use crate::pipeline::Indicator;
use crate::report::codebook::formula_in;
use crate::report::gather::{Gathering, goals_first};
use crate::report::number::count as shown_count;
use crate::report::words::{notice, span};
use crate::report::workbook::fields::{own, sheet};
use crate::report::workbook::model::{About, Book, Cell, Column, Sheet};
use crate::report::workbook::names::Names;
use crate::report::workbook::words::{self, Words};
use crate::tables::{ColumnSpec, table_specs};

/// The workbook of some sheets, with what its first one says.
pub(super) fn book<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>, sheets: Vec<Sheet<'a>>) -> Book<'a> {
    let pipeline = all.pipeline;
    let mut warnings = Vec::new();
    // In both languages: a file is passed on to anybody.
    for lang in [names.lang, if names.lang == Lang::Zh { Lang::En } else { Lang::Zh }] {
        if pipeline.synthetic {
            warnings.push(words::SYNTHETIC.get(lang).to_owned());
        }
        warnings.extend(notice(all.sources.standing).map(|notice| notice.get(lang).to_owned()));
    }
    let periods = (pipeline.periods.iter().min()).zip(pipeline.periods.iter().max());
    let periods = periods.map(|(first, last)| names.text(&span(*first, *last)));
    let place = names.text(&all.areas.name(all.root()));
    let say = |words: Words| words.get(names.lang).to_owned();
    let mut about = vec![(say(Words("范围", "Area")), place.clone())];
    if let Some(periods) = &periods {
        about.push((say(Words("报告期", "Periods")), periods.clone()));
    }
    if let Some(period) = all.period {
        about.push((say(Words("最近一期", "Latest period")), period.to_string()));
    }
    about.push((
        say(Words("来源", "Source")),
        match names.lang {
            Lang::Zh => format!("{} 件上报的汇总", shown_count(all.rows.submissions as i64)),
            Lang::En => format!("Computed from {} submissions", shown_count(all.rows.submissions as i64)),
        },
    ));
    let credit = &pipeline.credit;
    let named = [
        (Words("发布", "Publisher"), credit.publisher.as_ref()),
        (Words("联系", "Contact"), credit.contact.as_ref()),
    ];
    for (label, text) in named {
        about.extend(text.map(|text| (say(label), names.text(text))));
    }
    about.extend(
        credit
            .homepage
            .iter()
            .map(|page| (say(Words("网页", "Homepage")), page.clone())),
    );
    about.push((say(Words("汇总定义", "Pipeline")), pipeline.name.clone()));
    if let Some(licence) = &pipeline.licence {
        about.push((say(Words("许可", "Licence")), licence.clone()));
    }
    Book {
        title: names.text(&crate::report::words::named(&pipeline.title, &pipeline.name)),
        subtitle: [Some(place), periods]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · "),
        warnings,
        about,
        notes: words::NOTES.iter().map(|note| say(*note)).collect(),
        sheets,
    }
}

pub(super) fn definitions<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> Sheet<'a> {
    let none = Some(Words("没有", "there is none"));
    let columns = [
        (words::INDICATOR, Words("指标名称", "Title of the indicator"), None),
        (
            words::INDICATOR_ID,
            Words("数据表中的代码", "Its id in the tables"),
            None,
        ),
        (
            words::UNIT,
            Words("数值的单位", "Unit of the values"),
            Some(Words("单位见名称", "the title says it")),
        ),
        (
            words::FORMULA,
            Words("由表式各列计算的公式", "How it follows from the columns of its form"),
            None,
        ),
        (words::BASELINES, Words("公布的基期值", "Published baselines"), none),
        (words::TARGETS, Words("目标值", "Targets"), none),
        (
            words::SOURCES,
            Words("目标与基期值的来源", "Where goals come from"),
            none,
        ),
        (words::CAVEATS, Words("须注意之处", "What must be known of it"), none),
    ];
    let columns = columns.into_iter();
    Sheet {
        columns: columns
            .map(|(title, meaning, empty)| own(title, meaning, empty, names))
            .collect(),
        rows: goals_first(all.pipeline)
            .map(|(_, indicator)| definition(all, indicator, names))
            .collect(),
        frozen: 1,
        ..sheet(words::DEFINITIONS, names)
    }
}

fn definition<'a>(all: &'a Gathering<'a>, indicator: &'a Indicator, names: &'a Names<'a>) -> Vec<Cell<'a>> {
    let dated = |values: &BTreeMap<Period, f64>| {
        let each = values.iter().map(|(period, value)| format!("{period}: {value}"));
        Cell::maybe(Some(each.collect::<Vec<_>>().join("; ")).filter(|text| !text.is_empty()))
    };
    let unit = Some(names.unit(&indicator.unit)).filter(|unit| !unit.is_empty());
    vec![
        Cell::text(names.indicator(&indicator.id)),
        Cell::text(indicator.id.as_str()),
        Cell::maybe(unit),
        Cell::text(formula_in(all.pipeline, indicator, names.lang)),
        dated(&indicator.baseline),
        dated(&indicator.target),
        Cell::maybe(indicator.sources.as_ref().map(|text| text.get(names.lang))),
        Cell::maybe(indicator.caveats.as_ref().map(|text| text.get(names.lang))),
    ]
}

/// A row a column of the other sheets; those that the definition or the data make are told of together.
pub(super) fn columns<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>, sheets: &[Sheet<'a>]) -> Sheet<'a> {
    let heads = [
        (words::SHEET, Words("工作表", "Sheet of this workbook"), None),
        (words::COLUMN, Words("列的标题", "Header of the column"), None),
        (words::MEANING, Words("含义", "What it means"), None),
        (
            words::UNIT,
            Words("单位", "Unit"),
            Some(Words("没有，或见另一列", "none, or another column has it")),
        ),
        (words::EMPTY, Words("空单元格的含义", "What an empty cell means"), None),
        (
            words::IN_TABLE,
            Words("tables/ 中的数据表和列", "Table and column in tables/"),
            Some(Words("数据表中没有", "no table has it")),
        ),
    ];
    let heads = heads
        .into_iter()
        .map(|(title, meaning, empty)| own(title, meaning, empty, names));
    let heads: Vec<Column> = heads.collect();
    let mut rows: Vec<Vec<Cell<'a>>> = Vec::new();
    for sheet in sheets {
        let mut last = None;
        for column in &sheet.columns {
            let is_one_of_many = matches!(&column.about, About::Table { each: Some(_), .. });
            if !is_one_of_many || last != Some(&column.about) {
                rows.push(told(all, sheet, column, names));
            }
            last = Some(&column.about);
        }
    }
    let own = sheet(words::COLUMNS, names);
    rows.extend(heads.iter().map(|column| told(all, &own, column, names)));
    Sheet {
        columns: heads,
        rows,
        frozen: 2,
        ..own
    }
}

fn told<'a>(all: &Gathering<'_>, sheet: &Sheet<'_>, column: &Column, names: &Names<'_>) -> Vec<Cell<'a>> {
    let (title, meaning, unit, empty, place) = match &column.about {
        About::Own { meaning, empty } => (&column.title, meaning.clone(), None, empty.clone(), None),
        About::Table {
            table,
            column: name,
            each,
        } => {
            let spec = spec(table, name);
            let empty = empty(sheet, (*table, spec), names);
            (
                each.as_ref().unwrap_or(&column.title),
                names.text(&spec.title),
                unit(all, spec, names),
                empty,
                Some(format!("{table}.{name}")),
            )
        }
    };
    vec![
        Cell::text(sheet.name),
        Cell::text(title.clone()),
        Cell::text(meaning),
        Cell::maybe(unit),
        Cell::text(empty),
        Cell::maybe(place),
    ]
}

/// What an empty cell means: where its reason stands, it is said where.
fn empty(sheet: &Sheet<'_>, (table, spec): (&str, &ColumnSpec), names: &Names<'_>) -> String {
    let Some(reason) = &spec.null_in else {
        let null = spec.null.as_ref();
        return null
            .map_or(words::NEVER.get(names.lang), |null| null.get(names.lang))
            .to_owned();
    };
    let mut columns = sheet.columns.iter();
    let here = columns.find(|own| matches!(&own.about, About::Table { column, .. } if column == reason));
    match (here, names.lang) {
        (Some(own), Lang::Zh) => format!("原因见“{}”列", own.title),
        (Some(own), Lang::En) => format!("the column “{}” says why", own.title),
        (None, Lang::Zh) => format!("原因见 tables/{table}.parquet 的 {reason} 列"),
        (None, Lang::En) => format!("{reason} in tables/{table}.parquet says why"),
    }
}

fn spec(table: &str, column: &str) -> &'static ColumnSpec {
    let mut columns = table_specs()[table].columns.iter();
    columns
        .find(|own| own.name == column)
        .expect("a sheet has columns of its table")
}

fn unit(all: &Gathering<'_>, spec: &ColumnSpec, names: &Names<'_>) -> Option<String> {
    let unit = spec.unit.as_deref()?;
    Some(match unit {
        "share" => words::AS_PERCENTAGE.get(names.lang).to_owned(),
        unit => all
            .pipeline
            .units
            .word(unit, names.lang)
            .unwrap_or_else(|| unit.to_owned()),
    })
}
