use std::collections::BTreeMap;

use crate::domain::{Lang, Text};
use crate::pipeline::units::Units;
use crate::pipeline::{Column, ColumnKind, Dimension, Form, Pipeline};
use crate::tables::{ColumnSpec, TableSpec};

/// What a Parquet file says of itself. No clock, no release number, no path: same content, same bytes.
#[derive(Clone, Debug, Default)]
pub struct FileMeta {
    /// Table title.
    pub title: Text,
    /// Columns by which rows are sorted and unique.
    pub key: Vec<String>,
    /// Of the data.
    pub licence: Option<String>,
    /// Figures are made up.
    pub synthetic: bool,
}

impl FileMeta {
    /// Of a table of the release.
    pub fn of_table(pipeline: &Pipeline, spec: &TableSpec) -> FileMeta {
        FileMeta {
            title: spec.title.clone(),
            key: spec.key.clone(),
            licence: pipeline.licence.clone(),
            synthetic: pipeline.synthetic,
        }
    }

    /// Schema metadata, as Arrow has it.
    pub fn entries(&self) -> BTreeMap<String, String> {
        let mut entries = BTreeMap::from([
            ("primary_key".to_string(), self.key.join(",")),
            ("synthetic".to_string(), self.synthetic.to_string()),
        ]);
        for (lang, title) in &self.title.0 {
            entries.insert(format!("title_{lang}"), title.clone());
        }
        if let Some(licence) = &self.licence {
            entries.insert("licence".to_string(), licence.clone());
        }
        entries
    }
}

/// What a column says of itself.
#[derive(Clone, Debug, Default)]
pub struct FieldMeta {
    /// What a person calls it.
    pub title: Text,
    /// Unit, where it has one.
    pub unit: Option<String>,
    /// What a null means.
    pub null: Option<Text>,
    /// What the values mean, where a list of codes fixes them.
    pub values: BTreeMap<String, Text>,
    /// What the column must not be used for.
    pub caveat: Option<Text>,
}

impl FieldMeta {
    /// Of a column of a release's table.
    pub fn of_spec(spec: &ColumnSpec) -> FieldMeta {
        FieldMeta {
            title: spec.title.clone(),
            unit: spec.unit.clone(),
            null: spec.null.clone(),
            values: spec.value_titles.clone(),
            caveat: spec.caveat.clone(),
        }
    }

    /// Of a column of a form, in facts. Its unit is the code of the unit, however the form writes it.
    pub fn of_column(units: &Units, column: &Column) -> FieldMeta {
        let unit = match &column.kind {
            ColumnKind::Integer { unit } => unit.clone(),
            ColumnKind::Decimal { unit, percent, .. } => unit.clone().or(percent.then(|| "percent".to_string())),
            _ => None,
        };
        let unit = unit.map(|written| units.code(&written));
        let null = (!column.required)
            .then(|| Text::new("未填、不适用或无法辨认", "not given, not applicable or not readable"));
        FieldMeta {
            title: column.title.clone(),
            unit,
            null,
            ..FieldMeta::default()
        }
    }

    /// Of the column of facts with the member of each row in a dimension.
    fn of_members(dimension: &Dimension) -> FieldMeta {
        let (zh, en) = (dimension.title.get(Lang::Zh), dimension.title.get(Lang::En));
        FieldMeta {
            title: Text::new(format!("{zh}（分组成员）"), format!("{en}: member of the row")),
            ..FieldMeta::default()
        }
    }

