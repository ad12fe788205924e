//! The table `layouts`: every header layout received, so that an unknown one is seen, and a fact is traced to its cell.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{HeaderLayout, Lang, Likeness, a1};
use crate::partition::Entry;
use crate::pipeline::{FormIndex, Pipeline};
use crate::tables::{LayoutRow, Table};

/// Submissions that share a fingerprint.
struct Shared<'a> {
    form: FormIndex,
    layout: &'a Arc<HeaderLayout>,
    likeness: BTreeMap<u32, Likeness>,
    submissions: i64,
}

/// Table `layouts`: a row a header of each layout. Where submissions of one fingerprint write a header in several ways,
/// that of the first path stands for all; one that could not be read goes before.
pub fn layouts(pipeline: &Pipeline, entries: &[Entry]) -> Table {
    let mut all: BTreeMap<&str, Shared<'_>> = BTreeMap::new();
    for entry in entries {
        let Some(layout) = &entry.layout else { continue };
        let shared = all.entry(&layout.id).or_insert_with(|| Shared {
            form: entry.submission.form,
            layout,
            likeness: BTreeMap::new(),
            submissions: 0,
        });
        if shared.layout.known && !layout.known {
            shared.layout = layout;
        }
        shared.submissions += 1;
        for &(index, likeness) in &entry.likeness {
            let seen = shared.likeness.entry(index).or_insert(Likeness::Blank);
            *seen = seen.and(likeness);
        }
    }
    let mut table = Table::of::<LayoutRow>();
    for shared in all.values() {
        shared.push(pipeline, &mut table);
    }
    table.sort_by_key();
    table
}

impl Shared<'_> {
    fn push(&self, pipeline: &Pipeline, table: &mut Table) {
        let form = &pipeline.forms[self.form];
        let id = |column: Option<usize>| column.map(|at| form.columns[at].id.as_str());
        for header in &self.layout.headers {
            let unread = header.column.is_none();
            let likeness = self.likeness.get(&header.index).filter(|_| unread);
            table.push(LayoutRow {
                layout: &self.layout.id,
                position: i64::from(header.index) + 1,
                letter: &letter(header.index),
                form: &form.id,
                form_title_zh: form.title.own(Lang::Zh),
                form_title_en: form.title.own(Lang::En),
                header: &header.text,
                field: id(header.column),
                unit: header.unit.as_deref(),
                nearest: id(header.nearest),
                looks_like: likeness.and_then(|likeness| likeness.words()).as_deref(),
                status: if self.layout.known { "known" } else { "unknown" },
                n_submissions: self.submissions,
            });
        }
    }
}

/// `AB`: a physical column as the clerk sees it.
fn letter(index: u32) -> String {
    a1(index, 1).trim_end_matches('1').to_owned()
}
