// Kiosk: forget the person after 60 s (asked at 45), print once, lower buttons, larger text, read aloud, heartbeat.
(() => {
  const $ = (s) => document.querySelector(s), body = document.body, B = body.dataset, now = () => performance.now();
  const home = B.home || '/k', idle = (+B.idleS || 60) * 1000, asked = idle * .75;
  const get = (k) => { try { return sessionStorage.getItem(k); } catch (_) { return null; } };
  const set = (k, v) => { try { sessionStorage.setItem(k, v); } catch (_) { /* storage off */ } };
  // what a person has said stands in the address: the start page is only the bare one
  const bare = new URL(home, location.href), isHome = location.pathname + location.search === bare.pathname + bare.search;
  let last = now(), gone = false, focusBack = null;

  // the back button never leads to the pages of a person before: each person has a mark, and so has each page they saw
  const person = get('yz.person') || String(Math.random());
  set('yz.person', person);
  try { if (history.state && history.state.yz && history.state.yz !== person) leave(); else history.replaceState({ yz: person }, ''); } catch (_) { /* history off */ }
  if (gone) return;

  // --- display wishes of this person, until the wipe
  // a page fits its panel whatever was wished: what gives way, and in which order, stands in app.css (f1 … f7)
  const LEVELS = 7, targets = 'main a[href],main button,main input:not([type=hidden]),main select';
  const tooHigh = () => [...document.querySelectorAll(targets)].some((e) => { const r = e.getBoundingClientRect(); return r.width > 1 && r.height > 1 && r.top < innerHeight * .45 - 1; });
  const pad = !!$('[name=key]');                  // a pad of 34 keys is more than the lower half
  const over = () => document.documentElement.scrollHeight > innerHeight + 1 || (!pad && body.classList.contains('low') && tooHigh());
  const fit = () => {
    for (let n = 1; n <= LEVELS; n += 1) body.classList.remove('f' + n);
    for (let n = 1; n <= LEVELS && over(); n += 1) body.classList.add('f' + n);
  };
  addEventListener('resize', fit); addEventListener('load', fit); document.addEventListener('yz:swap', fit);
  const show = () => {
    const n = +get('yz.big') || 0;
    body.classList.toggle('big1', n === 1); body.classList.toggle('big2', n === 2); body.classList.toggle('low', get('yz.low') === '1');
    fit();
    document.querySelectorAll('[data-big]').forEach((b) => b.querySelectorAll('span').forEach((s) => { s.hidden = (n === 2) !== ('least' in s.dataset); }));
    document.querySelectorAll('[data-low]').forEach((b) => b.setAttribute('aria-pressed', String(get('yz.low') === '1')));
  };
  document.addEventListener('click', (e) => {
    const t = e.target.closest && e.target.closest('[data-low],[data-big],[data-read],[data-stay],[data-leave]');
    if (!t) return;
    if (t.matches('[data-low]')) { set('yz.low', get('yz.low') === '1' ? '0' : '1'); show(); }
    if (t.matches('[data-big]')) { set('yz.big', String(((+get('yz.big') || 0) + 1) % 3)); show(); }
    if (t.matches('[data-read]')) read(t);
    if (t.matches('[data-stay]')) { last = now(); close(); }
    if (t.matches('[data-leave]')) leave();
  });

  // --- forget
  function leave() {
    if (gone) return; gone = true;
    if (window.speechSynthesis) speechSynthesis.cancel();
    try { sessionStorage.clear(); localStorage.clear(); } catch (_) { /* storage off */ }
    document.querySelectorAll('form').forEach((f) => f.reset());
    location.replace(home);
  }
  const still = $('#still');
  function ask() { if (!still || !still.hidden) return; focusBack = document.activeElement; still.hidden = false; const b = still.querySelector('[data-stay]'); if (b) b.focus(); }
  function close() { if (!still || still.hidden) return; still.hidden = true; if (focusBack && focusBack.focus) focusBack.focus({ preventScroll: true }); }
  const untouched = () => isHome && !get('yz.big') && !get('yz.low') && ![...document.querySelectorAll('input:not([type=hidden])')].some((i) => i.value !== i.defaultValue);
  for (const t of ['pointerdown', 'keydown', 'input', 'wheel', 'touchstart']) addEventListener(t, () => { if (!still || still.hidden) last = now(); }, { passive: true, capture: true });
  setInterval(() => {
    const t = now() - last;
    if (untouched()) { close(); return; }
    if (t >= idle) leave(); else if (t >= asked) {
      ask();
      const left = Math.ceil((idle - t) / 1000), n = $('[data-count]'), bar = $('[data-countbar]');
      if (n && n.textContent !== String(left)) n.textContent = left;
      if (bar) bar.style.transform = 'scaleX(' + ((idle - t) / (idle - asked)).toFixed(3) + ')';
    }
  }, 200);
  addEventListener('pageshow', (e) => { if (e.persisted) location.reload(); });
  document.addEventListener('keydown', (e) => {   // keep Tab inside the question
    if (e.key !== 'Tab' || !still || still.hidden) return;
    const bs = [...still.querySelectorAll('button')], k = bs.indexOf(document.activeElement);
    e.preventDefault(); bs[(k + (e.shiftKey ? -1 : 1) + bs.length) % bs.length].focus();
  });

  // --- K4: print once, then home
  if (B.print !== undefined) {
    const id = 'yz.printed ' + location.pathname, paper = $('.paper'), secs = +B.returnS || 10, from = now();
    if (paper && !get(id)) {
      set(id, '1');
      try {                                      // page exactly as long as the ticket (roll paper)
        const w = body.classList.contains('sheet-58') ? 58 : 80;
        paper.style.cssText = 'display:block;position:absolute;left:-300mm';
        const mm = Math.ceil(paper.getBoundingClientRect().height / 96 * 25.4) + 4;
        paper.style.cssText = '';
        const s = document.styleSheets[0];
        for (const n of ['s' + w, 's' + w + 'e', 's' + w + 'n']) s.insertRule('@page ' + n + '{size:' + w + 'mm ' + Math.max(mm, w + 1) + 'mm;margin:0}', s.cssRules.length);
      } catch (_) { /* the named pages of app.css hold */ }
      setTimeout(() => window.print(), 150);
    }
    const bar = $('[data-returnbar]'), text = $('[data-return-text]');
    setInterval(() => {
      if (still && !still.hidden) return;
      const left = secs - (now() - Math.max(from, last)) / 1000;
      if (bar) bar.style.transform = 'scaleX(' + Math.max(0, left / secs).toFixed(3) + ')';
      if (text) { const x = text.dataset.returnText.replace('{n}', Math.max(0, Math.ceil(left))); if (text.textContent !== x) text.textContent = x; }
      if (left <= 0) leave();
    }, 200);
  }

  // --- read aloud: the main part, in the language of the page
  const voice = (l) => window.speechSynthesis && speechSynthesis.getVoices().find((v) => v.lang.toLowerCase().replace('_', '-').startsWith(l));
  if (window.speechSynthesis) speechSynthesis.getVoices();
  function read(b) {
    const l = document.documentElement.lang.slice(0, 2).toLowerCase(), v = voice(l) || (l === 'zh' && voice('cmn'));
    if (!v) { const s = $('[data-novoice]'); if (s) s.hidden = false; return; }
    if (speechSynthesis.speaking) { speechSynthesis.cancel(); b.setAttribute('aria-pressed', 'false'); return; }
    const u = new SpeechSynthesisUtterance((($('[data-say]') || {}).textContent || $('main').innerText).replace(/\s+/g, ' ').slice(0, 600));
    u.voice = v; u.lang = v.lang; u.rate = .85;
    u.onend = u.onerror = () => b.setAttribute('aria-pressed', 'false');
    b.setAttribute('aria-pressed', 'true'); speechSynthesis.speak(u);
  }

  // --- a card reader that types: keep its field ready
  const reader = $('[data-reader]');
  if (reader) { reader.focus(); setInterval(() => { if (document.activeElement === body && (!still || still.hidden)) reader.focus({ preventScroll: true }); }, 500); }

  // --- a page that waits for somebody is read anew (live.js), without counting as a touch
  const every = $('[data-every]');
  if (every && window.yz) setInterval(() => window.yz.refresh(), +every.dataset.every * 1000);

  // --- clock and heartbeat
  const clock = $('[data-clock]'), made = new Date(), hhmm = clock && /^(\d\d):(\d\d)$/.exec(clock.getAttribute('datetime'));
  const skew = hhmm ? (hhmm[1] * 60 + +hhmm[2] - made.getHours() * 60 - made.getMinutes()) * 60000 : 0;   // the district's time, not this machine's
  if (clock) setInterval(() => { const t = new Date(Date.now() + skew).toTimeString().slice(0, 5); if (clock.textContent !== t) clock.textContent = t; }, 1000);
  if (B.beat) { const beat = () => fetch(B.beat, { method: 'POST', keepalive: true, credentials: 'same-origin' }).catch(() => {}); beat(); setInterval(beat, 5000); }
  show();
})();