    /// Of the columns that facts and quarantine carry beside the form's own.
    pub fn of_system_column(pipeline: &Pipeline, name: &str) -> FieldMeta {
        let partition = &pipeline.registry.levels[pipeline.registry.partition];
        let title = match name {
            "period" => Text::new("报告期", "Reporting period"),
            "area_code" => Text::new("所属地区代码", "Code of the area the row belongs to"),
            "submission_id" => Text::new("上报编号", "Submission id"),
            "sheet" => Text::new("工作表", "Sheet"),
            "row" => Text::new("行号（从1起，按文件所见）", "Row as the clerk sees it, from 1"),
            "corrected" => Text::new(
                "按更正读取的列（以分号分隔）",
                "Columns read from a correction instead of what was received, joined by ;",
            ),
            "codes" => Text::new(
                "不计入的原因（问题代码，以分号分隔）",
                "Codes of the findings for which the row does not count, joined by ;",
            ),
            "row_status" => Text::new("行的状态", "Status: quarantined, or superseded by an identical row"),
            "other_cells" => Text::new(
                "未识别列的原文（JSON）",
                "Cells of columns no form knows, as received (JSON)",
            ),
            _ => Text::new(
                format!("所属分区（{partition}）代码"),
                format!("Code of the {partition} the area lies in"),
            ),
        };
        let null = match name {
            "sheet" => Some(Text::new("不是工作簿", "no workbook")),
            "period" | "area_code" | "submission_id" | "row" | "codes" | "row_status" => None,
            "other_cells" => Some(Text::new("没有", "none")),
            "corrected" => Some(Text::new("全部为上报单位原报", "every cell as received")),
            _ => Some(Text::new("地区高于该级别", "the area lies above this level")),
        };
        FieldMeta {
            title,
            null,
            ..FieldMeta::default()
        }
    }

    /// Field metadata, as Arrow has it.
    pub fn entries(&self) -> BTreeMap<String, String> {
        let mut entries = BTreeMap::new();
        for (lang, title) in &self.title.0 {
            entries.insert(format!("title_{lang}"), title.clone());
        }
        if let Some(unit) = &self.unit {
            entries.insert("unit".to_string(), unit.clone());
        }
        let texts = [("null", &self.null), ("caveat", &self.caveat)];
        for (name, text) in texts {
            for (lang, text) in text.iter().flat_map(|text| &text.0) {
                entries.insert(format!("{name}_{lang}"), text.clone());
            }
        }
        if !self.values.is_empty() {
            let list = serde_json::to_string(&self.values).expect("codes and their titles are plain text");
            entries.insert("values".to_string(), list);
        }
        entries
    }

    /// Of a column of quarantined rows, whose own columns hold the text as received.
    pub fn of_received(pipeline: &Pipeline, form: &Form, name: &str) -> FieldMeta {
        match form.column(name) {
            Some(at) => FieldMeta {
                title: form.columns[at].title.clone(),
                null: Some(Text::new("表中没有该列", "the table has no such column")),
                ..FieldMeta::default()
            },
            None => FieldMeta::of_quarantine(pipeline, name),
        }
    }

    /// Of the columns that quarantine has beside the form's own: there the period and the area may not be known.
    pub fn of_quarantine(pipeline: &Pipeline, name: &str) -> FieldMeta {
        let meta = FieldMeta::of_system_column(pipeline, name);
        let title = match name {
            "area_code" => Text::new(
                "所属地区代码；行中无法判定的为上报单位代码",
                "Code of the area the row belongs to; where the row does not tell, that of the sending area",
            ),
            _ => meta.title,
        };
        let null = match name {
            "period" | "area_code" => Some(Text::new("无法判定", "cannot be told")),
            _ => meta.null,
        };
        FieldMeta { title, null, ..meta }
    }

    /// Of a column of uncounted rows: as in facts, but any of the form's own may be null.
    pub fn of_uncounted(pipeline: &Pipeline, form: &Form, name: &str) -> FieldMeta {
        let meta = FieldMeta::of_fact(pipeline, form, name);
        let unread = || Text::new("空白或无法读取", "empty or not readable");
        FieldMeta {
            null: meta.null.or_else(|| form.column(name).is_some().then(unread)),
            ..meta
        }
    }

    /// Metadata of a column of facts: the form's own, else one of the system's.
    pub fn of_fact(pipeline: &Pipeline, form: &Form, name: &str) -> FieldMeta {
        if let Some(at) = form.column(name) {
            return FieldMeta::of_column(&pipeline.units, &form.columns[at]);
        }
        match pipeline.dimension_of_facts(name) {
            Some(dimension) => FieldMeta::of_members(dimension),
            None => FieldMeta::of_system_column(pipeline, name),
        }
    }
}
