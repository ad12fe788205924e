//! One file → its submissions: the faults of the file, of its sheets and of their headers.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::charset::Words;
use super::claim::Claim;
use super::compiled::Intake;
use super::discover::{is_its_own, own_files};
use super::error::Error;
use super::fault::Fault;
use super::file_read::{Consulted, FileRead, ReadSubmission};
use super::found::{FoundFile, Location};
use super::leftovers::{Leftover, leftover};
use super::load::{Loaded, load};
use super::marks::{self, Mark};
use super::replies;
use super::sheet::Sheet;
use super::sheets::{Assigned, assign};
use super::sniff;
use super::table::{self, TableRead};
use super::unpivot::{self, Part};
use crate::domain::{Code, Finding, Lang, Period, Place, Reply, Severity, Submission, Text, base_name, fold, hex};
use crate::pipeline::{Form, Pipeline, path_in_words, sheet_in_words};

pub(super) fn read(intake: &Intake<'_>, file: &FoundFile) -> Result<FileRead, Error> {
    let bytes = bytes(file, intake.pipeline.limits.file_bytes)?;
    let mut read = contents(intake, &file.path, &file.claims, bytes);
    if read.submissions.is_empty() {
        read.findings.extend(file.told.as_deref().cloned());
    }
    Ok(read)
}

/// Whether the first bytes of a file are those of a workbook in a zip or a compound file. A file that cannot be opened is told
/// when it is read.
pub(super) fn may_be_workbook(file: &FoundFile) -> bool {
    let mut start = [0; sniff::START];
    let mut read = || match &file.location {
        Location::Disk(path) => fs::File::open(path)?.read(&mut start),
        Location::Memory(bytes) => (&bytes[..]).read(&mut start),
    };
    let is_file = file.irregular.is_none();
    let length = if is_file { read().unwrap_or(0) } else { 0 };
    sniff::may_be_workbook(&start[..length])
}

/// What the bytes of a file hold, whether they lie on a disk or not.
pub(super) fn contents(intake: &Intake<'_>, path: &str, claims: &[Claim], bytes: Result<Vec<u8>, Fault>) -> FileRead {
    let sha256 = bytes
        .as_ref()
        .map_or(String::new(), |bytes| hex(&Sha256::digest(bytes)));
    if claims.is_empty() {
        let finding = match bytes {
            // What is no file at all is said, whoever claims it.
            Err(fault @ Fault::Foreign(_)) => fault.finding(),
            Ok(bytes) if marks::mentioned(&bytes, &intake.pipeline.limits) => {
                let loaded = load(bytes, &|_| false, &Words { known: &|_| false }, &intake.pipeline.limits);
                if let Some(loaded) = loaded.ok().filter(is_list_alone) {
                    return list_alone(sha256, &loaded);
                }
                unclaimed(intake, path)
            }
            _ => unclaimed(intake, path),
        };
        return FileRead {
            sha256,
            findings: vec![finding],
            consulted: NOBODY_CLAIMS,
            ..FileRead::default()
        };
    }
    let area_names = Cell::new(false);
    let known = |cell: &str| claims.iter().any(|claim| intake.books[claim.form].knows(cell));
    let loaded = bytes
        .map_err(|fault| ("unknown", fault))
        .and_then(|bytes| {
            // Whoever hands over bytes keeps the limit too.
            let length = bytes.len() as u64;
            Fault::unless_within(length, intake.pipeline.limits.file_bytes, "bytes")
                .map_err(|fault| ("unknown", fault))?;
            Ok(bytes)
        })
        .and_then(|bytes| {
            let is_name = |cell: &str| {
                area_names.set(true);
                intake.names.contains(cell)
            };
            let is_word = |cell: &str| known(cell) || is_name(cell);
            load(bytes, &known, &Words { known: &is_word }, &intake.pipeline.limits)
        });
    let reader = Reader {
        intake,
        path,
        claims,
        sha256: &sha256,
        other_forms: Cell::new(false),
    };
    if let Some(loaded) = loaded.as_ref().ok().filter(|loaded| is_list_alone(loaded)) {
        return list_alone(sha256, loaded);
    }
    let ignored_sheets = loaded.as_ref().map_or(0, |loaded| loaded.ours.len() as u64);
    let submissions = match loaded {
        Ok(loaded) => reader.sheets(loaded),
        Err((format, fault)) => claims
            .chunk_by(|a, b| a.form == b.form)
            .filter_map(|of_form| Some(reader.faulty(of_form.first()?, format, &fault)))
            .collect(),
    };
    let other_forms = reader.other_forms.get();
    FileRead {
        sha256,
        submissions,
        ignored_sheets,
        consulted: Consulted {
            area_names: area_names.get(),
            other_forms,
        },
        ..FileRead::default()
    }
}

