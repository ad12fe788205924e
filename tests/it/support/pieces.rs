//! Pieces of a pipeline, short enough that a test shows the whole of what it runs.

/// `pipeline.toml` of a pipeline by year whose areas stand in `divisions.csv`; further settings may follow it.
pub fn plan(code_scheme: &str, levels: &[&str], periods: &[&str]) -> String {
    format!(
        // One row of a small nation moves its figures more than any of a large one, and few tests send every form.
        "gate.max_open_influence = 1000\ngate.min_reporting_share = 0\n[pipeline]\nname = 'small'\nperiod = 'year'\nperiods = {periods:?}\n[registry]\ndivisions = 'divisions.csv'\n\
         levels = {levels:?}\npartition = '{}'\ncode_scheme = '{code_scheme}'\n",
        levels[1]
    )
}

/// Columns, a line each: `id | type | header, other header | setting; setting`.
pub fn columns(lines: &str) -> String {
    each("column", ["id", "type", "headers"], lines)
}

/// Measures, a line each: `id | form | value | setting; setting`.
pub fn measures(lines: &str) -> String {
    each("measure", ["id", "form", "value"], lines)
}

/// Indicators, a line each: `id | numerator | denominator | setting; setting`.
pub fn indicators(lines: &str) -> String {
    each("indicator", ["id", "numerator", "denominator"], lines)
}

/// Tables of one kind: the first cells of a line are the values of these keys, the last one holds settings as they are.
fn each(kind: &str, keys: [&str; 3], lines: &str) -> String {
    let table = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        assert!((3..=4).contains(&cells.len()), "three cells and settings: {line}");
        let named = keys.iter().zip(&cells).map(|(key, cell)| match *key {
            "headers" => format!("headers = {:?}\n", cell.split(", ").collect::<Vec<_>>()),
            key => format!("{key} = '{cell}'\n"),
        });
        let settings = cells.get(3).map(|settings| settings.replace("; ", "\n"));
        format!(
            "[[{kind}]]\n{}{}\n",
            named.collect::<String>(),
            settings.unwrap_or_default()
        )
    };
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(table).collect()
}
