// Live part: <body data-live="/stream/url" data-on="changed other">, a region id="live".
// On a named event the same page is fetched again and #live is replaced; focus, open
// <details> and half-typed fields of forms with the same data-id stay. window.yz is for desk.js.
(() => {
  const region = () => document.getElementById('live'), data = document.body.dataset;
  if (data.at) history.replaceState(null, '', data.at);   // a refused form's page: reload and the stream ask the page, not the form
  const formOf = (f) => f && f.getAttribute('action') + '|' + (f.dataset.id || '');
  const keyOf = (e) => [e.tagName, e.id, e.name, e.dataset.key, /^(radio|checkbox|submit)$/.test(e.type) || e.tagName === 'BUTTON' ? e.value : '', formOf(e.form)].join('~');
  const dirty = (e) => e.tagName === 'SELECT' ? [...e.options].some((o) => o.selected !== o.defaultSelected) :
    /^(radio|checkbox)$/.test(e.type) ? e.checked !== e.defaultChecked : e.type !== 'hidden' && e.value !== e.defaultValue;
  const fields = (n) => n.querySelectorAll('input:not([type=hidden]),select,textarea');
  let last = null, busy = false, again = false, seen = Date.now(), source, wait = 1000, was = false, work = 0, clock = '';

  function swap(html, dropForm) {               // -> false when the page has no #live
    const old = region(), doc = new DOMParser().parseFromString(html, 'text/html'), next = doc.getElementById('live');
    if (!old || !next) return false;
    if (last === null) last = old.innerHTML;
    work++; document.title = doc.title;
    if (next.innerHTML === last && !dropForm) return true;
    last = next.innerHTML; const typed = new Map(), at = document.activeElement, inside = at && at !== old && old.contains(at);
    const atKey = inside && keyOf(at), open = [...old.querySelectorAll('details')].map((d) => d.open);
    const caret = inside && /^(INPUT|TEXTAREA)$/.test(at.tagName) ? [at.selectionStart, at.selectionEnd] : null;
    for (const e of fields(old)) if (e.form !== dropForm && dirty(e)) typed.set(keyOf(e), e.tagName === 'SELECT' || !/^(radio|checkbox)$/.test(e.type) ? e.value : e.checked);
    const fresh = document.importNode(next, true);
    for (const e of fields(fresh)) { const k = keyOf(e); if (typed.has(k)) typeof typed.get(k) === 'boolean' ? e.checked = typed.get(k) : e.value = typed.get(k); }
    fresh.querySelectorAll('details').forEach((d, n) => { if (open[n]) d.open = true; });
    old.replaceWith(fresh);
    if (inside) {
      const to = [...fresh.querySelectorAll('a,button,input,select,textarea,summary,[tabindex]')].find((e) => keyOf(e) === atKey) || document.getElementById('main');
      to.focus({ preventScroll: true });
      if (caret && caret[0] !== null && to.setSelectionRange) try { to.setSelectionRange(...caret); } catch (_) { /* number fields */ }
    }
    document.dispatchEvent(new Event('yz:swap')); return true;
  }
  async function refresh() {
    if (busy) { again = true; return; }
    busy = true; again = false; const w = work;
    try {
      const r = await fetch(data.at || location.href, { headers: { accept: 'text/html', 'x-live': '1' }, cache: 'no-store' });
      if (r.ok && w === work) swap(await r.text()); else if (w !== work) again = true;
    } catch (_) { /* shown as stale */ }
    busy = false; if (again) setTimeout(refresh, 100);
  }
  const heard = () => { seen = Date.now(); wait = 1000; };
  function connect() {
    source = new EventSource(data.live);
    source.onopen = () => { heard(); if (was) refresh(); was = true; };
    for (const n of (data.on || 'changed').split(' ')) source.addEventListener(n, () => { heard(); refresh(); });
    source.addEventListener('beat', (e) => { heard(); try { clock = JSON.parse(e.data).slice(0, 5); } catch (_) { /* no time said */ } });
    source.onerror = () => { if (source.readyState === 2) { setTimeout(connect, wait); wait = Math.min(wait * 2, 30000); } };
  }
  document.addEventListener('click', (e) => { if (e.target.closest && e.target.closest('[data-back]') && history.length > 1) { e.preventDefault(); history.back(); } });
  window.yz = { swap, refresh };
  if (!data.live || !window.EventSource) return;
  connect();
  document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
  setInterval(() => {                            // <p data-stale data-text="{t} 起没有更新" hidden>
    const e = document.querySelector('[data-stale]'), silent = Date.now() - seen > (data.silentS || 15) * 1000;
    if (!e || e.hidden !== silent) return;
    e.hidden = !silent; if (silent) e.querySelectorAll('[data-text]').forEach((t) => { t.textContent = t.dataset.text.replace('{t}', clock || new Date(seen).toTimeString().slice(0, 5)); });
  }, 1000);
})();
