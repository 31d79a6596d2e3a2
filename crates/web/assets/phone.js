// Phone: vibrate when the ticket becomes called (data-state on an element inside #live); 字再大些 in elder mode.
(() => {
  const state = () => { const e = document.querySelector('#live [data-state]'); return e ? e.dataset.state : ''; };
  let was = state();
  document.addEventListener('yz:swap', () => {
    const is = state();
    if (is === 'called' && was !== 'called') { if (navigator.vibrate) navigator.vibrate([400, 150, 400, 150, 400]); window.scrollTo(0, 0); }
    was = is;
  });
  const get = () => { try { return +sessionStorage.getItem('yz.big') || 0; } catch (_) { return 0; } };
  const show = () => { const n = document.body.classList.contains('elder') ? get() : 0; document.body.classList.toggle('big1', n === 1); document.body.classList.toggle('big2', n === 2); };
  document.addEventListener('click', (e) => {
    if (!e.target.closest || !e.target.closest('[data-big]')) return;
    try { sessionStorage.setItem('yz.big', String((get() + 1) % 3)); } catch (_) { /* storage off */ }
    show();
  });
  show();
})();
