// Keys of the counter (D2) and the page that lists them (D15). Needs live.js before it.
// A button or link with data-key="Space|Enter|c|…" is pressed by that key while focus is in the work area.
(() => {
  const STORE = 'yz.keys', NUM = { NumpadAdd: 'Space', NumpadEnter: 'Enter', NumpadMultiply: 'c', NumpadSubtract: 'n', NumpadDivide: 'h' };
  const BUSY_MS = 300;
  const load = () => { try { return Object.assign({ off: false, pad: true, map: {} }, JSON.parse(localStorage.getItem(STORE))); } catch (_) { return { off: false, pad: true, map: {} }; } };
  let keys = load(), flying = null, then = null, lastKey = '', lastAt = 0;
  const save = () => { try { localStorage.setItem(STORE, JSON.stringify(keys)); } catch (_) { /* private mode */ } show(); };
  const norm = (k) => k === ' ' ? 'Space' : k.length === 1 ? k.toLowerCase() : k;
  const bound = (a) => keys.map[a] || a;         // action (its default key) -> key in use
  const single = (k) => k.length === 1;
  const find = (k) => {
    for (const e of document.querySelectorAll('[data-key]'))
      if (bound(e.dataset.key) === k && !e.disabled && !e.closest('[hidden]')) return e;
  };

  function show() {                              // key caps follow the map; switched-off singles disappear
    document.body.classList.toggle('keys-off', keys.off);
    document.querySelectorAll('[data-key]').forEach((e) => {
      const cap = e.querySelector('kbd'), k = bound(e.dataset.key);
      if (cap && keys.map[e.dataset.key]) cap.textContent = k.toUpperCase();
      if (cap) cap.hidden = keys.off && single(k);
      if (keys.off && single(k)) e.removeAttribute('aria-keyshortcuts'); else e.setAttribute('aria-keyshortcuts', k);
    });
  }

  document.addEventListener('keydown', (ev) => {
    if (ev.isComposing || ev.altKey || ev.metaKey) return;
    const at = ev.target, field = at.closest && at.closest('input,select,textarea,[contenteditable=true]');
    if (ev.ctrlKey) {                            // Ctrl+Enter finishes, also from inside a field
      const b = ev.key === 'Enter' && !ev.repeat && find('Enter');
      if (b) { ev.preventDefault(); press(b, 'Enter'); }
      return;
    }
    const esc = ev.key === 'Escape' && document.querySelector('[data-esc]');
    if (esc && !(field && at.matches('[data-remap]'))) { ev.preventDefault(); esc.click(); return; }
    if (ev.key === 'Escape') { const open = at.closest && at.closest('details[open]'); if (open) { open.open = false; open.querySelector('summary').focus(); } }
    if (field || (at.closest && at.closest('dialog,[role=dialog],[role=alertdialog],[role=listbox]'))) return;
    let k = norm(ev.key);
    if (/^Numpad/.test(ev.code)) { if (keys.pad && NUM[ev.code]) k = bound(NUM[ev.code]); else return; } else if (keys.off && single(k)) return;
    // a focused control keeps its own Space and Enter
    if ((k === 'Space' || k === 'Enter') && at.closest && at.closest('button,a[href],summary,[role=button]') && !/^Numpad(Add)/.test(ev.code)) { if (ev.repeat) ev.preventDefault(); return; }
    const b = find(k);
    if (!b) return;
    ev.preventDefault();
    if (ev.repeat) return;                       // held key fires once
    press(b, k);
  });

  function press(b, k) {
    if (!b.form || b.type !== 'submit') { b.click(); return; }
    const now = performance.now();
    if (k === lastKey && now - lastAt < BUSY_MS) return;   // bounce of the same key
    lastKey = k; lastAt = now;
    if (flying) { if (k !== flying) then = k; return; }    // one more key may wait for the new view
    send(b, k, false);
  }

  document.addEventListener('submit', (ev) => {
    const b = ev.submitter, f = ev.target;
    if (!b || !f.closest('#live') || f.method !== 'post' || f.dataset.plain !== undefined || ev.defaultPrevented) return;
    ev.preventDefault();
    if (!flying) send(b, b.dataset.key || '-', document.activeElement === b && !matches(b));
  });
  const matches = (b) => { try { return b.matches(':focus-visible'); } catch (_) { return true; } };

  async function send(b, k, mouse) {
    const f = b.form, body = new URLSearchParams(new FormData(f)), url = b.hasAttribute('formaction') ? b.formAction : f.action;
    if (!f.reportValidity()) return;
    if (b.name) body.append(b.name, b.value);
    flying = k; b.setAttribute('aria-busy', 'true');
    let done = false, r;
    for (let n = 0; !r && n < 4; n++) {                      // link down: the same key again changes nothing twice
      if (n) await new Promise((go) => setTimeout(go, 2000));
      try { r = await fetch(url, { method: 'POST', body, headers: { accept: 'text/html', 'x-live': '1' }, credentials: 'same-origin' }); } catch (_) { /* shown as stale */ }
    }
    if (!r) { flying = then = null; b.removeAttribute('aria-busy'); return; }   // the page stays; pressing again sends the same key
    try {
      const to = new URL(r.url);
      if (r.redirected && to.pathname !== location.pathname) { done = true; location.assign(r.url); } else if (/html/.test(r.headers.get('content-type') || '')) {
        const html = await r.text();
        done = window.yz.swap(html, r.status < 400 ? f : null) || (r.status >= 400 && r.status < 500 && refused(html, f));
      }
    } catch (_) { /* cut in the answer: the ordinary way below, same _once */ }
    flying = null;
    b.removeAttribute('aria-busy');
    if (!done) { plain(f, b); return; }
    if (mouse) { const m = document.getElementById('main'); if (m) m.focus({ preventScroll: true }); }
    if (then) { const k2 = then, n = find(k2); then = null; if (n) press(n, k2); }
  }
  // A refusal is said where the work is; the form gets a new key, for its fields will change.
  function refused(html, f) {
    const region = document.getElementById('live'), why = new DOMParser().parseFromString(html, 'text/html').querySelector('h1'), once = f.querySelector('[name=_once]');
    if (!region || !why) return false;
    if (once) once.value = [...crypto.getRandomValues(new Uint8Array(16))].map((x) => x.toString(16).padStart(2, '0')).join('');
    let p = region.querySelector('[data-refused]');
    if (!p) { p = document.createElement('p'); p.className = 'notice wrn'; p.dataset.refused = ''; p.setAttribute('role', 'alert'); region.prepend(p); }
    p.textContent = why.textContent;
    return true;
  }
  function plain(f, b) {
    b.removeAttribute('aria-busy');
    if (b.name) { const h = document.createElement('input'); h.type = 'hidden'; h.name = b.name; h.value = b.value; f.append(h); }
    if (b.hasAttribute('formaction')) f.action = b.formAction;
    HTMLFormElement.prototype.submit.call(f);
  }

  // undo counts down; the case clock runs
  let undoTo = 0, undoFor = '';
  function started() {
    const u = document.querySelector('[data-undo]');
    const id = u ? (u.querySelector('[name=_once]') || {}).value || u.textContent : '';
    if (u && id !== undoFor) { undoFor = id; undoTo = performance.now() + u.dataset.undo * 1000; }
    show(); tick();
  }
  function tick() {
    const u = document.querySelector('[data-undo]');
    if (u && !u.hidden) {
      const left = Math.ceil((undoTo - performance.now()) / 1000), n = u.querySelector('[data-undo-left]');
      if (left <= 0) { const held = u.contains(document.activeElement); u.hidden = true; if (held) document.getElementById('main').focus(); } else if (n && n.textContent !== String(left)) n.textContent = left;
    }
    document.querySelectorAll('[data-since]').forEach((e) => {           // data-since = seconds already run, from the server
      if (e.dataset.t0 === undefined) e.dataset.t0 = performance.now() / 1000 - e.dataset.since;
      const s = Math.max(0, Math.floor(performance.now() / 1000 - e.dataset.t0)), x = String(Math.floor(s / 60)).padStart(2, '0') + ':' + String(s % 60).padStart(2, '0');
      if (e.textContent !== x) e.textContent = x;
    });
  }
  // pieces of work are counted only for what was done
  function counted() {
    const f = document.querySelector('[data-finish]');
    if (!f) return;
    const how = f.querySelector('[name=outcome]:checked'), n = f.querySelector('[data-count]');
    if (n) n.hidden = !!how && how.value !== 'done';
  }
  document.addEventListener('change', (ev) => { if (ev.target.name === 'outcome') counted(); });
  document.addEventListener('yz:swap', () => { started(); counted(); });
  counted();
  const first = document.querySelector('[data-first]'), choice = first && (first.querySelector('input:checked') || first.querySelector('input:not([type=hidden])'));
  if (choice) { const top = first.querySelector('input:not([type=hidden])'); (top && top.type === 'radio' && !first.querySelector('[name="' + top.name + '"]:checked') ? top : choice).focus(); }
  setInterval(tick, 250);
  started();

  // D15: <input type=checkbox data-keys-off|data-keys-pad>, <input data-remap="c" maxlength=1>, <button data-keys-reset>
  const page = document.querySelector('[data-keys]');
  if (page) {
    const say = page.querySelector('[data-keys-said]');
    const fill = () => {
      page.querySelectorAll('[data-remap]').forEach((e) => { e.value = single(bound(e.dataset.remap)) ? bound(e.dataset.remap).toUpperCase() : e.dataset.name || bound(e.dataset.remap); });
      page.querySelectorAll('[data-keys-off]').forEach((e) => { e.checked = !keys.off; });
      page.querySelectorAll('[data-keys-pad]').forEach((e) => { e.checked = keys.pad; });
    };
    const told = (t) => { if (say) say.textContent = t; };
    page.addEventListener('input', (ev) => {
      const e = ev.target, act = e.dataset.remap;
      if (e.matches('[data-keys-off]')) keys.off = !e.checked;
      else if (e.matches('[data-keys-pad]')) keys.pad = e.checked;
      else if (act) {
        const k = norm(e.value.slice(-1));
        const other = [...page.querySelectorAll('[data-remap]')].find((o) => o !== e && bound(o.dataset.remap) === k);
        if (!k || k === 'Space') { told(''); return; }
        if (other) { told(page.dataset.taken.replace('{k}', k.toUpperCase())); e.setAttribute('aria-invalid', 'true'); return; }
        e.removeAttribute('aria-invalid');
        if (k === act) delete keys.map[act]; else keys.map[act] = k;
      } else return;
      save(); fill(); told(page.dataset.saved);
    });
    page.addEventListener('focusout', fill);
    page.addEventListener('focusin', (ev) => { if (ev.target.matches('[data-remap]')) ev.target.select(); });
    page.addEventListener('click', (ev) => { if (ev.target.closest('[data-keys-reset]')) { keys = { off: false, pad: true, map: {} }; save(); fill(); told(page.dataset.saved); } });
    fill();
  }
})();
