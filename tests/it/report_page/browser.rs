//! A headless Chromium.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A page after its script has run.
pub struct Seen {
    /// Its document, as markup.
    pub page: String,
    /// What the console has said.
    pub complaints: Vec<String>,
}

/// Opens a file in a browser of a language.
pub fn opened(chromium: &Path, file: &Path, language: &str) -> Seen {
    let profile = tempfile::tempdir().unwrap();
    let ended = Command::new(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--enable-logging=stderr",
            // What a page waits for happens at once.
            "--virtual-time-budget=3000",
            "--dump-dom",
        ])
        .arg(format!("--lang={language}"))
        .arg(format!("--accept-lang={language}"))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(ended.status.success(), "{log}");
    Seen {
        page: String::from_utf8(ended.stdout).unwrap(),
        complaints: log
            .lines()
            .filter(|line| line.contains(":CONSOLE"))
            .map(str::to_owned)
            .collect(),
    }
}

/// Uses a page as a reader does, and says what is not as expected.
const USE: &str = r#"
const found = [];
const expect = (what, is) => { if (!is) found.push(what); };
const shown = tag => document.querySelector(`[data-edition=${tag}]`).offsetParent !== null;
const click = id => document.getElementById(id).click();
click('show-zh');
expect('Chinese alone', shown('zh') && !shown('en') && document.documentElement.lang === 'zh-CN');
click('show-en');
expect('English alone', shown('en') && !shown('zh') && document.documentElement.lang === 'en');
expect('the title is English', document.title === document.querySelector('[data-edition=en] h1').textContent);
const ground = () => getComputedStyle(document.documentElement).backgroundColor;
click('theme-dark');
const dark = ground();
click('theme-light');
expect('light is not dark', ground() !== dark);
for (const edition of ['zh', 'en']) for (const kind of ['indicator', 'gap', 'change']) {
  const select = document.querySelector(`#pick-${kind}-${edition}`);
  if (!select) continue;
  click(`show-${edition}`);
  for (const at of [select.options.length - 1, 0]) {
    select.selectedIndex = at;
    select.dispatchEvent(new Event('change'));
    const panels = [...select.closest('section').querySelectorAll('.panel')];
    expect(`panel ${at} of ${kind} alone in ${edition}`, panels.every((panel, own) => (panel.offsetParent !== null) === (own === at)));
  }
}
const links = [];
const kept = URL.createObjectURL;
URL.createObjectURL = blob => { links.push(blob); return kept(blob); };
HTMLAnchorElement.prototype.click = function () { links.push(this.download); };
const csv = tag => document.querySelector(`[data-edition=${tag}] table[data-csv=goals]`).closest('.sheet').querySelector('button').click();
csv('en');
csv('zh');
expect('the CSV is named', links[1] === 'goals.csv' && links[3] === 'goals.csv');
const missing = [...document.querySelectorAll('.edition use')].filter(one => !document.querySelector(one.getAttribute('href')));
expect('every drawing that is used is there', missing.length === 0);
const drawn = () => {
  const chart = [...document.querySelectorAll('.chart')].find(one => one.checkVisibility());
  const box = chart.querySelector('use').getBoundingClientRect();
  const text = getComputedStyle(document.querySelector('.defs text')).fontSize;
  return box.width > chart.getBoundingClientRect().width / 2 && box.height > 50 && text === '11px';
};
for (const edition of ['zh', 'en']) {
  click(`show-${edition}`);
  expect(`a chart is drawn in ${edition}`, drawn());
}
expect('nothing is wider than a window', document.documentElement.scrollWidth <= innerWidth);
const digits = row => row.split(',').filter(one => /^-?[\d.]+$/.test(one)).join();
Promise.all([links[0].text(), links[2].text()]).then(([text, chinese]) => {
  const [rows, others] = [text, chinese].map(one => one.trim().split('\r\n'));
  expect('the CSV has a header and its rows', /^\ufeff?Indicator,Start,/.test(text) && rows.length > 1);
  expect('the CSV has the same figures in both languages', digits(rows[1]) !== '' && rows.every((row, at) => digits(row) === digits(others[at])));
  document.body.dataset.found = found.length ? found.join('; ') : 'as expected';
});
"#;

/// Opens a copy of a page, in which a script of the test may run, and uses it.
pub fn used(chromium: &Path, page: &str, folder: PathBuf) {
    let (before, rest) = page.split_once("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
    let (_, after) = rest.split_once('>').unwrap();
    let copy = format!("{before}{after}").replace("</body>", &format!("<script>{USE}</script></body>"));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("report.html");
    fs::write(&path, copy).unwrap();
    let seen = opened(chromium, &path, "en-US");
    assert_eq!(seen.complaints, Vec::<String>::new());
    let (_, found) = seen
        .page
        .split_once("data-found=\"")
        .expect("the script of the test ends");
    assert_eq!(found.split('"').next(), Some("as expected"));
}
