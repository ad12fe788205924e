//! The command line in Chinese: help and errors, from one table of texts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use clap::builder::PossibleValue;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    frame: BTreeMap<String, String>,
    manual: BTreeMap<String, String>,
    command: BTreeMap<String, CommandTexts>,
    shared: BTreeMap<String, String>,
    value: BTreeMap<String, String>,
    error: BTreeMap<String, String>,
    log: BTreeMap<String, String>,
    failure: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommandTexts {
    about: String,
    /// Another command whose arguments it has, too.
    like: Option<String>,
    #[serde(default)]
    args: BTreeMap<String, String>,
}

/// What stands before every command.
const PROGRAM: &str = "huizong ";

static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| toml::from_str(include_str!("chinese.toml")).expect("chinese.toml is as `Texts` says"));

/// The message of a log line; None: the table does not have it.
pub fn logged(message: &str) -> Option<&'static str> {
    TEXTS.log.get(message).map(String::as_str)
}

/// What the machine could not do, with the path behind it: `cannot write a.csv`. None: the table does not have it.
pub fn failure(message: &str) -> Option<String> {
    let fits = |(english, _): &(&String, &String)| {
        let behind = message.strip_prefix(english.as_str());
        behind.is_some_and(|behind| behind.starts_with(' '))
    };
    let (english, chinese) = TEXTS
        .failure
        .iter()
        .filter(fits)
        .max_by_key(|(english, _)| english.len())?;
    let path = &message[english.len() + 1..];
    Some(match path.strip_suffix(" as Parquet") {
        Some(path) => format!("{chinese} {path}：不是完好的 Parquet 文件"),
        None if chinese.ends_with('：') => format!("{chinese}{path}"),
        None => format!("{chinese} {path}"),
    })
}

fn frame(key: &str) -> &'static str {
    TEXTS.frame.get(key).map_or("", String::as_str)
}

/// A manual page with its headings in Chinese, among them those by which `man` and `apropos` find the name.
pub fn manual(page: &str) -> String {
    let line = |line: &str| {
        let heading = line.strip_prefix(".SH ").and_then(|english| TEXTS.manual.get(english));
        heading.map_or_else(|| line.to_owned(), |chinese| format!(".SH {chinese}")) + "\n"
    };
    page.lines().map(line).collect()
}

/// What an argument of a command does, such as `run` or `jobs plan`; None: the table does not say.
fn of_argument(command: &str, id: &str) -> Option<&'static str> {
    let texts = TEXTS.command.get(command);
    let own = texts.and_then(|texts| texts.args.get(id));
    let like = texts.and_then(|texts| TEXTS.command.get(texts.like.as_ref()?)?.args.get(id));
    own.or(like).or_else(|| TEXTS.shared.get(id)).map(String::as_str)
}

/// The same command line with its help in Chinese. What the table does not know stays in English.
pub fn translated(command: Command) -> Command {
    below(command, "")
}

/// A command that is written after `above`.
fn below(command: Command, above: &str) -> Command {
    let path = format!("{above}{}", command.get_name());
    let name = path.strip_prefix(PROGRAM).unwrap_or(&path);
    let about = TEXTS.command.get(name).map(|texts| texts.about.as_str());
    let mut command = command.mut_args(|arg| argument(name, arg));
    if let Some(about) = about {
        command = command.about(about).long_about(about);
    }
    // A command that has shown its usage takes no further argument.
    let usage = usage(command.clone(), &path);
    let template = template(&command);
    let above = format!("{path} ");
    command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args([
            flag("help", 'h', ArgAction::Help),
            flag("version", 'V', ArgAction::Version),
        ])
        .override_usage(usage)
        .help_template(template)
        .mut_subcommands(move |command| below(command, &above))
}

/// `huizong run [选项] <DIR>`
fn usage(mut command: Command, path: &str) -> String {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let rest = usage.strip_prefix(command.get_name()).unwrap_or(usage);
    let words = [("OPTIONS", "options"), ("COMMAND", "command")];
    let rest = words
        .iter()
        .fold(rest.to_owned(), |rest, (word, key)| rest.replace(word, frame(key)));
    format!("{path}{rest}")
}