/// What is told of a file that no form claims depends on all of them.
const NOBODY_CLAIMS: Consulted = Consulted {
    area_names: false,
    other_forms: true,
};

fn unclaimed(intake: &Intake<'_>, path: &str) -> Finding {
    let finding = Finding::new(Code::FileUnclaimed).raw(path);
    let name = path.rsplit('/').next().unwrap_or(path);
    if let Some(Leftover::Of(whole)) = leftover(name, false) {
        let message = Text::new(
            "此文件是 {expected} 的未完成传输或临时副本，未读取；而 {expected} 本身没有收到，请重新报送",
            "this file is an unfinished transfer or a copy of {expected}, so it was not read; {expected} itself has not come: send it again",
        );
        return Finding {
            message: Some(message),
            ..finding.expected(whole)
        };
    }
    let own = own_files(intake.pipeline);
    let Some(meant) = own.iter().find(|own| is_named_like(path, own)) else {
        return named_like(
            finding.expected(templates(intake)),
            intake.pipeline,
            &intake.pipeline.forms,
        );
    };
    let message = Text::new(
        "此文件未读取：它像是本流程的 {expected}，该文件只在这个路径、以这个名称和格式读取；请按该名称和格式另存后报送",
        "this file was not read: it looks like {expected}, which the pipeline reads at that path, under that name and in that format only; save it so",
    );
    Finding {
        message: Some(message),
        ..finding.expected(meant)
    }
}

/// Whether a file is called like one that the pipeline reads beside the submissions, but for its folder, its ending and what a
/// program or a person puts behind a name: `Explanations (1).xlsx`, `explanation.csv`.
fn is_named_like(path: &str, own: &str) -> bool {
    let stem = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        fold(name.rsplit_once('.').map_or(name, |(stem, _)| stem))
    };
    let own = stem(own);
    let is_plain = !own.is_empty() && own.chars().all(char::is_alphabetic);
    is_plain && stem(path).starts_with(own.strip_suffix('s').unwrap_or(&own))
}

/// Whether a file holds nothing but what a return had added to the county's own sheet.
fn is_list_alone(loaded: &Loaded) -> bool {
    loaded.sheets.is_empty() && !loaded.ours.is_empty()
}

/// The list of a return without the county's sheet: no submission, so that the one it is about stays in force.
fn list_alone(sha256: String, loaded: &Loaded) -> FileRead {
    let ids: BTreeSet<String> = loaded.ours.iter().filter_map(|sheet| Some(sheet.mark()?.id)).collect();
    let named = ids.into_iter().collect::<Vec<_>>().join(", ");
    FileRead {
        sha256,
        findings: vec![Finding::new(Code::ReturnListAlone).raw(named)],
        ignored_sheets: loaded.ours.len() as u64,
        replies: loaded.ours.iter().flat_map(replies::of).collect(),
        consulted: NOBODY_CLAIMS,
        ..FileRead::default()
    }
}

