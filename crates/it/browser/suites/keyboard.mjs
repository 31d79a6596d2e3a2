// D2 by keyboard only; keys dead where they must be; every control reachable with a visible focus (UX §3.3, §8).
import { Kiosk, open, SIZES, sleep } from '../lib.mjs';

const TICKETS = 20, BOUNCE = 320;
export default async function run({ browser, url, checks }) {
  const machine = await Kiosk.here(url), taken = [];
  for (let n = 0; n < TICKETS + 8; n += 1) taken.push((await machine.take('social')).number);
  const page = await open(browser, url, { size: SIZES.desk, door: 'as/clerk1' });
  const posts = [];
  page.on('request', (r) => { if (r.method() === 'POST') posts.push(new URL(r.url()).pathname); });
  await page.goto('/d');

  // sign on by keyboard: Tab to the counter, arrows choose, Tab to the button
  const tabTo = async (what, most = 60) => { for (let n = 0; n < most; n += 1) { if (await page.evaluate((w) => document.activeElement?.matches(w), what)) return true; await page.keyboard.press('Tab'); } return false; };
  checks.ok(await tabTo('input[name=counter]'), 'the counters are reachable by Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  checks.ok(await tabTo('form[action$="/d/start"] button.pri'), 'so is the button');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/d\/counter/);
  const current = () => page.evaluate(() => document.querySelector('.cur .no b')?.textContent || '');
  const until = (test, arg) => page.waitForFunction(test, arg);
  const isCurrent = (no) => until((n) => (document.querySelector('.cur .no b')?.textContent || '') === n, no);

  const served = [];
  for (let n = 0; n < TICKETS; n += 1) {
    await page.keyboard.press('Space'); await isCurrent(taken[n]); served.push(await current());
    await page.keyboard.press('Enter'); await until(() => !!document.querySelector('form[action$="/finish"]'));
    await sleep(BOUNCE); // the same key twice within 300 ms is a bounce
    await page.keyboard.press('Enter'); await isCurrent('');
  }
  checks.same(served, taken.slice(0, TICKETS), `${TICKETS} people called, served and finished in order, no mouse`);

  // double Space, held Space
  posts.length = 0;
  await page.keyboard.press('Space'); await page.keyboard.press('Space');
  await isCurrent(taken[TICKETS]); await sleep(500);
  checks.same(posts.filter((p) => p.endsWith('/call-next')).length, 1, 'Space twice calls one');
  checks.same(await current(), taken[TICKETS], 'and it stays');
  await page.keyboard.press('u'); await sleep(400);
  posts.length = 0;
  const held = (await current()) === '';
  checks.ok(held, 'U takes the call back');
  await page.evaluate(() => { const d = (repeat) => document.getElementById('main').dispatchEvent(new KeyboardEvent('keydown', { key: ' ', code: 'Space', bubbles: true, cancelable: true, repeat })); d(false); for (let n = 0; n < 12; n += 1) d(true); });
  await isCurrent(taken[TICKETS]); await sleep(400);
  checks.same(posts.filter((p) => p.endsWith('/call-next')).length, 1, 'a held key fires once');

  // keys are dead in fields; Ctrl+Enter finishes from one
  await page.keyboard.press('Enter'); await until(() => !!document.querySelector('form[action$="/finish"]'));
  await sleep(350); posts.length = 0;
  await page.locator('#f-n').focus();
  for (const key of ['c', 'n', 'h', 't', 'u', 'b', 'Space']) await page.keyboard.press(key);
  await sleep(200);
  checks.ok(posts.length === 0 && /\/d\/counter$/.test(page.url()), 'no key does anything in the number field');
  await page.locator('#f-item').focus();
  for (const key of ['c', 'n', 't']) await page.keyboard.press(key);
  await sleep(200);
  checks.ok(posts.length === 0 && /\/d\/counter$/.test(page.url()), 'nor in the list of items');
  await page.locator('#f-n').fill('2');
  await page.keyboard.press('Control+Enter'); await isCurrent('');
  checks.ok(posts.some((p) => p.endsWith('/finish')), 'Ctrl+Enter finishes from a field');
  await page.evaluate(() => { document.querySelector('details').open = true; });
  await page.locator('#ov-no').focus(); posts.length = 0;
  await page.keyboard.type('bnch ');
  await sleep(200);
  checks.ok(posts.length === 0 && await page.locator('#ov-no').inputValue() === 'bnch ', 'a number is typed, not obeyed');
  await page.locator('#ov-no').fill('');

  // a focused button keeps its own Space
  await page.locator('form[action$="/close"] button').focus();
  await page.keyboard.press('Shift+Tab');
  await page.evaluate(() => document.getElementById('main').focus());

  // the other keys: recall, miss, park, transfer, undo, pause
  await sleep(350); await page.keyboard.press('Space'); await isCurrent(taken[TICKETS + 1]); await sleep(350);
  posts.length = 0;
  await page.keyboard.press('c'); await sleep(500);
  checks.ok(posts.some((p) => p.endsWith('/recall')), 'C calls again');
  await page.keyboard.press('n'); await isCurrent('');
  checks.ok(posts.some((p) => p.endsWith('/miss')), 'N misses');
  await sleep(350); await page.keyboard.press('u'); await isCurrent(taken[TICKETS + 1]);
  checks.ok(posts.some((p) => p.endsWith('/undo')), 'U takes the miss back');
  await sleep(350); await page.keyboard.press('Enter'); await until(() => !!document.querySelector('form[action$="/finish"]')); await sleep(350);
  await page.keyboard.press('h'); await page.waitForURL(/\/d\/park\//);
  checks.ok(await tabTo('form[action$="/park"] button'), 'H opens the reasons, reachable by Tab');
  await page.keyboard.press('Enter'); await page.waitForURL(/\/d\/counter$/);
  checks.ok(await page.locator('.qi.held').count() === 1, 'parked by keyboard');
  await page.keyboard.press('Space'); await isCurrent(taken[TICKETS + 2]); await sleep(350);
  await page.keyboard.press('t'); await page.waitForURL(/\/d\/transfer\//);
  checks.ok(true, 'T opens the transfer');
  await page.goBack(); await isCurrent(taken[TICKETS + 2]);
  await page.keyboard.press('?'); await page.waitForURL(/\/d\/keys$/);
  checks.ok(true, '? lists the keys');

  // off and changed
  await page.locator('[data-keys-off]').focus(); await page.keyboard.press('Space');
  await page.goto('/d/counter'); await isCurrent(taken[TICKETS + 2]); posts.length = 0;
  for (const key of ['c', 'n', 't', 'b', 'u']) await page.keyboard.press(key);
  await sleep(300);
  checks.ok(posts.length === 0 && /\/d\/counter$/.test(page.url()), 'switched off, no single key does anything (WCAG 2.1.4)');
  await page.keyboard.press('Enter'); await until(() => !!document.querySelector('form[action$="/finish"]'));
  checks.ok(true, 'Enter still works');
  await page.goto('/d/keys');
  await page.locator('[data-keys-off]').focus(); await page.keyboard.press('Space');
  await page.locator('[data-remap=n]').fill('x'); await page.locator('[data-remap=c]').fill('x');
  checks.ok(/X/.test(await page.locator('[data-keys-said]').textContent()), 'a key with a use is refused with a sentence');
  await page.locator('[data-keys-reset]').click();
  await page.locator('[data-remap=n]').fill('x');
  await page.goto('/d/counter'); await sleep(300); await page.keyboard.press('Enter'); await isCurrent(''); await sleep(350);
  await page.keyboard.press('Space'); await isCurrent(taken[TICKETS + 3]); await sleep(350); posts.length = 0;
  await page.keyboard.press('n'); await sleep(200);
  checks.same(posts.length, 0, 'a remapped key is free');
  await page.keyboard.press('x'); await isCurrent('');
  checks.ok(posts.some((p) => p.endsWith('/miss')), 'and the new one misses');
  await page.evaluate(() => localStorage.clear());

  // every control by Tab, with a focus one can see and nothing over it
  const walk = async (path, door) => {
    const p = await open(browser, url, { size: path.startsWith('/k') ? SIZES.kiosk : path.startsWith('/d') || path.startsWith('/m') || path.startsWith('/admin') ? SIZES.desk : SIZES.phone2, door });
    await p.addInitScript(() => { window.EventSource = undefined; });
    await p.goto(path);
    const all = await p.evaluate(() => {
      const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 1 && !e.closest('[hidden]');
      const list = [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')].filter((e) => seen(e) && !e.disabled && !e.matches('[tabindex="-1"]'));
      list.forEach((e, n) => { e.dataset.walk = n; });
      document.activeElement?.blur?.();
      // of a group of radio buttons one is a stop
      return list.filter((e) => !(e.type === 'radio' && list.some((o) => o !== e && o.type === 'radio' && o.name === e.name && o.form === e.form && (o.checked || (!e.checked && list.indexOf(o) < list.indexOf(e)))))).map((e) => e.dataset.walk);
    });
    const met = new Set(), dim = [];
    for (let n = 0; n < all.length + 25; n += 1) {
      await p.keyboard.press('Tab');
      const at = await p.evaluate(() => {
        const e = document.activeElement;
        if (!e || e === document.body) return null;
        const c = getComputedStyle(e), r = e.getBoundingClientRect(), around = e.closest('label,.verb,.door') || e, a = getComputedStyle(around);
        const ring = (parseFloat(c.outlineWidth) >= 2 && c.outlineStyle !== 'none') || c.boxShadow !== 'none' || (around !== e && (parseFloat(a.outlineWidth) >= 2 && a.outlineStyle !== 'none' || a.boxShadow !== 'none'));
        const x = Math.min(innerWidth - 1, Math.max(0, r.left + r.width / 2)), y = r.top + r.height / 2, top = document.elementFromPoint(x, y);
        const hidden = y < 0 || y > innerHeight || !top || !(top === e || e.contains(top) || top.contains(e) || top.closest('label')?.contains(e));
        return { walk: e.dataset.walk, ring, hidden, name: (e.textContent.trim() || e.name || e.id || e.tagName).slice(0, 16) };
      });
      if (!at) continue;
      met.add(at.walk);
      if (!at.ring) dim.push(`${path}: no ring on ${at.name}`);
      if (at.hidden) dim.push(`${path}: ${at.name} is covered`);
    }
    const missing = await p.evaluate((left) => left.map((w) => document.querySelector(`[data-walk="${w}"]`)).map((e) => (e.textContent.trim() || e.name || e.id).slice(0, 16)), all.filter((w) => !met.has(w)));
    await p.context().close();
    return [...missing.map((m) => `${path}: ${m} not reached`), ...dim];
  };
  const token = (await machine.take('social')).token, faults = [];
  for (const [path, door] of [['/d/counter', 'as/clerk1'], ['/d/hall/1', 'as/supervisor'], ['/d/guide/1', 'as/guide'], ['/d/keys', 'as/clerk1'], ['/m', 'as/manager'], ['/admin/people', 'as/security'], ['/?centre=1', ''], ['/c/1/take?item=social', ''], [`/t/${token}`, ''], ['/k', 'device/kiosk'], ['/k/take?line=social', 'device/kiosk'], ['/in', '']]) faults.push(...await walk(path, door));
  checks.none(faults, 'every control of twelve pages is reached by Tab, with a focus one can see');
  checks.none(page.trouble, 'nothing in the console');
  await page.context().close();
}