/// What help consists of: a heading stands only above what the command has.
fn template(command: &Command) -> String {
    let part = |key: &str, tag: &str| format!("{}：\n{{{tag}}}\n\n", frame(key));
    let mut template = format!("{{before-help}}{{about-with-newline}}\n{}{{usage}}\n\n", frame("usage"));
    if command.has_subcommands() {
        template += &part("commands", "subcommands");
    }
    if command.get_positionals().next().is_some() {
        template += &part("arguments", "positionals");
    }
    template + part("options", "options").trim_end() + "{after-help}"
}

fn flag(id: &'static str, short: char, action: ArgAction) -> Arg {
    Arg::new(id).short(short).long(id).action(action).help(frame(id))
}

fn argument(command: &str, arg: Arg) -> Arg {
    let Some(help) = of_argument(command, arg.get_id().as_str()) else {
        return arg;
    };
    let mut notes = Vec::new();
    let words: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|word| !word.is_hide_set())
        .map(|word| PossibleValue::get_name(word).to_owned())
        .collect();
    if arg.get_action().takes_values() && !words.is_empty() {
        notes.push(format!("{}：{}", frame("choices"), words.join("、")));
    }
    let usual: Vec<&str> = arg
        .get_default_values()
        .iter()
        .filter_map(|value| value.to_str())
        .collect();
    if arg.get_action().takes_values() && !usual.is_empty() {
        notes.push(format!("{}：{}", frame("default"), usual.join("、")));
    }
    let notes = if notes.is_empty() {
        String::new()
    } else {
        format!("（{}）", notes.join("；"))
    };
    arg.help(format!("{help}{notes}"))
        .hide_possible_values(true)
        .hide_default_value(true)
}

/// What is wrong with a command line; None: the error is of a kind that has no text, or is no error but help.
pub fn error(error: &clap::Error) -> Option<String> {
    let of = |kind: ContextKind| error.get(kind).map(shown).filter(|text| !text.is_empty());
    let given = of(ContextKind::InvalidArg).unwrap_or_default();
    let value = of(ContextKind::InvalidValue);
    let (key, one, other) = match error.kind() {
        ErrorKind::UnknownArgument => ("unknown_argument", given, None),
        ErrorKind::InvalidSubcommand => ("unknown_command", of(ContextKind::InvalidSubcommand)?, None),
        ErrorKind::InvalidValue if value.is_none() => ("missing_value", given, None),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => ("invalid_value", given, value),
        ErrorKind::MissingRequiredArgument => ("missing_argument", given, None),
        ErrorKind::MissingSubcommand => ("missing_command", String::new(), None),
        ErrorKind::ArgumentConflict => match of(ContextKind::PriorArg) {
            Some(prior) if prior != given => ("conflict", given, Some(prior)),
            _ => ("repeated", given, None),
        },
        ErrorKind::TooManyValues => ("unexpected", given, value),
        _ => return None,
    };
    let wanted = wanted(&one).filter(|_| key == "invalid_value");
    let mut lines = vec![format!("错误：{}", filled(key, &one, other.as_deref()))];
    let near = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    if key == "unknown_argument" && error.get(ContextKind::Suggested).is_some() {
        lines.push(format!("  提示：{}", filled("lang_first", "", None)));
    } else if let Some(near) = near.into_iter().find_map(of) {
        lines.push(format!("  提示：{}", filled("similar", &near, None)));
    } else if let Some(choices) = of(ContextKind::ValidValue).or_else(|| of(ContextKind::ValidSubcommand)) {
        lines.push(format!("  提示：{}", filled("choices", &choices, None)));
    } else if let Some(wanted) = wanted {
        lines.push(format!("  提示：{}", filled("expected", wanted, None)));
    }
    if let Some(usage) = of(ContextKind::Usage) {
        // The heading is clap's own.
        let usage = usage.trim_start_matches("Usage:").trim();
        lines.push(format!("{}{usage}", frame("usage")));
    }
    lines.push(filled("more", "", None));
    Some(lines.join("\n"))
}

/// What the value of an argument must be; `given` is the argument as clap names it, such as `--as-of <DATE>`.
fn wanted(given: &str) -> Option<&'static str> {
    let name = given.trim_start_matches('-').split([' ', '=']).next()?;
    // `--period` of some commands may be given several times.
    TEXTS.value.get(&name.replace('-', "_")).map(String::as_str)
}

