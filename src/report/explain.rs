//! What a finding means, why it matters and how to mend it: one text for the terminal and for `docs/findings.md`.

use std::fmt::Write;

use super::column::{column_of, explain_column};
use super::statistic::{explain_statistic, statistics};
use super::words::labelled;
use crate::domain::{Code, FaultEntry, Finding, Lang, Severity, Text, catalog, fault_codes, nearest, shell_word};
use crate::pipeline::{Pipeline, Rule};
use crate::tables::table_specs;

/// Explains a name: a rule of the pipeline, else an entry of the catalog, a fault of definitions, a statistic, or several of them; else a
/// column of the tables. None: there is nothing of this name.
pub fn explain(code: &str, pipeline: Option<&Pipeline>, lang: Lang) -> Option<String> {
    // A column may be named with its table.
    let code = column_of(code).unwrap_or(code);
    let rule = pipeline.and_then(|p| Some((p, p.rules.iter().find(|rule| rule.id == code)?)));
    match rule {
        Some((pipeline, rule)) => Some(explain_rule(pipeline, rule, lang)),
        None => {
            let finding = Code::named(code).map(|own| explain_entry(own, lang));
            let fault = fault_codes().get(code).map(|entry| explain_fault(code, entry, lang));
            let statistic = explain_statistic(code, lang);
            let texts: Vec<String> = finding.into_iter().chain(fault).chain(statistic).collect();
            if texts.is_empty() {
                explain_column(code, lang)
            } else {
                Some(texts.join("\n"))
            }
        }
    }
}

/// Every code with its severity and title, one a line: the catalog, the pipeline's rules, faults of definitions; then the statistics and the
/// tables.
pub fn list_codes(pipeline: Option<&Pipeline>, lang: Lang) -> String {
    let rules = pipeline.map_or(&[][..], |p| &p.rules[..]);
    let entries = catalog()
        .iter()
        .map(|(code, entry)| (code.as_str(), entry.severity, &entry.title));
    let faults = fault_codes()
        .iter()
        .map(|(code, entry)| (code.as_str(), "fault", &entry.means));
    let rules = rules.iter().map(|rule| (rule.id.as_str(), rule.severity, &rule.title));
    let all: Vec<(&str, &str, &Text)> = entries
        .chain(rules)
        .map(|(code, severity, title)| (code, severity.as_str(), title))
        .chain(faults)
        .chain(statistics().map(|spec| (spec.id.as_str(), "stat", &spec.title)))
        .chain(table_specs().iter().map(|(name, spec)| (*name, "table", &spec.title)))
        .collect();
    let widest = all.iter().map(|(code, ..)| code.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (code, severity, title) in all {
        let _ = writeln!(text, "{code:widest$}  {severity:7}  {}", title.get(lang));
    }
    text
}

/// The code, statistic or table most like `code`, if any is like it.
pub fn nearest_code<'a>(code: &str, pipeline: Option<&'a Pipeline>) -> Option<&'a str> {
    let rules = pipeline.into_iter().flat_map(|pipeline| &pipeline.rules);
    let known = Code::ALL.iter().map(|code| code.as_str());
    let known = known.chain(fault_codes().keys().map(String::as_str));
    let known = known.chain(statistics().map(|spec| spec.id.as_str()));
    let known = known.chain(table_specs().keys().copied());
    nearest(code, known.chain(rules.map(|rule| rule.id.as_str())))
}

/// The command that explains each of some codes once it stands for `CODE`; as a shell takes it, in the folder where the
/// pipeline was named. A rule is known to its own pipeline alone.
pub fn explain_command<'a>(pipeline: &Pipeline, codes: impl IntoIterator<Item = &'a str>) -> String {
    let mut codes = codes.into_iter();
    if codes.all(|code| Code::named(code).is_some()) {
        return "huizong explain CODE".to_owned();
    }
    let folder = shell_word(&pipeline.dir.to_string_lossy());
    format!("huizong explain CODE --pipeline {folder}")
}

