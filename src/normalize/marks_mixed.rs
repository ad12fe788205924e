//! One finding on a column that holds numbers with decimal points and numbers with decimal commas.
//!
//! In such a column some cells contradict its notation, others could be read either way, and those that are read have little that
//! speaks for them. That is one cause, and told apart the three would contradict each other.

use std::collections::BTreeMap;

use crate::domain::{Code, Finding, Place, Text};

/// The findings on a sheet, those on the decimal mark of such a column as one.
pub(super) fn as_one(findings: Vec<Finding>) -> Vec<Finding> {
    let kinds = [
        Code::DecimalMarkMixed,
        Code::DecimalMarkUnclear,
        Code::DecimalCommaAssumed,
    ];
    let of_mark = |finding: &Finding| {
        let kind = kinds.iter().position(|kind| finding.code == *kind)?;
        Some((finding.place.column_index?, kind))
    };
    let mut seen: BTreeMap<u32, [bool; 3]> = BTreeMap::new();
    for (index, kind) in findings.iter().filter_map(of_mark) {
        seen.entry(index).or_default()[kind] = true;
    }
    let is_mixed = |index: &u32| matches!(seen.get(index), Some([true, unclear, assumed]) if *unclear || *assumed);
    let mut columns: BTreeMap<u32, Vec<Finding>> = BTreeMap::new();
    let mut others = Vec::new();
    for finding in findings {
        match of_mark(&finding).filter(|(index, _)| is_mixed(index)) {
            Some((index, _)) => columns.entry(index).or_default().push(finding),
            None => others.push(finding),
        }
    }
    others.extend(columns.into_values().filter_map(one));
    others
}

/// The one finding on a column, with the rows of all. It names a cell that contradicts the notation of the column.
fn one(of_column: Vec<Finding>) -> Option<Finding> {
    let mut contrary = of_column
        .iter()
        .filter(|finding| finding.code == Code::DecimalMarkMixed);
    let contrary = contrary.find(|finding| finding.raw.is_some())?;
    let mut rows: Vec<u32> = (of_column.iter())
        .flat_map(|finding| finding.place.row.into_iter().chain(finding.rows.iter().copied()))
        .collect();
    rows.sort_unstable();
    rows.dedup();
    let severity = of_column.iter().map(|finding| finding.severity).max()?;
    let message = Text::new(
        "“{column}”混用小数点和小数逗号：有的写法如 {expected}，有的如“{raw}”。只能按 {expected} 的写法读取的已读取，其余的和两种写法都说得通的按缺失处理（需核对的单元格：{count}）",
        "{column} mixes decimal points and decimal commas: some numbers are written like {expected}, others like “{raw}”. What can only be read like {expected} was read; the others, and those that could be either, count as missing (cells to check: {count})",
    );
    let place = Place {
        row: None,
        ..contrary.place.clone()
    };
    Some(Finding {
        severity,
        place,
        mend: None,
        count: of_column.iter().map(|finding| finding.count).sum(),
        cells: Vec::new(),
        message: Some(message),
        rows,
        ..contrary.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(code: Code, index: u32, row: Option<u32>) -> Finding {
        Finding::new(code).raw("12.5").at(Place {
            row,
            column_index: Some(index),
            ..Place::default()
        })
    }

    #[test]
    fn three_tellings_of_one_cause_are_one() {
        let unclear = Finding {
            rows: vec![2, 5],
            ..on(Code::DecimalMarkUnclear, 6, None).count(2)
        };
        let assumed = Finding {
            rows: vec![4],
            ..on(Code::DecimalCommaAssumed, 6, None)
        };
        let contrary = on(Code::DecimalMarkMixed, 6, Some(3));
        let found = as_one(vec![unclear.clone(), assumed.clone(), contrary.clone()]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].count, found[0].rows.as_slice()), (4, &[2, 3, 4, 5][..]));
        assert_eq!(
            (found[0].place.row, found[0].code == Code::DecimalMarkMixed),
            (None, true)
        );
        // A slip in a column of one notation keeps its cell; so does what stands in other columns.
        let elsewhere = on(Code::DecimalMarkMixed, 3, Some(9));
        for near in [
            vec![contrary.clone(), elsewhere.clone()],
            vec![unclear.clone(), assumed],
            vec![unclear, elsewhere],
        ] {
            assert_eq!(as_one(near.clone()), near);
        }
    }
}