fn filled(key: &str, one: &str, other: Option<&str>) -> String {
    let template = TEXTS.error.get(key).map_or("", String::as_str);
    template.replace("{1}", one).replace("{2}", other.unwrap_or_default())
}

fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join("、"),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::Cli;
    use super::*;

    /// All commands by the names under which the table has them.
    fn commands() -> Vec<(String, Command)> {
        let root = Cli::command();
        let mut all = vec![("huizong".to_owned(), root.clone())];
        for command in root.get_subcommands() {
            let name = command.get_name();
            all.push((name.to_owned(), command.clone()));
            let below = command.get_subcommands();
            all.extend(below.map(|one| (format!("{name} {}", one.get_name()), one.clone())));
        }
        all
    }

    #[test]
    fn every_command_and_argument_has_a_chinese_text_and_no_text_is_idle() {
        let mut used = Vec::new();
        for (name, command) in commands() {
            assert!(TEXTS.command.contains_key(&name), "no text on {name}");
            for arg in command.get_arguments() {
                let id = arg.get_id().as_str();
                assert!(of_argument(&name, id).is_some(), "no text on {name} {id}");
                used.push((name.clone(), id.to_owned()));
            }
        }
        for (command, texts) in &TEXTS.command {
            for id in texts.args.keys() {
                assert!(used.contains(&(command.clone(), id.clone())), "{command} has no {id}");
            }
        }
    }

    #[test]
    fn what_the_machine_could_not_do_is_told_in_chinese() {
        for (english, zh) in [
            ("cannot create the folder /a b/c", "无法创建文件夹 /a b/c"),
            (
                "cannot read a.parquet as Parquet",
                "无法读取 a.parquet：不是完好的 Parquet 文件",
            ),
            ("cannot read the register r.csv", "无法读取名录 r.csv"),
        ] {
            assert_eq!(failure(english).as_deref(), Some(zh));
        }
        assert_eq!(failure("cannot readjust a"), None);
        // Whatever a wrapper of an error names as its action.
        let mut sources = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut actions = 0;
        while let Some(path) = sources.pop() {
            if path.is_dir() {
                sources.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            for behind in text.split("Error::io(\"").skip(1) {
                let action = behind.split('"').next().unwrap();
                let told = failure(&format!("cannot {action} a"));
                assert!(told.is_some() || action.is_empty(), "{action} in {}", path.display());
                actions += 1;
            }
        }
        assert!(actions > 30, "{actions}");
    }

    #[test]
    fn help_and_errors_are_chinese() {
        let mut root = translated(Cli::command());
        root.build();
        for (name, _) in commands() {
            let words = name.split(' ').filter(|word| *word != "huizong");
            let command = words.fold(&mut root, |above, word| above.find_subcommand_mut(word).unwrap());
            let help = command.render_long_help().to_string();
            for english in [
                "Usage",
                "Options",
                "OPTIONS",
                "Arguments",
                "Print ",
                "default:",
                "possible values",
            ] {
                assert!(!help.contains(english), "{english} in\n{help}");
            }
        }
        for (line, text) in [
            (&["huizong", "run", "p", "--quite"][..], "没有这个参数：--quite"),
            (&["huizong", "rum"], "没有这个命令：rum"),
            (&["huizong", "template"], "缺少必需的参数：<FORM>"),
            (&["huizong", "jobs", "plan"], "缺少必需的参数：--jobs <DIR>"),
            (&["huizong", "jobs", "run"], "用法：huizong jobs run [选项] <FILE>"),
            (
                &["huizong", "status", "--input", "x"],
                "用法：huizong status [选项] [PIPELINE]",
            ),
            (&["huizong", "run", "p", "--lang", "fr"], "可选：zh、en"),
            (&["huizong", "run", "p", "--input"], "没有给出值"),
            (&["huizong", "run", "p", "--threads", "x"], "的值“x”无效"),
            (&["huizong", "run", "p", "--threads", "x"], "应为1 到 256 的整数"),
            (&["huizong", "run", "p", "--as-of", "foo"], "应为日期，如 2021-03-01"),
            (&["huizong", "status", "p", "--pipeline", "q"], "不能同时使用"),
        ] {
            let failed = translated(Cli::command()).try_get_matches_from(line).unwrap_err();
            let said = error(&failed).unwrap_or_default();
            assert!(said.contains(text), "{line:?}: {said}");
        }
    }
}
