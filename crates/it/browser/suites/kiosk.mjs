// The kiosk forgets (asked at 45 s, gone at 60), is readable for old eyes (UX §7), and help is one tap on every page.
import { axe, Kiosk, open, SIZES } from '../lib.mjs';

const CARD = '41010419480312001X';
/** What the device could still know. */
const remembered = (page) => page.evaluate(async () => [document.documentElement.outerHTML, JSON.stringify({ ...sessionStorage }), JSON.stringify({ ...localStorage }), location.href, document.cookie, (await window.caches?.keys?.() ?? []).join()].join('\n'));

async function wipe({ browser, url, checks }) {
  const page = await open(browser, url, { size: SIZES.kiosk, door: 'device/kiosk', clock: true });
  const at = async (path) => { await page.goto(path); };
  await at('/k/first');
  await page.locator('main a.verb').first().click();
  await page.waitForURL(/class=/);
  await page.clock.runFor(40_000);
  checks.ok(!await page.locator('#still').isVisible(), 'quiet for 40 s');
  await page.clock.runFor(5_500);
  checks.ok(await page.locator('#still').isVisible(), 'asked at 45 s');
  const left = +await page.locator('[data-count]').textContent();
  checks.ok(left >= 13 && left <= 15, `says how long: ${left} s`);
  checks.ok(await page.evaluate(() => document.activeElement?.hasAttribute('data-stay')), 'the question has the focus');
  await page.keyboard.press('Tab'); await page.keyboard.press('Tab');
  checks.ok(await page.evaluate(() => !!document.activeElement?.closest('#still')), 'and keeps it');
  await page.locator('[data-stay]').click();
  checks.ok(!await page.locator('#still').isVisible(), 'one tap extends');
  await page.clock.runFor(44_000);
  checks.ok(!await page.locator('#still').isVisible(), 'for the whole time again');
  await page.locator('[data-big]').click(); await page.locator('[data-low]').click();
  checks.ok(await page.evaluate(() => document.body.classList.contains('big1') && document.body.classList.contains('low')), 'larger and lower are on');
  await page.clock.runFor(61_000);
  await page.waitForURL(/\/k$/);
  checks.ok(!await page.evaluate(() => document.body.classList.contains('big1') || document.body.classList.contains('low')), 'gone at 60 s: home, and the wishes of that person are forgotten');

  // with a number: nothing of it is left, not behind the back button either
  const machine = await Kiosk.here(url);
  await page.locator('main a.verb').first().click();
  await page.waitForURL(/\/k\/take/);
  await page.locator('main button.verb').first().click();
  await page.waitForURL(/\/k\/done\//);
  const token = page.url().match(/done\/([^/?]+)/)[1];
  await page.clock.runFor(3_000);
  await page.locator('main a', { hasText: /加一件/ }).click();
  await page.waitForURL(/add=/);
  await page.clock.runFor(46_000);
  checks.ok(await page.locator('#still').isVisible(), 'also asked in the middle of one more errand');
  await page.clock.runFor(15_500);
  await page.waitForURL(/\/k$/);
  let all = await remembered(page);
  checks.ok(!all.includes(token), 'the number\'s key is nowhere in page, storage, address or cookies');
  checks.same((await page.context().cookies()).filter((c) => c.value.includes(token)).length, 0, 'nor in a cookie scripts cannot see');
  await page.goBack().catch(() => {});
  await page.waitForURL(/\/k$/);
  checks.ok(!(await remembered(page)).includes(token), 'the back button leads home, not to the number');

  await at('/k/card');
  await page.locator('[data-reader]').fill(CARD.slice(0, 10));
  await page.clock.runFor(61_000);
  await page.waitForURL(/\/k$/);
  all = await remembered(page);
  checks.ok(!all.includes(CARD.slice(0, 10)), 'a half-read card is gone');
  checks.same(await page.locator('input:not([type=hidden])').evaluateAll((list) => list.map((i) => i.value).join('')), '', 'every field is empty');
  await at('/k');
  await page.clock.runFor(120_000);
  checks.ok(/\/k$/.test(page.url()) && !await page.locator('#still').isVisible(), 'the untouched start page asks nobody');

  const done = await machine.take('social');
  await at(`/k/done/${done.token}`);
  await page.clock.runFor(1_000);
  checks.same(await page.evaluate(() => window.printed), 1, 'the ticket prints once');
  await page.reload();
  await page.clock.runFor(1_000);
  checks.ok(!await page.evaluate(() => window.printed), 'and not again when the page is read again');
  await page.clock.runFor(11_000);
  await page.waitForURL(/\/k$/);
  checks.ok(!(await remembered(page)).includes(done.token), 'after 10 s home, and nothing of the ticket is left');
  checks.none(page.trouble, 'nothing in the console');
  await page.context().close();
}

/** The numbers of UX §7 by computed style and boxes. */
const measure = (o) => {
  const out = [], small = (e) => (e.textContent.trim() || e.id || e.name || e.tagName).slice(0, 14);
  const seen = (e) => { const r = e.getBoundingClientRect(), c = getComputedStyle(e); return e.checkVisibility() && r.width > 1 && r.height > 1 && c.visibility !== 'hidden' && !e.closest('.sr,.skip,.paper,.demo,[hidden]'); };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const t = walk.currentNode, e = t.parentElement;
    if (!t.textContent.trim() || !seen(e) || /SCRIPT|TEMPLATE|OPTION/.test(e.tagName) || e.closest('svg')) continue;
    const c = getComputedStyle(e), size = parseFloat(c.fontSize), line = parseFloat(c.lineHeight) / size;
    if (size < o.text - 0.1) out.push(`text ${size} px: ${small(e)}`);
    if (line < o.line - 0.01) out.push(`line height ${line.toFixed(2)}: ${small(e)}`);
    if (c.fontStyle === 'italic' || c.textAlign === 'justify') out.push(`italic or justified: ${small(e)}`);
  }
  if (o.body && parseFloat(getComputedStyle(document.body).fontSize) < o.body - 0.1) out.push(`body text ${getComputedStyle(document.body).fontSize}`);
  const targets = [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,summary')].filter(seen).map((e) => [e, (e.closest('label.choice') || e).getBoundingClientRect()]);
  for (const [e, r] of targets) {
    if (o.inline && getComputedStyle(e).display === 'inline') continue;
    if (r.width < o.target - 0.5 || r.height < o.target - 0.5) out.push(`target ${r.width.toFixed(0)} × ${r.height.toFixed(0)}: ${small(e)}`);
    if (e.scrollWidth > e.clientWidth + 1 && !/INPUT|SELECT/.test(e.tagName) && getComputedStyle(e).display !== 'inline') out.push(`clipped: ${small(e)}`);
    if (r.right > innerWidth + 1) out.push(`outside: ${small(e)}`);
  }
  for (let i = 0; i < targets.length; i += 1) for (let j = i + 1; j < targets.length; j += 1) {
    const [[a, p], [b, q]] = [targets[i], targets[j]];
    if (a.contains(b) || b.contains(a) || a.closest('label') === b || b.closest('label') === a || !a.closest('.tab') !== !b.closest('.tab')) continue;
    const gap = Math.max(Math.max(p.left, q.left) - Math.min(p.right, q.right), Math.max(p.top, q.top) - Math.min(p.bottom, q.bottom));
    if (gap < o.gap - 0.5) out.push(`gap ${gap.toFixed(0)} px: ${small(a)} | ${small(b)}`);
  }
  if (o.fits && document.documentElement.scrollHeight > innerHeight + 1) out.push(`page ${document.documentElement.scrollHeight} px high`);
  return [...new Set(out)];
};

async function elder({ browser, url, checks }) {
  const machine = await Kiosk.here(url), t = await machine.take('HN-SS-00104'), e = await machine.take('social', { class: 'elder' });
  const list = ['/k', '/k?card=1&class=elder', `/k?add=${t.token}`, '/k/take?line=social', '/k/take?line=bills', '/k/first', '/k/card', '/k/card?unread=1', '/k/arrive', '/k/help', '/k/still', '/k/paper', '/k/closed', '/k/staff', `/k/done/${t.token}`, `/k/done/${e.token}`, `/k/paper/${t.token}`];
  const page = await open(browser, url, { size: SIZES.kiosk, door: 'device/kiosk', csp: false });
  await page.addInitScript(() => { window.EventSource = undefined; });
  const faults = [], large = [], help = [], contrast = [], choices = [];
  for (const lang of ['', '/en']) for (const path of list) {
    await page.goto(lang + path);
    const at = `${lang}${path.replace(/\/[\w-]{22}/, '/…')}`;
    // every wish, as a person presses it: whatever it is, the page fits the panel
    for (const big of [0, 1, 2]) for (const low of [0, 1]) {
      await page.evaluate(([n, l]) => { sessionStorage.setItem('yz.big', n); sessionStorage.setItem('yz.low', l ? 0 : 1); document.querySelector('[data-low]').click(); }, [big, low]);
      (big || low ? large : faults).push(...(await page.evaluate(measure, { text: 30, body: 34, line: 1.4, target: 132, gap: 20, fits: true })).map((f) => `${at} big ${big} low ${low}: ${f}`));
    }
    await page.evaluate(() => { sessionStorage.setItem('yz.big', 0); sessionStorage.setItem('yz.low', 1); document.querySelector('[data-low]').click(); });
    contrast.push(...(await axe(page, { rules: ['color-contrast', 'color-contrast-enhanced'] })).map((f) => `${at}: ${f}`));
    if (await page.locator('.bar5 .sos').count() !== 1) help.push(at);
    const n = await page.locator('main .verb').count();
    if (n > 6) choices.push(`${at}: ${n}`);
  }
  checks.none(faults, 'text ≥ 30 px, body 34, line height ≥ 1.4, targets ≥ 132, gaps ≥ 20, and every page fits the panel');
  checks.none(large, 'the same at both larger steps, lowered or not');
  checks.none(contrast, 'contrast ≥ 4.5, and ≥ 7 for body text');
  checks.none(choices, 'at most six choices a view');
  await page.goto('/k/take?line=social');
  await page.locator('[data-big]').click(); await page.locator('[data-big]').click();
  const most = await page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('main .ask p') || document.body).fontSize));
  checks.ok(most >= 46, `the largest step is ${most} px (≥ 46)`);
  checks.none(help, `「请人帮忙」 on each of ${list.length * 2} pages`);
  await page.goto('/k/take?line=social');
  await page.locator('.bar5 .sos').click();
  checks.ok(/\/k\/help$/.test(page.url()), 'one tap calls a person');
  const guide = await open(browser, url, { size: SIZES.desk, door: 'as/guide' });
  await guide.goto('/d/guide/1');
  checks.ok(await guide.locator('form[action*="/help/"][action$="/answer"]').count() >= 1, 'and the guide sees where');
  await guide.locator('form[action*="/help/"][action$="/answer"] button').first().click();
  const learned = await page.waitForFunction(() => /收到/.test(document.querySelector('#live').textContent), null, { timeout: 8000 }).then(() => true, () => false);
  checks.ok(learned, 'and the kiosk says so by itself');
  checks.ok(await guide.locator('form[action*="/help/"][action$="/answer"]').count() === 0, 'one tap answers');
  await guide.context().close();
  await page.context().close();

  // elder mode of the phone
  const phone = await open(browser, url, { csp: false });
  const bad = [];
  for (const path of ['/elder/?centre=1', '/elder/c/1/take?item=HN-CA-00201', '/elder/shops?centre=1', `/elder/t/${t.token}`, `/en/elder/t/${t.token}`, '/elder/t', '/elder/help']) {
    await phone.goto(path);
    bad.push(...(await phone.evaluate(measure, { text: 18, body: 22, line: 1.5, target: 44, gap: 8, inline: true })).map((f) => `${path.slice(0, 14)}: ${f}`));
    bad.push(...(await axe(phone, { rules: ['color-contrast', 'color-contrast-enhanced'] })).map((f) => `${path.slice(0, 14)}: ${f}`));
  }
  checks.none(bad, 'phone, elder mode: text ≥ 18 px, body 22, line height ≥ 1.5, targets ≥ 44, gaps ≥ 8, contrast 7');
  await phone.context().close();
}

export default async function run(all) { await wipe(all); await elder(all); }
