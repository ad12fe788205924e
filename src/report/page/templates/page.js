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

  // A number as it is, to six digits; a text that a spreadsheet would run as a formula with an apostrophe.
  // The table in English has the digits for both.
  const cell = (one, english) => {
    if (english.dataset.v !== undefined) return english.dataset.v;
    const text = one.textContent.trim();
    if (text === '–') return '';
    const safe = /^[=+\-@\t\r]/.test(text) && isNaN(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  all('table[data-csv]').forEach(table => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = table.closest('.edition').dataset.edition === 'zh' ? '下载 CSV' : 'Download CSV';
    button.setAttribute('aria-label', `${button.textContent}: ${table.caption.textContent}`);
    button.addEventListener('click', () => {
      const english = edition('en').querySelector(`table[data-csv="${CSS.escape(table.dataset.csv)}"]`).rows;
      const rows = [...table.rows].map((row, at) => [...row.cells].map((one, column) => cell(one, english[at].cells[column])).join(','));
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['\ufeff', rows.join('\r\n'), '\r\n'], { type: 'text/csv' }));
      link.download = `${table.dataset.csv}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    table.closest('.scroll').before(button);
  });
})();
