//! The list of a return, as the county reads it.

use super::Cells;

/// A line of the list.
pub struct Line {
    pub cell: Option<(usize, usize)>,
    pub received: String,
    pub expected: String,
    pub proposed: String,
    /// Cells the finding looked at, with the titles of their columns.
    pub ground: Vec<(String, (usize, usize))>,
    pub column: String,
    pub code: String,
    /// Cells or rows of one cause.
    pub count: u64,
}

/// Where the list says that the workbook is to be sent; None: elsewhere.
pub fn answer(list: &Cells) -> Option<String> {
    let line = list.iter().flatten().find(|cell| cell.contains(" 再次报送。"))?;
    let name = line.split(' ').nth(1)?;
    let folder = line.split("放入文件夹 ").nth(1)?.split(' ').next()?;
    Some(format!("{folder}/{name}"))
}

/// The path of what was received, as the list has it.
pub fn received(list: &Cells) -> String {
    let line = list.iter().flatten().find(|cell| cell.contains("来文：")).unwrap();
    let path = line.rsplit("来文：").next().unwrap();
    path.split('#').next().unwrap().to_owned()
}

pub fn lines(list: &Cells) -> Vec<Line> {
    let head = list.iter().position(|row| row[0] == "序号").unwrap();
    let at = |title: &str| list[head].iter().position(|cell| cell.starts_with(title)).unwrap();
    let [cell, received, expected, proposed, ground, column, code, count] = [
        "单元格",
        "来文内容",
        "应为",
        "建议填写",
        "判定依据",
        "列名",
        "问题代码",
        "涉及数",
    ]
    .map(at);
    list[head + 1..]
        .iter()
        .filter(|row| row[0].parse::<u32>().is_ok())
        .map(|row| Line {
            cell: position(&row[cell]),
            received: row[received].clone(),
            expected: row[expected].clone(),
            proposed: row[proposed].clone(),
            ground: row[ground].lines().filter_map(looked_at).collect(),
            column: row[column].clone(),
            code: row[code].clone(),
            count: row[count].parse().unwrap(),
        })
        .collect()
}

/// `服务设施面积（H12）= 300`
fn looked_at(line: &str) -> Option<(String, (usize, usize))> {
    let (title, rest) = line
        .split_once("）= ")
        .and_then(|(before, _)| before.rsplit_once('（'))?;
    Some((title.to_owned(), position(rest)?))
}

/// `H12` → row 11, column 7.
fn position(reference: &str) -> Option<(usize, usize)> {
    let digits = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = reference.split_at(digits);
    if letters.is_empty() || !letters.bytes().all(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let column = letters.bytes().fold(0, |sum, b| sum * 26 + usize::from(b - b'A') + 1);
    Some((row.parse::<usize>().ok()? - 1, column - 1))
}
