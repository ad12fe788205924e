(() => {
  'use strict';
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  // A browser may refuse to keep anything for a file.
  const kept = name => { try { return localStorage.getItem(`huizong-${name}`); } catch { return null; } };
  const keep = (name, value) => { try { localStorage.setItem(`huizong-${name}`, value); } catch { /* not kept */ } };
  const edition = tag => document.querySelector(`[data-edition="${tag}"]`);
  const radio = (name, value) => document.querySelector(`input[name="${name}"][value="${value}"]`);
  const shown = () => document.querySelector('input[name="language"]:checked').value;

  const label = () => {
    root.lang = edition(shown()).lang;
    document.title = edition(shown()).querySelector('h1').textContent;
  };
  // The heading at the top of the window, to be found again in the other language.
  const place = () => all('.edition [id]').filter(one => one.offsetParent && one.getBoundingClientRect().top < 120).pop();
  const twin = (id, tag) => document.getElementById(id.replace(/-(zh|en)$/, `-${tag}`));

  let at = null;
  all('input[name="language"]').forEach(input => {
    const note = () => { at = place(); };
    ['pointerdown', 'keydown'].forEach(kind => input.parentElement.addEventListener(kind, note));
    input.addEventListener('change', () => {
      label();
      keep('language', input.value);
      if (at && scrollY > 200) twin(at.id, input.value)?.scrollIntoView();
    });
  });
  all('input[name="theme"]').forEach(input => input.addEventListener('change', () => keep('theme', input.value)));
  all('select[data-pick]').forEach(select => select.addEventListener('change', () => {
    all(`select[data-pick="${select.dataset.pick}"]`).forEach(other => { other.selectedIndex = select.selectedIndex; });
  }));

  const asked = [/-(zh|en)$/.exec(location.hash)?.[1], kept('language'), navigator.language.slice(0, 2).toLowerCase()];
  const language = asked.map(tag => tag && radio('language', tag)).find(Boolean);
  if (language) language.checked = true;
  const theme = kept('theme') && radio('theme', kept('theme'));
  if (theme) theme.checked = true;
  label();

  // Numbers to six digits, a line for each table of an edition, packed; null where the browser cannot unpack them.
  const digits = (async () => {
    try {
      const bytes = Uint8Array.from(atob(document.getElementById('main').dataset.digits), one => one.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
      const tables = (await new Response(stream).text()).split('\n');
      return tables.map(table => table.split(';').map(row => row.split(',')));
    } catch { return null; }
  })();
  // A number as it is; a text that a spreadsheet would run as a formula with an apostrophe.
  const cell = (one, number) => {
    if (number) return number;
    const text = one.textContent.trim();
    if (text === '–') return '';
    const safe = /^[=+\-@\t\r]/.test(text) && isNaN(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const words = {
    zh: { csv: '下载 CSV', rounded: '下载 CSV（此浏览器只能给出如所示取整的数值）' },
    en: { csv: 'Download CSV', rounded: 'Download CSV (this browser can only give the numbers rounded as shown)' },
  };
  ['zh', 'en'].forEach(tag => all('table[data-csv]', edition(tag)).forEach((table, nth) => {
    const button = document.createElement('button');
    button.type = 'button';
    const label = text => {
      button.textContent = text;
      button.setAttribute('aria-label', `${text}: ${table.caption.textContent}`);
    };
    label(words[tag].csv);
    digits.then(known => { if (!known) label(words[tag].rounded); });
    button.addEventListener('click', async () => {
      // Headers are no numbers.
      const numbers = [[], ...(await digits)?.[nth] ?? []];
      const rows = [...table.rows].map((row, at) => [...row.cells].map((one, column) => cell(one, numbers[at]?.[column])).join(','));
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['\ufeff', rows.join('\r\n'), '\r\n'], { type: 'text/csv' }));
      link.download = `${table.dataset.csv}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    table.closest('.scroll').before(button);
  }));
})();