/// The bytes of a file, or why this one file cannot be opened.
pub(super) fn bytes(file: &FoundFile, most: u64) -> Result<Result<Vec<u8>, Fault>, Error> {
    if let Some(kind) = file.irregular {
        return Ok(Err(Fault::Foreign(kind.to_owned())));
    }
    let path = match &file.location {
        Location::Disk(path) => path,
        Location::Memory(bytes) => {
            return Ok(Fault::unless_within(bytes.len() as u64, most, "bytes").map(|()| bytes.to_vec()));
        }
    };
    let read = fs::File::open(path).and_then(|opened| {
        let stated = opened.metadata()?.len();
        let mut bytes = Vec::new();
        if stated <= most {
            bytes.reserve_exact(stated as usize + 1);
            // It may have grown.
            opened.take(most + 1).read_to_end(&mut bytes)?;
        }
        let length = stated.max(bytes.len() as u64);
        Ok(Fault::unless_within(length, most, "bytes").map(|()| bytes))
    });
    match read {
        Ok(bytes) => Ok(bytes),
        Err(failed) if is_its_own(failed.kind()) => Ok(Err(Fault::Unreadable(failed.kind().to_string()))),
        Err(source) => Err(Error::Read {
            path: path.clone(),
            source,
        }),
    }
}

/// The path templates of all forms, for a file that matches none.
fn templates(intake: &Intake<'_>) -> String {
    let files = intake.pipeline.forms.iter().flat_map(|form| &form.files);
    let mut paths: Vec<&str> = files.map(|template| template.path.as_str()).collect();
    let mut seen = BTreeSet::new();
    paths.retain(|path| seen.insert(*path));
    paths.join(" | ")
}

/// The finding with the path under which each of these forms is sent, in words and with the last period for an example.
pub(super) fn named_like<'f>(
    finding: Finding,
    pipeline: &Pipeline,
    forms: impl IntoIterator<Item = &'f Form>,
) -> Finding {
    let period = pipeline.periods.iter().max().map(ToString::to_string);
    let first = |form: &'f Form| form.files.first();
    let paths = forms.into_iter().filter_map(first);
    let mut paths: Vec<Text> = paths
        .map(|file| path_in_words(pipeline, file, period.as_deref(), &[]))
        .collect();
    let mut seen = BTreeSet::new();
    paths.retain(|path| seen.insert(path.get(Lang::En).to_owned()));
    let all = |lang| {
        paths
            .iter()
            .map(|path| path.get(lang))
            .collect::<Vec<&str>>()
            .join(" | ")
    };
    finding.with_expected_words(all(Lang::Zh), all(Lang::En))
}

/// What the submissions of a file are read with.
pub(super) struct Reader<'a> {
    pub(super) intake: &'a Intake<'a>,
    path: &'a str,
    pub(super) claims: &'a [Claim],
    sha256: &'a str,
    /// Whether forms that do not claim the file are looked at.
    other_forms: Cell<bool>,
}

