//! What the SDMX extract consists of, as a structure message: SDMX-ML 3.0 with code lists, concepts, data structure and dataflow.

use std::collections::BTreeMap;

use quick_xml::escape::escape;

use super::gather::Areas;
use super::titles::unit_title;
use crate::domain::Text;
use crate::pipeline::Pipeline;
use crate::tables::{
    ColumnSpec, Columns, IndicatorRow, SDMX_AGENCY, SDMX_VERSION, Table, ValueKind, sdmx_flow, sdmx_spec, table_specs,
};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<mes:Structure xmlns:mes="http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message" xmlns:str="http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure" xmlns:com="http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common">
"#;

/// Columns that name the dataflow, and are no component of it.
const ABOUT_THE_FLOW: [&str; 3] = ["STRUCTURE", "STRUCTURE_ID", "ACTION"];

/// A list of codes with what each means.
type Codes = BTreeMap<String, Text>;

/// Describes the figures that the SDMX extract has; `areas` is the table of that name. Codes that SDMX does not allow as ids make
/// their component a text.
pub fn sdmx_structure(pipeline: &Pipeline, figures: &Table, areas: &Table) -> String {
    let lists = code_lists(pipeline, figures, areas);
    let components: Vec<&ColumnSpec> = (sdmx_spec().columns.iter())
        .filter(|column| !ABOUT_THE_FLOW.contains(&column.name.as_str()))
        .collect();
    let listed = |column: &&&ColumnSpec| lists.contains_key(column.name.as_str());
    let code_lists = components.iter().filter(listed).map(|column| code_list(column, &lists));
    let concepts = components
        .iter()
        .map(|column| item("Concept", &column.name, &column.title));
    let flow = sdmx_flow(&pipeline.name);
    let dataflow = artefact(
        "Dataflow",
        &flow,
        &pipeline.title,
        &format!(
            "<str:Structure>{}</str:Structure>\n",
            urn("datastructure.DataStructure", STRUCTURE)
        ),
    );
    let structure = artefact(
        "DataStructure",
        STRUCTURE,
        &sdmx_spec().title,
        &structure(&components, &lists),
    );
    let scheme = artefact(
        "ConceptScheme",
        CONCEPTS,
        &Text::new("概念", "Concepts"),
        &concepts.collect::<String>(),
    );
    format!(
        "{HEAD}{}<mes:Structures>\n<str:Dataflows>\n{dataflow}</str:Dataflows>\n<str:Codelists>\n{}</str:Codelists>\n\
         <str:ConceptSchemes>\n{scheme}</str:ConceptSchemes>\n<str:DataStructures>\n{structure}</str:DataStructures>\n</mes:Structures>\n</mes:Structure>\n",
        header(pipeline, &flow),
        code_lists.collect::<String>(),
    )
}

/// Id of the data structure.
const STRUCTURE: &str = "INDICATORS";

/// Id of the scheme of concepts.
const CONCEPTS: &str = "CONCEPTS";

/// No file of a release knows the time: the message counts as prepared when the last period ended.
fn header(pipeline: &Pipeline, flow: &str) -> String {
    let prepared = pipeline.periods.iter().map(|period| period.end()).max();
    let prepared = prepared.map_or_else(|| "1970-01-01".to_owned(), |day| day.to_string());
    format!(
        "<mes:Header>\n<mes:ID>{flow}</mes:ID>\n<mes:Test>{}</mes:Test>\n<mes:Prepared>{prepared}T00:00:00Z</mes:Prepared>\n\
         <mes:Sender id=\"{SDMX_AGENCY}\"/>\n</mes:Header>\n",
        pipeline.synthetic
    )
}

/// Code lists by the component that has them.
fn code_lists(pipeline: &Pipeline, figures: &Table, areas: &Table) -> BTreeMap<&'static str, Codes> {
    let root = pipeline.registry.levels.first().map_or("", String::as_str);
    let names = Areas::new(areas, root);
    let mut found = Codes::new();
    for row in figures.rows::<IndicatorRow>() {
        if !found.contains_key(row.area_code) {
            found.insert(row.area_code.to_owned(), names.name(row.area_code));
        }
    }
    let indicators = pipeline.indicators.iter();
    let units = indicators.clone().map(|indicator| {
        let unit = indicator.unit.as_str();
        (unit.to_owned(), unit_title(pipeline, unit).unwrap_or_default())
    });
    let status = table_specs()[IndicatorRow::TABLE].columns.iter();
    let status = status
        .filter(|column| column.name == "obs_status")
        .flat_map(|column| column.value_titles.clone());
    let frequencies = [
        ("A", Text::new("年", "annual")),
        ("S", Text::new("半年", "half-yearly")),
        ("Q", Text::new("季", "quarterly")),
        ("M", Text::new("月", "monthly")),
    ];
    let lists = [
        ("FREQ", frequencies.map(|(code, title)| (code.to_owned(), title)).into()),
        ("REF_AREA", found),
        (
            "INDICATOR",
            indicators.map(|one| (one.id.clone(), one.title.clone())).collect(),
        ),
        ("UNIT_MEASURE", units.collect()),
        ("OBS_STATUS", status.collect::<Codes>()),
    ];
    let is_sound = |(_, codes): &(&str, Codes)| !codes.is_empty() && codes.keys().all(|code| is_id(code));
    lists.into_iter().filter(is_sound).collect()
}

/// Whether a text can be the id of a code.
fn is_id(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '$' | '-');
    !text.is_empty() && text.chars().all(allowed)
}

