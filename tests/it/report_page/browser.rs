//! A headless Chromium.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::numbers;

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
for (const edition of ['zh', 'en']) for (const kind of ['indicator', 'gap', 'cross', 'change']) {
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
const missing = [...document.querySelectorAll('.edition use')].filter(one => !document.querySelector(one.getAttribute('href')));
expect('every drawing that is used is there', missing.length === 0);
const drawn = () => {
  const chart = [...document.querySelectorAll('.chart')].find(one => one.checkVisibility());
  const box = chart.querySelector('use').getBoundingClientRect();
  const text = getComputedStyle(document.querySelector('.defs text')).fontSize;
  return box.width > chart.getBoundingClientRect().width / 2 && box.height > 50 && text === '11px';
};
const strips = within => [...document.querySelectorAll(`${within} svg`)].filter(one => one.checkVisibility());
const isDrawn = strip => {
  const [box, drawing] = [strip, strip.querySelector('use')].map(one => one.getBoundingClientRect());
  return drawing.width > 5 && drawing.height > 2 && drawing.left >= box.left && drawing.right <= box.right + 1 && box.width > 8 * box.height;
};
for (const edition of ['zh', 'en']) {
  click(`show-${edition}`);
  expect(`a chart is drawn in ${edition}`, drawn());
  for (const within of ['.gaps', '.changes']) {
    expect(`strips of ${within} are drawn in ${edition}`, strips(within).every(isDrawn) && (strips(within).length > 0 || !document.querySelector(within)));
  }
}
expect('nothing is wider than a window', document.documentElement.scrollWidth <= innerWidth);
const digits = row => row.split(',').filter(one => /^-?[\d.]+$/.test(one)).join();
const csvs = async () => {
  // Numbers are unpacked first.
  while (links.length < 4) await new Promise(done => setTimeout(done, 10));
  return Promise.all([links[0].text(), links[2].text()]);
};
csvs().then(([text, chinese]) => {
  expect('the CSV is named', links[1] === 'goals.csv' && links[3] === 'goals.csv');
  const [rows, others] = [text, chinese].map(one => one.trim().split('\r\n'));
  expect('the CSV has a header and its rows', /^\ufeff?Indicator,Start,/.test(text) && rows.length > 1);
  expect('the CSV has every digit', document.body.dataset.expected.split(' ').every(one => rows[1].split(',').includes(one)));
  expect('the CSV has the same figures in both languages', digits(rows[1]) !== '' && rows.every((row, at) => digits(row) === digits(others[at])));
  document.body.dataset.found = found.length ? found.join('; ') : 'as expected';
});
"#;

/// Takes a CSV from a page in a browser that cannot unpack numbers.
const ROUNDED: &str = r#"
const button = document.querySelector('[data-edition=en] table[data-csv=goals]').closest('.sheet').querySelector('button');
const kept = URL.createObjectURL;
HTMLAnchorElement.prototype.click = function () {};
URL.createObjectURL = blob => {
  blob.text().then(text => {
    const shown = document.querySelector('[data-edition=en] table[data-csv=goals] tbody td').textContent.trim();
    const is = button.textContent.includes('rounded as shown') && text.trim().split('\r\n')[1].includes(`,${shown},`);
    document.body.dataset.found = is ? 'as expected' : `${button.textContent}: ${text}`;
  });
  return kept(blob);
};
button.click();
"#;

/// Opens a copy of a page, in which a script of the test may run, and uses it.
pub fn used(chromium: &Path, page: &str, folder: &Path) {
    let goal = &numbers::table(page, "goals")[0].cells;
    let expected: Vec<String> = goal.iter().flatten().map(ToString::to_string).collect();
    assert!(!expected.is_empty());
    let own = format!(
        "<script>document.body.dataset.expected = '{}';{USE}</script></body>",
        expected.join(" ")
    );
    found(chromium, &page.replace("</body>", &own), &folder.join("report.html"));
    let before = page.replace("<main", "<script>delete window.DecompressionStream</script><main");
    let own = format!("<script>{ROUNDED}</script></body>");
    found(chromium, &before.replace("</body>", &own), &folder.join("rounded.html"));
}

/// Opens a page without the policy that keeps scripts of others out, and reads what its script has found.
fn found(chromium: &Path, page: &str, path: &Path) {
    let (before, rest) = page.split_once("<meta http-equiv=\"Content-Security-Policy\"").unwrap();
    let (_, after) = rest.split_once('>').unwrap();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("{before}{after}")).unwrap();
    let seen = opened(chromium, path, "en-US");
    assert_eq!(seen.complaints, Vec::<String>::new());
    let (_, found) = seen
        .page
        .split_once("data-found=\"")
        .expect("the script of the test ends");
    assert_eq!(found.split('"').next(), Some("as expected"));
}