impl Reader<'_> {
    fn sheets(&self, loaded: Loaded) -> Vec<ReadSubmission> {
        let (assigned, left) = assign(self.intake, self.claims, &loaded.sheets);
        self.other_forms
            .set(!left.is_empty() || !loaded.ours.is_empty() || loaded.origin.is_some());
        let mut replies: Vec<Reply> = loaded.ours.iter().flat_map(replies::of).collect();
        let marks = marks::of(self.intake.pipeline, &loaded.ours);
        let origin = marks::of_origin(self.intake.pipeline, &loaded);
        let names: Vec<Arc<str>> = loaded.sheets.iter().filter_map(|sheet| sheet.name.clone()).collect();
        let several = assigned.len() > 1;
        let mut sheets: Vec<Option<Sheet>> = loaded.sheets.into_iter().map(Some).collect();
        let mut submissions = Vec::with_capacity(assigned.len());
        for Assigned { claim, sheet, header } in assigned {
            let sheet = sheet.and_then(|at| sheets[at].take());
            let name = sheet.as_ref().and_then(|sheet| sheet.name.clone());
            let path = self.sheet_path(name.as_deref().or(claim.part()).filter(|_| several));
            let book = &self.intake.books[claim.form];
            let answered = marks.iter().filter(|mark| mark.form == claim.form);
            let answered: Vec<Period> = answered.map(|mark| mark.period).collect();
            let kind = self.intake.pipeline.period_kind;
            for part in unpivot::parts((book, kind), (claim, path), (sheet, header), &answered) {
                let Part {
                    mut claim,
                    path,
                    sheet,
                    header,
                    whole,
                } = part;
                let answers = self
                    .answered(&mut claim, &marks)
                    .or_else(|| self.made_from(&mut claim, origin.as_ref()?));
                let submission = Submission {
                    format: loaded.format.into(),
                    encoding: loaded.encoding.map(Into::into),
                    ..self.submission(&claim, path)
                };
                let hidden = sheet.as_ref().filter(|sheet| sheet.hidden).map(hidden);
                let mut read = match sheet {
                    Some(sheet) => table::read(book, sheet, header, submission.period),
                    None => self.without_sheet(&claim, &names.join(", ")),
                };
                if let Some(whole) = whole {
                    whole.settle(&mut read);
                }
                read.findings.extend(hidden);
                if let Some(told) = claim.told.as_deref() {
                    read.rejected |= told.severity == Severity::Hard;
                    read.findings.push(told.clone());
                }
                if let Some(text) = &claim.unread_revision {
                    let example = self.revision_part(&claim);
                    read.findings
                        .push(Finding::new(Code::RevisionUnreadable).raw(text).expected(example));
                    read.rejected = true;
                }
                submissions.push(ReadSubmission {
                    replies: replies::take(&mut replies, &submission),
                    submission,
                    claim,
                    table: read.table,
                    findings: read.findings,
                    rejected: read.rejected,
                    stated_period: read.stated_period,
                    answers,
                });
            }
        }
        self.tell_of_others(&marks, &mut submissions);
        let left = self.left(left, &mut sheets, &names, &submissions);
        if let Some(first) = submissions.first_mut() {
            // Words about other submissions settle nothing here, and are told.
            first.replies.append(&mut replies);
            first.findings.extend(loaded.findings);
            first.findings.extend(left.findings);
        }
        submissions.extend(left.continued);
        submissions
    }

    /// The mark of the return that a claim is, if it is one. The mark makes it the revision that was asked for: the one in the
    /// path may have been left out, or be the one that was answered.
    fn answered(&self, claim: &mut Claim, marks: &[Mark]) -> Option<Mark> {
        let mark = {
            let (period, area) = self.intake.identity(claim);
            let same = |mark: &&Mark| mark.form == claim.form && Some(mark.period) == period && mark.area == area;
            marks.iter().filter(same).max_by_key(|mark| mark.becomes)?.clone()
        };
        claim.unread_revision = None;
        if mark.becomes > claim.revision {
            claim.revision = mark.becomes;
            let place = || self.intake.answer(claim, mark.becomes);
            if claim.told.is_none() {
                let finding = Finding::new(Code::ReturnRecognised).raw(base_name(self.path));
                claim.told = Some(Box::new(match place() {
                    Some(place) => finding.expected(place),
                    None => finding,
                }));
            }
        }
        Some(mark)
    }

    /// The same of a workbook made from a return whose list was deleted.
    fn made_from(&self, claim: &mut Claim, origin: &Mark) -> Option<Mark> {
        let mark = self.answered(claim, std::slice::from_ref(origin))?;
        let is_recognised = |told: &&mut Finding| told.code == Code::ReturnRecognised;
        if let Some(told) = claim.told.as_deref_mut().filter(is_recognised) {
            let (zh, en) = match told.expected {
                Some(_) => ("；约定的位置和名称是 {expected}", "; agreed: {expected}"),
                None => ("", ""),
            };
            told.message = Some(Text::new(
                format!(
                    "“{{raw}}”由退回的工作簿改成，反馈表已被删除；工作簿属性仍注明所答复的上报，按该上报的下一修订版读取{zh}"
                ),
                format!(
                    "“{{raw}}” was made from a return whose list was deleted; the properties of the workbook still say which submission it answers, so it was read as the next revision of that one{en}"
                ),
            ));
        }
        Some(mark)
    }

    /// Tells of marks that speak of none of the file's submissions: the list of another return lies in it.
    fn tell_of_others(&self, marks: &[Mark], submissions: &mut [ReadSubmission]) {
        for mark in marks {
            let whose = |mark: &Mark| (mark.form, mark.period, mark.area.clone());
            let is_answer = |read: &ReadSubmission| read.answers.as_ref().map(whose) == Some(whose(mark));
            let is_told = |read: &ReadSubmission| {
                let told = read.claim.told.as_ref();
                told.is_some_and(|told| told.severity == Severity::Hard)
            };
            if submissions.iter().any(|read| is_answer(read) || is_told(read)) {
                continue;
            }
            let of_form = submissions.iter().position(|read| read.claim.form == mark.form);
            if let Some(read) = submissions.get_mut(of_form.unwrap_or(0)) {
                read.findings.push(Finding::new(Code::ReturnForeign).raw(&*mark.id));
            }
        }
    }

    fn faulty(&self, claim: &Claim, format: &'static str, fault: &Fault) -> ReadSubmission {
        let several = self.claims.iter().any(|other| other.form != claim.form);
        let path = self.sheet_path(claim.part().filter(|_| several));
        ReadSubmission {
            submission: Submission {
                format: format.into(),
                ..self.submission(claim, path)
            },
            claim: claim.clone(),
            table: None,
            findings: vec![fault.clone().finding()],
            rejected: true,
            stated_period: None,
            replies: Vec::new(),
            answers: None,
        }
    }

    /// How the form marks a first revision.
    fn revision_part(&self, claim: &Claim) -> String {
        let part = self.intake.pipeline.forms[claim.form].revision.as_deref();
        part.unwrap_or_default().replace("{revision}", "1")
    }

    /// A claim for which a workbook with these sheets has none.
    fn without_sheet(&self, claim: &Claim, present: &str) -> TableRead {
        let same = self.claims.iter().filter(|other| other.form == claim.form);
        let parts: Vec<&str> = same.filter_map(Claim::part).collect();
        let pipeline = self.intake.pipeline;
        let form = &pipeline.forms[claim.form];
        let parts = if parts.is_empty() {
            vec![form.id.as_str()]
        } else {
            parts
        };
        let names: Vec<Text> = parts
            .iter()
            .map(|part| sheet_in_words(pipeline, claim.form, part))
            .collect();
        table::missing(&parts.join(" | "), &names, present)
    }

    /// The file's path, with a sheet where it holds several submissions.
    pub(super) fn sheet_path(&self, sheet: Option<&str>) -> String {
        match sheet {
            Some(sheet) => format!("{}#{sheet}", self.path),
            None => self.path.to_owned(),
        }
    }

    pub(super) fn submission(&self, claim: &Claim, path: String) -> Submission {
        let pipeline = self.intake.pipeline;
        let form = &pipeline.forms[claim.form];
        let (period, area_code) = self.intake.identity(claim);
        let area_code = area_code.to_owned();
        let spoken = match (period, &claim.period_text) {
            (Some(period), _) => period.to_string(),
            (None, Some(text)) => text.clone(),
            (None, None) => "unknown".to_owned(),
        };
        let digest = hex(&Sha256::digest(format!("{path}\0{}", self.sha256)));
        let id = format!("{spoken}-{area_code}-{}-r{}-{}", form.id, claim.revision, &digest[..8]);
        Submission {
            id,
            path,
            sha256: self.sha256.to_owned(),
            form: claim.form,
            period,
            area_code,
            revision: claim.revision,
            format: "unknown".into(),
            encoding: None,
        }
    }
}

fn hidden(sheet: &Sheet) -> Finding {
    let place = Place {
        sheet: sheet.name.clone(),
        ..Place::default()
    };
    let name = sheet.name.as_deref().unwrap_or_default();
    Finding::new(Code::SheetHidden).at(place).raw(name)
}
