//! Areas by their codes, as the summary names them.

use std::collections::BTreeMap;

use crate::domain::Text;
use crate::tables::{AreaRow, Table};

/// Names of areas and who lies in whom, by the latest entry of the registry.
pub(in crate::report) struct Areas {
    pub(in crate::report) root: String,
    by_code: BTreeMap<String, (Text, Option<String>)>,
}

impl Areas {
    pub(in crate::report) fn new(table: &Table, root_level: &str) -> Areas {
        let mut root = String::new();
        let mut by_code = BTreeMap::new();
        for area in table.rows::<AreaRow>() {
            if area.level == root_level {
                area.area_code.clone_into(&mut root);
            }
            let name = Text::new(area.area_name, area.area_name_en.unwrap_or(area.area_name));
            let parent = area.parent_code.map(str::to_owned);
            by_code.insert(area.area_code.to_owned(), (name, parent));
        }
        Areas { root, by_code }
    }

    /// None: the registry does not have it.
    pub(in crate::report) fn title(&self, code: &str) -> Option<&Text> {
        self.by_code.get(code).map(|(name, _)| name)
    }

    pub(in crate::report) fn name(&self, code: &str) -> Text {
        self.title(code).cloned().unwrap_or_else(|| Text::new(code, code))
    }

    /// The area and all that it lies in; a faulty registry cannot make it run for ever.
    pub(in crate::report) fn with_ancestors<'a>(&'a self, code: &'a str) -> Vec<&'a str> {
        let mut line = vec![code];
        while let Some((_, Some(parent))) = self.by_code.get(line[line.len() - 1])
            && !line.contains(&parent.as_str())
        {
            line.push(parent);
        }
        line
    }
}
