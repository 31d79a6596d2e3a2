// Phone: what changed is said aloud and felt (data-state on an element inside #live); 字再大些 in elder mode.
(() => {
  const $ = (s) => document.querySelector(s), state = () => { const e = $('#live [data-state]'); return e ? e.dataset.state : ''; };
  const said = $('[data-said]'), say = (text) => { if (said && text) said.textContent = text; };
  let was = state();
  document.addEventListener('yz:swap', () => {
    const is = state();
    if (is !== was) say(($('#live h1') || {}).textContent);
    if (is === 'called' && was !== 'called') { if (navigator.vibrate) navigator.vibrate([400, 150, 400, 150, 400]); window.scrollTo(0, 0); }
    was = is;
  });
  // what a step just did is said once the page stands: a status that is there from the start is not read
  setTimeout(() => say(($('#live [data-say]') || {}).textContent), 200);
  const get = () => { try { return +sessionStorage.getItem('yz.big') || 0; } catch (_) { return 0; } };
  const show = () => {
    const n = document.body.classList.contains('elder') ? get() : 0;
    document.body.classList.toggle('big1', n === 1); document.body.classList.toggle('big2', n === 2);
    document.querySelectorAll('[data-big]').forEach((b) => b.querySelectorAll('span').forEach((s) => { s.hidden = (n === 2) !== ('least' in s.dataset); }));
  };
  document.addEventListener('click', (e) => {
    if (!e.target.closest || !e.target.closest('[data-big]')) return;
    try { sessionStorage.setItem('yz.big', String((get() + 1) % 3)); } catch (_) { /* storage off */ }
    show();
  });
  show();
})();
