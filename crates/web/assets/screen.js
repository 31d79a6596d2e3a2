// Call screen S1 (also S2, S5): body data-stream, events called (the fact, resumed by Last-Event-ID) call (of the last minute) waits next notice beat reset.
// Calls are a queue: each is shown at least 5 s, spoken once, then kept among the last three.
(() => {
  const $ = (s, n) => (n || document).querySelector(s), B = document.body.dataset;
  const SHOW_MS = 5000, SILENT_MS = 10000, VOICE_MAX_MS = 12000;
  const box = $('[data-call]'), recent = $('[data-recent]'), seen = new Set(), line = [];
  let current = null, shownAt = -1e9, speaking = 0, heard = Date.now(), source, wait = 1000, sound = false, ctx;
  const cls = (n) => ({ A: 'gov', B: 'soc', C: 'liv' })[String(n)[0]] || 'gov';
  const put = (n, f, v) => n.querySelectorAll('[data-f=' + f + ']').forEach((e) => { e.textContent = v; });
  const turn = (n, f, on) => n.querySelectorAll('[data-f=' + f + ']').forEach((e) => { e.hidden = !on; });
  const paint = (n, c) => { n.classList.remove('gov', 'soc', 'liv'); n.classList.add(cls(c.number)); n.dataset.seq = c.seq; put(n, 'number', c.number); put(n, 'counter', c.counter); turn(n, 'pri', !!c.priority); };
  const copy = (t) => document.importNode($('template[data-t=' + t + ']').content, true).firstElementChild;
  document.querySelectorAll('[data-seq]').forEach((e) => seen.add(e.dataset.seq));
  const back = new Set(), none = $('[data-none]');
  const start = box && box.dataset.seq ? +box.dataset.seq : 0;   // older calls were shown before this page was
  if (box && box.dataset.seq) current = { seq: box.dataset.seq, number: $('[data-f=number]', box).textContent, counter: $('[data-f=counter]', box).textContent, priority: !($('[data-f=pri]', box) || { hidden: true }).hidden };

  function call(c) {
    const id = String(c.seq);
    if (!box || seen.has(id) || (+c.seq <= start && !back.has(id))) return;
    if (c.counter_number !== undefined) c.counter = String(c.counter_number);
    seen.add(id); if (seen.size > 600) seen.delete(seen.values().next().value);
    line.push(c); step();
  }
  function step() {
    const now = performance.now();
    if (!line.length || now - shownAt < SHOW_MS || (speaking && now - shownAt < VOICE_MAX_MS)) return;
    const c = line.shift();
    if (current && recent && current.number !== c.number) {
      const li = copy('recent'); paint(li, current); recent.prepend(li);
    }
    if (recent) { [...recent.children].forEach((e, n) => { if (n && $('[data-f=number]', e).textContent === c.number) e.remove(); }); while (recent.children.length > 3) recent.lastElementChild.remove(); }
    current = c; shownAt = now;
    paint(box, c); put(box, 'number2', c.number); put(box, 'counter2', c.counter); turn(box, 'again', !!c.recall); box.hidden = false; if (none) none.hidden = true;
    box.classList.remove('flash'); void box.offsetWidth; box.classList.add('flash');
    say(c);
  }
  setInterval(step, 100);
  // calls that hold no more (missed, set aside, sent on) are taken down; called again under the same number they come back
  function gone(seqs) {
    const ids = new Set(seqs.map(String));
    for (const id of ids) { seen.delete(id); back.add(id); }
    for (let n = line.length; n--;) if (ids.has(String(line[n].seq))) line.splice(n, 1);
    if (recent) for (const e of [...recent.children]) if (ids.has(e.dataset.seq)) e.remove();
    if (box && current && ids.has(String(current.seq))) { current = null; box.hidden = true; if (none) none.hidden = false; }
  }

  // voice: zh then en, one after another; without a Chinese voice a chime
  const han = (s) => String(s).replace(/\d/g, (d) => ' ' + '零一二三四五六七八九'[d]).trim();
  const voice = (l) => window.speechSynthesis && speechSynthesis.getVoices().find((v) => v.lang.toLowerCase().replace('_', '-').startsWith(l));
  function say(c) {
    if (!sound) return;
    const zh = voice('zh') || voice('cmn'), en = voice('en');
    if (!zh) chime();
    const words = [[zh, B.sayZh, han(c.number)], [en, B.sayEn, String(c.number).split('').join(' ')]].filter((w) => w[0] && w[1]);
    speaking = words.length;
    for (const [v, text, n] of words) {
      const u = new SpeechSynthesisUtterance(text.replace('{n}', n).replace('{c}', c.counter));
      u.voice = v; u.lang = v.lang; u.rate = .9;
      u.onend = u.onerror = () => { if (c === current) speaking = Math.max(0, speaking - 1); };
      speechSynthesis.speak(u);
    }
  }
  function chime() {
    try {
      ctx = ctx || new AudioContext();
      [880, 660].forEach((f, n) => {
        const o = ctx.createOscillator(), g = ctx.createGain(), t = ctx.currentTime + n * .35;
        o.frequency.value = f; g.gain.setValueAtTime(.25, t); g.gain.exponentialRampToValueAtTime(.001, t + .6);
        o.connect(g).connect(ctx.destination); o.start(t); o.stop(t + .6);
      });
    } catch (_) { /* no audio device */ }
  }
  if (window.speechSynthesis) speechSynthesis.getVoices();
  const tap = $('[data-sound]');
  const enable = () => {
    if (sound) return;
    sound = true; if (tap) tap.hidden = true;
    chime();
    if (B.report) fetch(B.report, { method: 'POST', body: new URLSearchParams({ voice: voice('zh') || voice('cmn') ? 'zh' : 'none' }) }).catch(() => {});
  };
  document.addEventListener('click', enable);
  document.addEventListener('keydown', enable);

  // waits: [{queue, letter, zh, en, waiting, lo, hi}]; hi < 3 -> none, hi - lo > 45 -> "over"
  function waits(list) {
    const ul = $('[data-waits]'); if (!ul) return;
    ul.replaceChildren(...list.map((w) => {
      const li = copy('wait'), r = $('[data-f=range]', li), none = !w.closed && w.hi < 3, over = w.hi - w.lo > 45;
      li.classList.add(cls(w.letter || 'A'));
      for (const f of ['letter', 'zh', 'en', 'waiting']) put(li, f, w[f] === undefined ? '' : w[f]);
      r.textContent = w.closed ? r.dataset.closed || '—' : w.lo === undefined || w.lo === null ? '—' : none ? r.dataset.none : over ? r.dataset.over.replace('{lo}', w.lo) : w.lo + '–' + w.hi;
      turn(li, 'unit', !none && !w.closed && w.lo !== undefined && w.lo !== null);
      return li;
    }));
  }
  function nexts(list) {
    const ol = $('[data-next]'); if (!ol) return;
    ol.replaceChildren(...list.slice(0, 5).map((n) => {
      const li = document.createElement('li'), o = typeof n === 'object' ? n : { number: n };
      li.textContent = o.number;
      if (o.priority) { const p = document.createElement('span'); p.className = 'pri'; p.textContent = B.pri || '优先'; li.append(' ', p); }
      return li;
    }));
  }

  function on(name, f) {
    source.addEventListener(name, (e) => {
      heard = Date.now(); wait = 1000;
      let d = null; try { d = e.data ? JSON.parse(e.data) : null; } catch (_) { if (name !== 'beat') return; }
      f(d, e);
    });
  }
  function connect() {
    source = new EventSource(B.stream);
    source.onopen = () => { heard = Date.now(); };
    source.onerror = () => { if (source.readyState === 2) { setTimeout(connect, wait); wait = Math.min(wait * 2, 15000); } };
    on('call', call);
    on('called', call);
    on('gone', gone);
    on('waits', waits);
    on('next', nexts);
    on('notice', (d) => { const n = $('[data-notice]'); if (n) { put(n, 'zh', d.zh || ''); put(n, 'en', d.en || ''); } });
    on('state', (d) => {                         // S5 window screen
      const n = $('[data-window]'); if (!n) return;
      put(n, 'number', d.number || ''); put(n, 'state', d.zh || ''); put(n, 'en', d.en || ''); n.classList.remove('gov', 'soc', 'liv'); n.classList.add(cls(d.number || 'A'));
    });
    on('beat', () => {});
    on('reset', () => location.reload());
  }
  if (B.stream && window.EventSource) connect();

  // the district's time: what the page was made with, whatever this machine's clock or zone says
  const shown = $('[data-clock]'), at = new Date(), asked = shown && /^(\d\d):(\d\d):(\d\d)$/.exec(shown.dataset.clock);
  const skew = asked ? (asked[1] * 3600 + asked[2] * 60 + +asked[3] - at.getHours() * 3600 - at.getMinutes() * 60 - at.getSeconds()) * 1000 : 0;
  const hm = (t) => new Date(t + skew).toTimeString().slice(0, 5), stale = $('[data-stale]');
  setInterval(() => {
    const c = $('[data-clock]'), now = hm(Date.now());
    if (c && c.textContent !== now) { c.textContent = now; c.setAttribute('datetime', now); }
    const silent = B.stream && Date.now() - heard > SILENT_MS;
    if (stale && stale.hidden === !!silent) { stale.textContent = stale.dataset.text.replace('{t}', hm(heard)); stale.hidden = !silent; }
  }, 500);
  // fresh page at 04:00, only when the server answers
  const four = new Date(); four.setHours(4, 0, 0, 0); if (four <= Date.now()) four.setDate(four.getDate() + 1);
  const reload = () => fetch(location.href, { cache: 'no-store' }).then((r) => { if (!r.ok) throw 0; location.reload(); }).catch(() => setTimeout(reload, 60000));
  setTimeout(reload, four - Date.now() + Math.random() * 30000);
})();
