//! Where a file belongs whose name or folder is wrong: the form's templates, with what is known of it in their places, and with words
//! in place of the rest.

use crate::domain::{Code, Finding, Text};
use crate::partition::{Entry, Shared};
use crate::pipeline::{LevelIndex, path_in_words};
use crate::run::recognise::claim_of;

/// What is wrong with the area that a file is sent for.
const OF_AREA: [Code; 5] = [
    Code::AreaContradicted,
    Code::AreaReassigned,
    Code::AreaReused,
    Code::AreaUnexpected,
    Code::AreaUnknown,
];

/// What is known of a file: its period, and the code of the area at each level.
struct Known {
    period: Option<String>,
    areas: Vec<(LevelIndex, String)>,
}

/// The paths under which such a file may be sent, each once.
pub fn places(shared: &Shared<'_>, entry: &Entry) -> Vec<Text> {
    let known = Known::of(shared, entry);
    let form = &shared.pipeline.forms[entry.submission.form];
    let mut places: Vec<Text> = Vec::new();
    for template in &form.files {
        let place = path_in_words(shared.pipeline, template, known.period.as_deref(), &known.areas);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

impl Known {
    /// What no finding doubts; the code that a finding proposes takes the place of the wrong one.
    fn of(shared: &Shared<'_>, entry: &Entry) -> Known {
        let submission = &entry.submission;
        let is_contradicted = entry.has(Code::ReturnContradicted);
        let is_asked = !is_contradicted && !entry.has(Code::PeriodUnexpected);
        let period = submission.period.filter(|_| is_asked);
        let is_of_area = |finding: &&Finding| OF_AREA.iter().any(|code| finding.code == *code);
        let wrong = entry.findings.iter().find(is_of_area);
        let areas = match (wrong, &entry.claim) {
            _ if is_contradicted => Vec::new(),
            (None, Some(claim)) => claim.areas.clone(),
            (Some(wrong), _) => {
                let right = wrong.mend_text().zip(period);
                right.map_or_else(Vec::new, |(code, period)| {
                    let areas = shared.areas(submission.form, period);
                    claim_of(&areas, submission.form, (period, &code), 0).areas
                })
            }
            (None, None) => Vec::new(),
        };
        Known {
            period: period.map(|period| period.to_string()),
            areas,
        }
    }
}
