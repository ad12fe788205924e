//! `[engine]` of `pipeline.toml`: what sums the rows.

use super::sourced::content;
use crate::pipeline::definition::{CubeEngineDef, CubeEngineName, Located, PipelineFile};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::files::Read;
use crate::pipeline::model::{CubeEngine, EngineSpec, ExternalEngine};

/// What the addresses of each kind of server begin with.
const SPARK_CONNECT: &[&str] = &["sc://"];
const FLIGHT_SQL: &[&str] = &["grpc://", "grpc+tcp://", "grpc+tls://"];

/// What may stand behind host and port: any other parameter may be a secret.
const PARAMETERS: &[&str] = &["", ";use_ssl=true", ";use_ssl=false"];

/// A week; whoever waits longer has written another unit.
const MOST_MINUTES: u64 = 10_080;

pub(super) fn resolve(file: Option<&Read<PipelineFile>>, faults: &mut Faults) -> EngineSpec {
    let usual = EngineSpec::default();
    let Some((source, file)) = content(file) else {
        return usual;
    };
    let Some(written) = &file.engine else {
        return usual;
    };
    let minutes = written.minutes.as_ref();
    if let Some(number) = minutes.filter(|number| !(1..=MOST_MINUTES).contains(&***number)) {
        let hint = format!("from 1 to {MOST_MINUTES}");
        faults.add(
            source,
            "wrong-value",
            number.span(),
            format!("{number} is no limit"),
            hint,
        );
    }
    EngineSpec {
        cube: (written.cube.as_ref()).map_or(CubeEngine::Embedded, |cube| engine(cube, source, faults)),
        minutes: minutes.map_or(usual.minutes, |minutes| **minutes),
    }
}

fn engine(written: &Located<CubeEngineDef>, source: &Source, faults: &mut Faults) -> CubeEngine {
    let at = match &**written {
        CubeEngineDef::Named(CubeEngineName::Embedded) => return CubeEngine::Embedded,
        CubeEngineDef::Named(CubeEngineName::Duckdb) => return CubeEngine::External(ExternalEngine::DuckDb),
        CubeEngineDef::At(at) => at,
    };
    let mut checked = |text: &Located<String>, schemes: &[&str]| {
        check(text, schemes, source, faults);
        (**text).clone()
    };
    let engine = match (&at.spark_connect, &at.flight_sql) {
        (Some(text), None) => Some(ExternalEngine::SparkConnect(checked(text, SPARK_CONNECT))),
        (None, Some(text)) => Some(ExternalEngine::FlightSql(checked(text, FLIGHT_SQL))),
        _ => None,
    };
    engine.map_or_else(
        || {
            let message = "`cube` names no engine, or two".to_owned();
            let hint =
                "one of spark_connect and flight_sql, such as `{ spark_connect = \"sc://host:15002\" }`".to_owned();
            faults.add(source, "wrong-value", written.span(), message, hint);
            CubeEngine::Embedded
        },
        CubeEngine::External,
    )
}

/// An address is a scheme, a host and a port. A secret stands in no definition, which is kept and shown.
fn check(text: &Located<String>, schemes: &[&str], source: &Source, faults: &mut Faults) {
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
    let host_and_port = rest.map(|rest| rest.split('/').next().unwrap_or_default());
    let after = rest.and_then(|rest| rest.split_once('/')).map(|(_, after)| after);
    let has_port = host_and_port.and_then(|both| both.rsplit_once(':'));
    let is_address = has_port.is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    if !is_address {
        let message = format!("`{text}` is no address of such an engine");
        let hint = format!("such as `{}host:15002`", schemes[0]);
        faults.add(source, "wrong-value", text.span(), message, hint);
    } else if text.contains('@') || !PARAMETERS.contains(&after.unwrap_or_default()) {
        let message = "the address holds credentials, which a definition must not".to_owned();
        let hint = "give the token of the engine in the environment: HUIZONG_ENGINE_TOKEN".to_owned();
        faults.add(source, "wrong-value", text.span(), message, hint);
    }
}
