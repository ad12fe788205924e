//! Codes that have stood for more than one area: who else bore the code of an area in force, and what of it is in force instead.

use std::collections::BTreeMap;

use super::area::Area;
use super::areas::Areas;
use super::bearer::Bearer;
use super::changes::ChangeKind;
use super::names::normalised;
use super::shared::Shared;
use crate::pipeline::LevelIndex;

/// Whose names some texts hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named<'a> {
    /// Those of another bearer of the code, and none of the area in force.
    Other(&'a Bearer),
    /// Those of the area in force.
    Own,
    /// None of either.
    Nobody,
}

/// The other bearers of each code in force. A code with a new name, or with another row of the divisions, has none for that.
pub(super) fn bearers(areas: &Areas, shared: &Shared) -> BTreeMap<String, Vec<Bearer>> {
    let mut all: BTreeMap<String, Vec<Bearer>> = BTreeMap::new();
    for rows in shared
        .areas
        .chunk_by(|a, b| a.code == b.code)
        .filter(|rows| rows.len() > 1)
    {
        let code = rows[0].code.as_str();
        let Some(own) = areas.get(code) else { continue };
        let others = rows.iter().filter(|row| row.valid_from != own.valid_from);
        let found: Vec<Bearer> = others.filter_map(|row| bearer(areas, shared, own, row)).collect();
        if !found.is_empty() {
            all.insert(code.to_owned(), found);
        }
    }
    all
}

/// The bearer that another row of the code is about, if that is another area.
fn bearer(areas: &Areas, shared: &Shared, own: &Area, row: &Area) -> Option<Bearer> {
    let is_early = row.first_day() > own.last_day();
    let date = if is_early {
        row.valid_from?
    } else {
        row.valid_to?.tomorrow().ok()?
    };
    let kinds = shared.changes.kinds_on(&row.code, date, is_early);
    let is_other = |kind: &ChangeKind| match kind {
        ChangeKind::Recode | ChangeKind::Merge | ChangeKind::Abolished | ChangeKind::Created => true,
        // Its row may have ended for another reason: the area itself may go on.
        ChangeKind::Split => normalised(&row.name) != normalised(&own.name),
        ChangeKind::Rename | ChangeKind::Transfer => false,
    };
    if kinds.contains(&ChangeKind::Rename) || !kinds.iter().any(is_other) {
        return None;
    }
    let moved = shared
        .changes
        .moved_on(&row.code, date, areas.day(), is_early, &|code| {
            areas.get(code).is_some()
        })?;
    let instead = moved.codes.iter().filter_map(|code| areas.get(code));
    Some(Bearer {
        names: std::iter::once(row).chain(instead).flat_map(names).collect(),
        moved,
    })
}

/// All names of an area, normalised.
fn names(area: &Area) -> impl Iterator<Item = String> {
    let all = std::iter::once(&area.name).chain(&area.aliases).chain(&area.name_en);
    all.map(|name| normalised(name)).filter(|name| !name.is_empty())
}

impl Areas {
    /// The other bearers of the code of an area in force; empty for nearly all.
    pub fn other_bearers(&self, code: &str) -> &[Bearer] {
        self.bearers.get(code).map_or(&[], Vec::as_slice)
    }

    /// Whether an area, or any within it, has a code with another bearer.
    pub fn has_other_bearers(&self, within: &str) -> bool {
        let mut codes = self.bearers.keys();
        codes.any(|code| code == within || self.contains(within, code))
    }

