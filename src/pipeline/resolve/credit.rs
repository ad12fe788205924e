//! Who stands behind the data.

use super::super::definition::PipelineDef;
use super::super::faults::{Faults, Source};
use super::super::model::Credit;

pub(super) fn resolve(head: &PipelineDef, source: &Source, faults: &mut Faults) -> Credit {
    let homepage = head.homepage.as_ref().filter(|address| {
        let rest = ["https://", "http://"]
            .iter()
            .find_map(|start| address.strip_prefix(*start));
        let is_address = rest.is_some_and(|rest| {
            let plain =
                |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}');
            rest.starts_with(|c: char| c.is_ascii_alphanumeric()) && rest.chars().all(plain)
        });
        if !is_address {
            let hint = "such as `https://example.org/statistics`".to_owned();
            faults.add(
                source,
                "wrong-value",
                address.span(),
                format!("`{address}` is no address of a page"),
                hint,
            );
        }
        is_address
    });
    Credit {
        publisher: head.publisher.clone(),
        contact: head.contact.clone(),
        description: head.description.clone(),
        homepage: homepage.map(|address| (**address).clone()),
    }
}