/// `docs/findings.md`.
pub fn findings_page() -> String {
    let mut page = String::from(
        "# 问题代码 Findings\n\n\
         <!-- Made from src/domain/findings.toml; HUIZONG_ACCEPT=1 tests/run docs:: writes it anew. -->\n\n\
         每个问题都有代码；规则的代码由各流程自行定义（`checks.toml`）。\n\
         Every finding has a code. Rules of a pipeline (`checks.toml`) bring codes of their own;\n\
         `huizong explain CODE --pipeline DIR` explains those too.\n\n",
    );
    for severity in [Severity::Hard, Severity::Explain, Severity::Info] {
        let _ = writeln!(
            page,
            "- `{}` {}",
            severity.as_str(),
            [Lang::Zh, Lang::En].map(|l| asks(severity, l)).join(" ")
        );
    }
    for (code, entry) in catalog() {
        let _ = write!(
            page,
            "\n## {code}\n\n**{} {}** (`{}`)\n",
            entry.title.get(Lang::Zh),
            entry.title.get(Lang::En),
            entry.severity.as_str()
        );
        for lang in [Lang::Zh, Lang::En] {
            page.push('\n');
            for (label, text) in parts(*code, lang) {
                page.push_str("- ");
                labelled(&mut page, label, &text, lang);
            }
        }
    }
    page.push_str(
        "\n# 定义错误 Faults of definitions\n\n\
         `huizong check` 给出的代码，涉及流程、行政区划表和更正文件。\n\
         Codes of `huizong check`: faults of a pipeline, of its registry, and of corrections.\n\n",
    );
    for (code, entry) in fault_codes() {
        let said = [Lang::Zh, Lang::En].map(|lang| [&entry.means, &entry.mend].map(|text| text.get(lang)).join(" "));
        let _ = writeln!(page, "- `{code}`: {}", said.join(" "));
    }
    page
}

fn explain_entry(code: Code, lang: Lang) -> String {
    let entry = code.entry();
    let mut text = String::new();
    labelled(&mut text, code.as_str(), entry.title.get(lang), lang);
    let _ = writeln!(text, "\n{}\n", severity_line(entry.severity, lang));
    for (label, part) in parts(code, lang) {
        labelled(&mut text, label, &part, lang);
    }
    text
}

/// A fault stops `check` and `run`; what is not one says so itself.
fn explain_fault(code: &str, entry: &FaultEntry, lang: Lang) -> String {
    let (kind, mend) = match lang {
        Lang::Zh => (
            "流程定义、行政区划表或更正文件中的错误，不是上报数据的问题。",
            "如何改正",
        ),
        Lang::En => (
            "An error in a pipeline's definition, its registry or the corrections, not in data that was sent.",
            "How to fix it",
        ),
    };
    let mut text = String::new();
    labelled(&mut text, code, entry.means.get(lang), lang);
    let _ = writeln!(text, "\n{kind}\n");
    labelled(&mut text, mend, entry.mend.get(lang), lang);
    text
}

fn explain_rule(pipeline: &Pipeline, rule: &Rule, lang: Lang) -> String {
    let form = &pipeline.forms[rule.form];
    let unknown = match (lang, rule.missing_passes) {
        (Lang::Zh, true) => "视为通过",
        (Lang::Zh, false) => "视为不通过",
        (Lang::En, true) => "the row passes",
        (Lang::En, false) => "the row fails",
    };
    let labels = match lang {
        Lang::Zh => ["表式", "规则", "定义中写作", "提示语", "含缺失值无法判断时"],
        Lang::En => [
            "Form",
            "Rule",
            "In the definition",
            "Message",
            "Where a missing value leaves it open",
        ],
    };
    let mut text = String::new();
    labelled(&mut text, &rule.id, rule.title.get(lang), lang);
    let _ = writeln!(text, "\n{}\n", severity_line(rule.severity, lang));
    let message = with_words(rule.message.get(lang), lang);
    let parts = [
        form.title.get(lang),
        rule.in_words.get(lang),
        &rule.statement,
        &message,
        unknown,
    ];
    for (label, part) in labels.into_iter().zip(parts) {
        labelled(&mut text, label, part, lang);
    }
    text
}

/// What varies from finding to finding, and what it is called in Chinese and in English.
const PLACEHOLDERS: [(&str, &str, &str); 8] = [
    ("{raw}", "来文内容", "content"),
    ("{expected}", "应为内容", "expected"),
    ("{mend}", "建议内容", "suggested content"),
    ("{column}", "列名", "column"),
    ("{last}", "末列列名", "last column"),
    ("{field}", "列名", "column"),
    ("{count}", "个数", "count"),
    ("{threshold}", "界限", "bound"),
];

/// A message in which words say what varies from finding to finding: `cells of [column] were converted`.
fn with_words(message: &str, lang: Lang) -> String {
    let named = |text: String, (placeholder, zh, en): &(&str, &str, &str)| {
        let words = match lang {
            Lang::Zh => format!("〈{zh}〉"),
            Lang::En => format!("[{en}]"),
        };
        text.replace(placeholder, &words)
    };
    PLACEHOLDERS.iter().fold(message.to_owned(), named)
}