    /// Whose names stand among texts: of the area in force with a code, or of another bearer of the code. `within`: a text may
    /// hold the name beside other words, as titles do.
    pub fn named<'t>(&self, code: &str, texts: impl Iterator<Item = &'t str>, within: bool) -> Named<'_> {
        let bearers = self.other_bearers(code);
        let Some(own) = self.get(code).filter(|_| !bearers.is_empty()) else {
            return Named::Nobody;
        };
        let own: Vec<String> = names(own).collect();
        let holds = |text: &str, names: &[String]| {
            let is = |name: &String| text == name || within && text.contains(name.as_str());
            names.iter().any(is)
        };
        let mut found = Named::Nobody;
        for text in texts.map(normalised) {
            if holds(&text, &own) {
                return Named::Own;
            }
            let other = bearers.iter().find(|bearer| holds(&text, &bearer.names));
            if let (Some(other), Named::Nobody) = (other, found) {
                found = Named::Other(other);
            }
        }
        found
    }

    /// The area of a level whose code is this one behind leading zeros and whose name stands among texts, none of which is a name
    /// of the area that has the code as it stands.
    pub fn named_behind_zeros<'a, 't>(
        &'a self,
        code: &'a str,
        level: LevelIndex,
        texts: impl Iterator<Item = &'t str>,
    ) -> Option<&'a Area> {
        let own: Vec<String> = self.get(code).map(|own| names(own).collect()).unwrap_or_default();
        let texts: Vec<String> = texts.map(normalised).collect();
        if texts.iter().any(|text| own.contains(text)) {
            return None;
        }
        let mut padded = self.with_zeros_before(code, level);
        padded.find(|area| names(area).any(|name| texts.contains(&name)))
    }

    /// The other bearer of a code that is in force elsewhere, where what became of it is an area or lies in it.
    pub fn bearer_within(&self, code: &str, area: &str) -> Option<&Bearer> {
        let lies = |to: &String| to == area || self.contains(area, to);
        let mut bearers = self.other_bearers(code).iter();
        bearers.find(|bearer| bearer.moved.codes.iter().any(lies))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{World, year};
    use super::super::{Areas, Registry};
    use super::*;
    use crate::domain::Lang;
    use crate::pipeline::CodeScheme;
    use std::sync::Arc;

    /// X was Ash until 2019 and is Beech since, which was Y; Ash is Z now. R has another name. S gave a part away and got a new row.
    const DIVISIONS: &str = "code,name,parent_code,valid_from,valid_to,aliases
0,root,,,,
X,Ash,0,,2019-12-30,Ashley
X,Beech,0,2019-12-31,,
Y,Beech,0,,2019-12-30,
Z,Ash,0,2019-12-31,,
R,Cedar,0,,2019-12-30,
R,Cypress,0,2019-12-31,,
S,Elm,0,,2019-12-30,
S,Elm,0,2019-12-31,,
T,Fir,0,2019-12-31,,
";

    const CHANGES: &str = "old_code,new_code,date,kind
X,Z,2019-12-31,recode
Y,X,2019-12-31,recode
R,R,2019-12-31,rename
S,T,2019-12-31,split
";

    fn areas(period: &str) -> Arc<Areas> {
        let mut world = World::new(&["nation", "state"], CodeScheme::Plain);
        world.divisions(DIVISIONS);
        world.changes(CHANGES);
        Registry::load(&world.pipeline).unwrap().at(year(period))
    }

    #[test]
    fn a_code_that_was_given_to_another_area_has_another_bearer() {
        for (period, said) in [
            ("2020", "X Ash → Z Ash (2019-12-31)"),
            ("2018", "Y Beech → X Beech (2019-12-31)"),
        ] {
            let areas = areas(period);
            let told: Vec<String> = areas
                .other_bearers("X")
                .iter()
                .map(|bearer| areas.tell("X", &bearer.moved).get(Lang::En).to_owned())
                .collect();
            assert_eq!(told, [said], "{period}");
            for code in ["R", "S", "T", "Y", "Z", "0"] {
                assert_eq!(areas.other_bearers(code), [], "{code} {period}");
            }
            assert!(areas.has_other_bearers("0") && areas.has_other_bearers("X") && !areas.has_other_bearers("R"));
        }
    }

    #[test]
    fn a_name_tells_which_bearer_is_meant() {
        let areas = areas("2020");
        let named = |texts: &[&str], within| match areas.named("X", texts.iter().copied(), within) {
            Named::Other(_) => "other",
            Named::Own => "own",
            Named::Nobody => "nobody",
        };
        for (texts, within, expected) in [
            (&["Oak", " ASH"][..], false, "other"),
            (&["Ashley"], false, "other"),
            (&["Ash", "Beech"], false, "own"),
            (&["sent by Ash"], false, "nobody"),
            (&["sent by Ash"], true, "other"),
            (&["sent by Beech, late Ash"], true, "own"),
            (&[], true, "nobody"),
        ] {
            assert_eq!(named(texts, within), expected, "{texts:?}");
        }
        assert_eq!(areas.named("R", ["Cedar"].into_iter(), false), Named::Nobody);
    }

    #[test]
    fn a_stray_code_is_that_of_the_sender_where_its_bearer_went_there() {
        let areas = areas("2020");
        assert!(areas.bearer_within("X", "Z").is_some() && areas.bearer_within("X", "0").is_some());
        assert!(areas.bearer_within("X", "R").is_none() && areas.bearer_within("R", "X").is_none());
    }
}