fn code_list(column: &ColumnSpec, lists: &BTreeMap<&'static str, Codes>) -> String {
    let codes = lists[column.name.as_str()].iter();
    let codes: String = codes.map(|(code, title)| item("Code", code, title)).collect();
    artefact("Codelist", &list_id(column), &column.title, &codes)
}

fn list_id(column: &ColumnSpec) -> String {
    format!("CL_{}", column.name)
}

fn structure(components: &[&ColumnSpec], lists: &BTreeMap<&'static str, Codes>) -> String {
    let (mut dimensions, mut attributes, mut measures) = (String::new(), String::new(), String::new());
    for column in components {
        let content = component(column, lists);
        let id = column.name.as_str();
        let is_key = sdmx_spec().key.contains(&column.name);
        match id {
            "TIME_PERIOD" => dimensions += &element("TimeDimension", id, "", &content),
            _ if is_key => dimensions += &element("Dimension", id, "", &content),
            "OBS_VALUE" => measures += &element("Measure", id, "", &content),
            _ => {
                let usage = if column.null.is_some() { "optional" } else { "mandatory" };
                let of = match id {
                    "UNIT_MEASURE" => "<str:Dimension>INDICATOR</str:Dimension>",
                    _ => "<str:Observation/>",
                };
                let content = format!("{content}<str:AttributeRelationship>{of}</str:AttributeRelationship>\n");
                attributes += &element("Attribute", id, &format!(" usage=\"{usage}\""), &content);
            }
        }
    }
    format!(
        "<str:DataStructureComponents>\n<str:DimensionList>\n{dimensions}</str:DimensionList>\n<str:AttributeList>\n{attributes}</str:AttributeList>\n\
         <str:MeasureList>\n{measures}</str:MeasureList>\n</str:DataStructureComponents>\n"
    )
}

/// Concept and representation of a component.
fn component(column: &ColumnSpec, lists: &BTreeMap<&'static str, Codes>) -> String {
    let concept = urn("conceptscheme.Concept", CONCEPTS);
    let representation = if column.name == "TIME_PERIOD" {
        "<str:TextFormat textType=\"ObservationalTimePeriod\"/>".to_owned()
    } else if lists.contains_key(column.name.as_str()) {
        format!(
            "<str:Enumeration>{}</str:Enumeration>",
            urn("codelist.Codelist", &list_id(column))
        )
    } else if column.kind == ValueKind::Real {
        "<str:TextFormat textType=\"Double\"/>".to_owned()
    } else {
        "<str:TextFormat textType=\"String\"/>".to_owned()
    };
    format!(
        "<str:ConceptIdentity>{concept}.{}</str:ConceptIdentity>\n<str:LocalRepresentation>{representation}</str:LocalRepresentation>\n",
        column.name
    )
}

fn urn(class: &str, id: &str) -> String {
    format!("urn:sdmx:org.sdmx.infomodel.{class}={SDMX_AGENCY}:{id}({SDMX_VERSION})")
}

fn artefact(kind: &str, id: &str, title: &Text, content: &str) -> String {
    let more = format!(" agencyID=\"{SDMX_AGENCY}\" version=\"{SDMX_VERSION}\"");
    element(kind, id, &more, &(names(title, id) + content))
}

/// A code or a concept.
fn item(kind: &str, id: &str, title: &Text) -> String {
    element(kind, id, "", &names(title, id))
}

fn element(kind: &str, id: &str, more: &str, content: &str) -> String {
    format!("<str:{kind} id=\"{id}\"{more}>\n{content}</str:{kind}>\n")
}

/// A name in each language; what has none is called by its id.
fn names(title: &Text, id: &str) -> String {
    let name =
        |(lang, text): (&str, &str)| format!("<com:Name xml:lang=\"{}\">{}</com:Name>\n", escape(lang), escape(text));
    if title.is_empty() {
        return name(("en", id));
    }
    let own = title.0.iter().filter(|(_, text)| !text.is_empty());
    own.map(|(lang, text)| name((lang, text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{pipeline, tables};

    fn message(figures: &Table) -> String {
        let tables = tables();
        let areas = tables.iter().find(|table| table.name == "areas").unwrap();
        sdmx_structure(&pipeline(), figures, areas)
    }

    fn figure(area_code: &str) -> Table {
        let mut table = Table::of::<IndicatorRow>();
        table.push(IndicatorRow {
            area_code,
            ..IndicatorRow::default()
        });
        table
    }

    #[test]
    fn codes_have_names_in_each_language_and_what_is_no_id_has_no_list() {
        let sound = message(&figure("650000"));
        let area = "<str:Code id=\"650000\">\n<com:Name xml:lang=\"en\">Xinjiang</com:Name>\n<com:Name xml:lang=\"zh\">新疆维吾尔自治区</com:Name>\n";
        assert!(sound.contains(area), "{sound}");
        assert!(sound.contains("Codelist=HUIZONG:CL_REF_AREA(1.0.0)"));
        let awkward = message(&figure("A & B"));
        assert!(
            !awkward.contains("CL_REF_AREA") && !awkward.contains("A & B"),
            "{awkward}"
        );
        assert!(awkward.contains("Codelist=HUIZONG:CL_INDICATOR(1.0.0)"));
    }

    #[test]
    fn texts_are_escaped() {
        let text = Text::new("<甲>", "Tea & coffee");
        let expected =
            "<com:Name xml:lang=\"en\">Tea &amp; coffee</com:Name>\n<com:Name xml:lang=\"zh\">&lt;甲&gt;</com:Name>\n";
        assert_eq!(names(&text, "x"), expected);
        assert_eq!(names(&Text::default(), "x"), "<com:Name xml:lang=\"en\">x</com:Name>\n");
    }
}