/// Labelled parts of an entry in one language.
fn parts(code: Code, lang: Lang) -> Vec<(&'static str, String)> {
    let entry = code.entry();
    let labels = match lang {
        Lang::Zh => ["示例", "提示语", "随情况而变", "为何重要", "如何改正", "制表人可以"],
        Lang::En => [
            "Example",
            "Message",
            "What varies",
            "Why it matters",
            "How to fix it",
            "The form’s author can declare",
        ],
    };
    let (message, varies) = example(code, lang);
    let texts = [
        Some(entry.example.get(lang).to_owned()),
        Some(message),
        varies,
        Some(entry.why.get(lang).to_owned()),
        Some(entry.mend.get(lang).to_owned()),
        entry.declare.as_ref().map(|text| text.get(lang).to_owned()),
    ];
    let all = labels.into_iter().zip(texts);
    all.filter_map(|(label, text)| Some((label, text?))).collect()
}

/// The message of the example, and what stands in the place of each placeholder.
fn example(code: Code, lang: Lang) -> (String, Option<String>) {
    let shown = &code.entry().shown;
    let of = |text: &Option<Text>| text.as_ref().map(|text| text.get(lang).to_owned());
    let (column, last) = (of(&shown.column), of(&shown.last).unwrap_or_default());
    let finding = Finding {
        raw: of(&shown.raw),
        expected: of(&shown.expected),
        ..Finding::new(code).count(shown.count.unwrap_or(1))
    };
    // What differs between the languages is words already.
    let words = shown
        .expected
        .clone()
        .filter(|text| text.get(Lang::Zh) != text.get(Lang::En));
    let finding = match words {
        Some(words) => finding.with_expected_text(words),
        None => finding,
    };
    let template = finding.template(lang);
    let varies = PLACEHOLDERS.iter().filter_map(|(placeholder, zh, en)| {
        let name = placeholder.trim_matches(['{', '}']);
        let part = match name {
            "last" => Some(last.clone()),
            _ => finding.part(name, lang, column.as_deref()),
        };
        let part = part.filter(|_| template.contains(placeholder))?;
        Some(match lang {
            Lang::Zh => format!("{zh}“{part}”"),
            Lang::En => format!("{en} “{part}”"),
        })
    });
    let varies: Vec<String> = varies.collect();
    let separator = match lang {
        Lang::Zh => "、",
        Lang::En => ", ",
    };
    let message = finding.message(lang, column.as_deref()).replace("{last}", &last);
    (message, (!varies.is_empty()).then(|| varies.join(separator)))
}

fn severity_line(severity: Severity, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("程度（{}）：{}", severity.as_str(), asks(severity, lang)),
        Lang::En => format!("Severity ({}): {}", severity.as_str(), asks(severity, lang)),
    }
}

fn asks(severity: Severity, lang: Lang) -> &'static str {
    match (severity, lang) {
        (Severity::Hard, Lang::Zh) => "强制性：必须改正，所涉数据不计入。",
        (Severity::Hard, Lang::En) => "must be fixed; the data it concerns is not counted.",
        (Severity::Explain, Lang::Zh) => "核实性：须改正或说明原因。",
        (Severity::Explain, Lang::En) => "must be fixed or explained.",
        (Severity::Info, Lang::Zh) => "提示：仅作记录，无需处理。",
        (Severity::Info, Lang::En) => "recorded; nothing to do.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_explained_without_placeholders() {
        for code in Code::ALL {
            for lang in [Lang::Zh, Lang::En] {
                let text = explain(code.as_str(), None, lang).unwrap();
                assert!(text.starts_with(code.as_str()), "{text}");
                let stays = |(placeholder, ..): &(&str, &str, &str)| text.contains(placeholder);
                assert!(!PLACEHOLDERS.iter().any(stays), "{text}");
            }
        }
        for (lang, told, varies) in [
            (
                Lang::Zh,
                "提示语：“常住人口”有 3 个单元格由“万”换算为人",
                "随情况而变：来文内容“万”、应为内容“人”、列名“常住人口”、个数“3”",
            ),
            (
                Lang::En,
                "Message: cells of Residents were converted from “10,000” to persons (cells: 3)",
                "What varies: content “10,000”, expected “persons”, column “Residents”, count “3”",
            ),
        ] {
            let text = explain("unit-converted", None, lang).unwrap();
            assert!(text.contains(told) && text.contains(varies), "{text}");
        }
    }

    #[test]
    fn an_unknown_code_has_a_neighbour() {
        assert_eq!(explain("code-scientifc", None, Lang::En), None);
        assert_eq!(nearest_code("code-scientifc", None), Some("code-scientific"));
        for far in ["XYZ", "history-facility-area", "code"] {
            assert_eq!(nearest_code(far, None), None);
        }
    }
}
