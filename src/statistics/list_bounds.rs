//! The bounds of the indices over a list of units, and of their parts.

use super::Reason;
use super::bounds::{Groups, Outcomes, PartRanges, Range};
use super::index::{Context, Index};

/// What the units of a list could be: None where nothing is missing.
pub(super) struct Bounds<'o> {
    outcomes: Result<Option<&'o Outcomes>, Reason>,
    /// The same of the parts of an index: of all units together, and of their groups.
    of_parts: Result<Option<(&'o Outcomes, Groups)>, Reason>,
}

impl<'o> Bounds<'o> {
    /// Of units that have no parts.
    pub(super) fn of(outcomes: &'o Result<Option<Outcomes>, Reason>) -> Bounds<'o> {
        Bounds {
            outcomes: outcomes.as_ref().map(Option::as_ref).map_err(|reason| *reason),
            of_parts: Ok(None),
        }
    }

    pub(super) fn by_groups(
        self,
        whole: &'o Result<Option<Outcomes>, Reason>,
        groups: impl FnOnce() -> Result<Groups, Reason>,
    ) -> Bounds<'o> {
        let open = |whole: &'o Outcomes| Ok(Some((whole, groups()?)));
        let whole = whole.as_ref().map_err(|reason| *reason);
        Bounds {
            of_parts: whole.and_then(|whole| whole.as_ref().map_or(Ok(None), open)),
            ..self
        }
    }

    /// The bounds of an index; None: it has the bounds of its value.
    pub(super) fn range(&self, index: &Index, context: &Context) -> Result<Option<Range>, Reason> {
        let open = |outcomes: &Outcomes| outcomes.range(index, context).map(Some);
        self.outcomes.and_then(|outcomes| outcomes.map_or(Ok(None), open))
    }

    /// Those of its parts.
    pub(super) fn parts(&self, index: &Index, context: &Context) -> Result<Option<PartRanges>, Reason> {
        match &self.of_parts {
            Ok(None) => Ok(None),
            Ok(Some((whole, groups))) => {
                let whole = whole.range(index, context)?;
                Ok(Some(groups.ranges(index, whole)))
            }
            Err(reason) => Err(*reason),
        }
    }
}
