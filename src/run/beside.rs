//! Files that lie beside the submissions: inputs of a run, and none of its submissions.

use crate::domain::{Code, Finding, Place};
use crate::pipeline::corrections::Corrections;
use crate::registry::{RegisterFault, RegisterFile};

/// A file that lies beside the submissions and is none: a register, the corrections, the explanations.
#[derive(Clone, Debug)]
pub struct Beside {
    /// Below the input, as the pipeline has it.
    pub path: String,
    /// sha256 of what was read; None: it could not be read.
    pub sha256: Option<String>,
    /// What was found in it.
    pub findings: Vec<Finding>,
}

/// The files beside the submissions, each once, with what is wrong in the registers among them.
pub fn beside(registers: &[RegisterFile], corrections: &Corrections) -> Vec<Beside> {
    let mut files: Vec<Beside> = Vec::new();
    for register in registers {
        note(
            &mut files,
            &register.path,
            register.sha256.as_ref(),
            register.faults.iter().map(register_fault),
        );
    }
    if corrections.sha256.is_some() {
        note(&mut files, &corrections.path, corrections.sha256.as_ref(), []);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn register_fault(fault: &RegisterFault) -> Finding {
    let place = Place {
        row: (fault.row > 0).then_some(fault.row),
        column: fault.column.as_deref().map(Into::into),
        ..Place::default()
    };
    let finding = Finding::new(Code::RegisterFault).at(place).raw(&fault.raw);
    Finding {
        message: Some(fault.message.clone()),
        ..finding
    }
}

/// Adds findings on a file that lies beside the submissions.
pub fn note_beside(files: &mut Vec<Beside>, path: &str, findings: Vec<Finding>) {
    if !findings.is_empty() {
        note(files, path, None, findings);
    }
}

fn note(files: &mut Vec<Beside>, path: &str, sha256: Option<&String>, findings: impl IntoIterator<Item = Finding>) {
    let at = files.iter().position(|file| file.path == path).unwrap_or_else(|| {
        files.push(Beside {
            path: path.to_owned(),
            sha256: None,
            findings: Vec::new(),
        });
        files.len() - 1
    });
    files[at].sha256 = files[at].sha256.take().or_else(|| sha256.cloned());
    files[at].findings.extend(findings);
}
