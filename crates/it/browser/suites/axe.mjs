// Every page of every surface in every state: axe 0 violations, nothing sideways, one h1, no script trouble.
// Light and one size in full; the second size and dark again for what they can change. YIZHAN_BROWSER=full runs everything everywhere.
import { axe, open, sideways, SIZES } from '../lib.mjs';
import { ERRORS, hall, pages } from '../pages.mjs';

const full = process.env.YIZHAN_BROWSER === 'full';
const WIDE = { phone: [SIZES.phone, SIZES.phone2], kiosk: [SIZES.kiosk], desk: [SIZES.small, SIZES.desk], staff: [SIZES.phone, SIZES.desk], screen: [SIZES.screen], manager: [SIZES.phone2, SIZES.desk] };
const DARK = { phone: true, desk: true, staff: true, manager: true };

async function look(page, path, name, surface, lang, found) {
  const sizes = WIDE[surface], say = (list, more) => found.push(...list.map((v) => `${name} ${lang || 'zh'} ${more}: ${v}`));
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: sizes[0][0], height: sizes[0][1] });
  page.trouble.length = 0;
  const answer = await page.goto(lang ? `/${lang}${path}` : path, { waitUntil: 'load' });
  if (answer.status() >= 400 && !ERRORS.test(name)) say([`answered ${answer.status()}`], '');
  if (answer.status() >= 500) say([`answered ${answer.status()}`], '');
  for (const [n, size] of sizes.entries()) {
    if (n) await page.setViewportSize({ width: size[0], height: size[1] });
    const width = `${size[0]}`;
    say(await sideways(page), width);
    if (n === 0 || full) say(await axe(page), width); else say(await axe(page, { rules: ['target-size', 'color-contrast', 'scrollable-region-focusable'] }), width);
  }
  if (DARK[surface]) { await page.emulateMedia({ colorScheme: 'dark' }); say(await axe(page, { colours: !full }), 'dark'); }
  const one = await page.evaluate(() => document.querySelectorAll('h1').length);
  if (one !== 1) say([`${one} h1`], '');
  const keys = await page.evaluate(() => (document.body.innerText.match(/\b(queue|places|people|hall|web|server)\.[a-z_.]+[a-z]\b/g) || []));
  if (keys.length && !/audit|problem/.test(name)) say([`words missing: ${[...new Set(keys)].slice(0, 5)}`], '');
  say(page.trouble, 'console');
}

export default async function run({ browser, url, checks }) {
  const w = await hall(url), groups = Object.entries(pages(w)), work = [];
  for (const [door, { surface, list }] of groups) for (const lang of ['', 'en']) work.push({ door: door.includes('/') ? door : '', surface, list, lang, size: list.length });
  work.sort((a, b) => b.size - a.size);
  const found = []; let views = 0;
  const worker = async () => {
    for (let job = work.shift(); job; job = work.shift()) {
      const page = await open(browser, url, { csp: false, door: job.door });
      // streams would hold the page's load and change it under axe
      await page.addInitScript(() => { window.EventSource = undefined; });
      for (const [name, path] of job.list) { await look(page, path, name, job.surface, job.lang, found); views += 1; }
      await page.context().close();
    }
  };
  await Promise.all([worker(), worker()]);
  checks.ok(views > 150, `${views} pages in zh and en`);
  const by = (test, what) => checks.none(found.filter(test), what);
  const kind = (f) => /sideways/.test(f) ? 'reflow' : /answered/.test(f) ? 'answer' : /words missing/.test(f) ? 'words' : / console: /.test(f) ? 'console' : / dark: /.test(f) ? 'dark' : /\d h1/.test(f) ? 'h1' : 'axe';
  by((f) => kind(f) === 'axe', 'axe: 0 violations of WCAG 2.0–2.2 A and AA and best practice');
  by((f) => kind(f) === 'dark', 'axe in dark: 0 violations');
  by((f) => kind(f) === 'reflow', 'nothing scrolls sideways at 320 px or any other size');
  by((f) => kind(f) === 'words', 'every word is there');
  by((f) => kind(f) === 'answer', 'every page answers as it should');
  by((f) => kind(f) === 'h1', 'one h1 a page');
  by((f) => kind(f) === 'console', 'no script or policy error in the console');

  // what only a moment shows: the question at 45 s, lowered and enlarged kiosk, silence, open details
  const page = await open(browser, url, { csp: false, size: SIZES.kiosk, door: 'device/kiosk' });
  const moments = [];
  for (const path of ['/k', '/en/k', '/k/take?line=social']) {
    await page.goto(path);
    await page.evaluate(() => { document.getElementById('still').hidden = false; });
    moments.push(...await axe(page));
    await page.evaluate(() => { document.getElementById('still').hidden = true; document.body.classList.add('low', 'big2'); });
    moments.push(...await axe(page));
  }
  await page.context().close();
  const screen = await open(browser, url, { csp: false, size: SIZES.screen });
  await screen.goto('/s/1/hall1/call');
  await screen.evaluate(() => { const s = document.querySelector('[data-stale]'); s.textContent = s.dataset.text.replace('{t}', '10:08'); s.hidden = false; document.querySelectorAll('[data-f=pri],[data-f=again]').forEach((e) => { e.hidden = false; }); });
  moments.push(...await axe(screen));
  await screen.context().close();
  const desk = await open(browser, url, { csp: false, size: SIZES.small, door: 'as/clerk1' });
  for (const path of ['/d/counter', '/en/d/counter']) {
    await desk.goto(path);
    await desk.evaluate(() => { const s = document.querySelector('[data-stale]'); s.querySelectorAll('[data-text]').forEach((t) => { t.textContent = t.dataset.text.replace('{t}', '10:08'); }); s.hidden = false; document.querySelectorAll('details').forEach((d) => { d.open = true; }); });
    moments.push(...await axe(desk), ...await sideways(desk));
  }
  await desk.context().close();
  checks.none(moments, 'axe: the question at 45 s, lowered and enlarged, silent screen, silent counter with everything open');

  // zoomed text and WCAG 1.4.12 spacing
  const zoom = [], reading = await open(browser, url, { csp: false, size: SIZES.phone2 });
  for (const path of ['/?centre=1', '/c/1/take?item=HN-CA-00201', `/t/${w.waiting.token}`, '/en/c/1/take', '/in']) {
    await reading.setViewportSize({ width: 390, height: 844 });
    await reading.goto(path);
    await reading.addStyleTag({ content: 'html{font-size:200%!important}' });
    zoom.push(...(await sideways(reading)).map((s) => `${path} 200 %: ${s}`));
    await reading.setViewportSize({ width: 320, height: 640 });
    await reading.goto(path);
    await reading.addStyleTag({ content: '*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}' });
    zoom.push(...(await sideways(reading)).map((s) => `${path} spacing: ${s}`));
  }
  checks.none(zoom, 'text at 200 % and wide spacing: nothing sideways');
}
