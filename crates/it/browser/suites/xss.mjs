// Canaries in every field of text that exists, then every page that shows it: no script runs, no policy report (UX §15 U19).
import { Clerk, Kiosk, open, SIZES, sleep } from '../lib.mjs';
import { hall, pages } from '../pages.mjs';

const CANARIES = [
  '<script>alert(1)</script>', '"><script>alert(1)</script>', '\'><img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>', '<svg onload=alert(1)>', '"><svg/onload=alert(1)>', '<iframe srcdoc="<script>alert(1)</script>">',
  'javascript:alert(1)', '" onmouseover="alert(1)', '\' autofocus onfocus=\'alert(1)', '</title><script>alert(1)</script>', '</textarea><script>alert(1)</script>', '</script><script>alert(1)</script>', '<details open ontoggle=alert(1)>',
  '<a href="javascript:alert(1)">x</a>', '{{constructor.constructor("alert(1)")()}}', '${alert(1)}', '<style>@import "//evil.example/x"</style>', '\u2028alert(1)\u2029<b>b</b>', '%3Cscript%3Ealert(1)%3C/script%3E',
];
const FAST = { waitUntil: 'domcontentloaded' };
export default async function run({ browser, url, checks }) {
  const w = await hall(url), said = [];
  const fresh = async (door, size = SIZES.desk) => { const p = await open(browser, url, { door, size }); await p.addInitScript(() => { window.EventSource = undefined; }); said.push(p); return p; };
  const anyone = await fresh('', SIZES.phone2), kiosk = await fresh('device/kiosk', SIZES.kiosk), clerk = await fresh('as/clerk3'), guide = await fresh('as/guide'), boss = await fresh('as/supervisor'), security = await fresh('as/security'), editor = await fresh('as/editor'), system = await fresh('as/system');
  let typed = 0;
  /** The form as a person sends it: the browser's own length limits are lifted, for an attacker has none. */
  const fill = async (page, path, field, text) => {
    await page.goto(path);
    await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
    const input = page.locator(field).first();
    if (!await input.count()) throw new Error(`${path}: no ${field}`);
    await input.evaluate((e) => { e.removeAttribute('maxlength'); e.removeAttribute('pattern'); if (e.type !== 'text' && e.tagName === 'INPUT') e.type = 'text'; e.form.noValidate = true; });
    await input.fill(text); typed += 1;
    const form = input.locator('xpath=ancestor::form');
    if (await form.locator('button').count()) await form.locator('button').first().click(); else await input.press('Enter');
    await page.waitForLoadState('load');
    await page.waitForTimeout(30);
  };
  const guest = new Kiosk(url, w.kiosk.cookie);
  for (const [n, text] of CANARIES.entries()) {
    const q = encodeURIComponent(text), some = n % 4 === 0;
    const asked = async () => {
      for (const path of [`/find?q=${q}`, `/errands?centre=1&q=${q}`, `/c/1/take?item=${q}`, `/?centre=${q}`, `/t/${q}`, `/problems/${q}`]) { await anyone.goto(path, FAST).catch(() => {}); typed += 1; }
      if (some) { await fill(anyone, '/t', 'main form[method=post] input[type=text]', text); await fill(anyone, '/in', 'input[name=login]', text); }
    };
    // stored: a place of help; refused with what was typed: a number, a reason
    const sent = async () => {
      await new Kiosk(url, w.clerks.a.cookie).send('POST', '/centres/1/help', { from: text });
      await w.clerks.b.send('POST', `/counters/${w.clerks.b.counter}/override`, { ticket: text, reason: 'other' });
      await w.clerks.c.send('POST', `/counters/${w.clerks.c.counter}/pause`, { reason: text });
      if (!some) return;
      await kiosk.goto(`/k/take?line=${q}`, FAST).catch(() => {});
      await fill(kiosk, '/k/card', 'main input[name=card]', text);
      await fill(kiosk, '/k/arrive', 'main input[name=code]', text);
      await fill(clerk, '/d/counter', '#ov-no', text);
    };
    const managed = async () => {
      if (!some) return;
      await fill(security, '/admin/people', 'main form[method=post] input[type=text]', text);
      await fill(editor, '/admin/items/new', 'textarea', text);
      await fill(system, '/admin/import', 'textarea', text);
    };
    await Promise.all([asked(), sent(), managed()]);
  }
  // names of lines in the manager's page: the last one stays
  for (const text of CANARIES.slice(0, 8)) {
    await boss.goto('/m/1/lines');
    await boss.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
    const names = await boss.locator('main form[method=post] input[type=text]').evaluateAll((list) => list.filter((e) => /name|zh|en/.test(e.name)).map((e) => e.name));
    for (const name of [...new Set(names)]) await boss.locator(`main form[method=post] input[name="${name}"]`).first().evaluate((e, v) => { e.removeAttribute('maxlength'); e.form.noValidate = true; e.value = v; }, text);
    typed += names.length;
    if (names.length) { await boss.locator('main form[method=post] button').last().click(); await boss.waitForTimeout(80); }
  }
  const sent = await new Clerk(url, w.clerks.a.cookie).send('GET', '/d');
  checks.ok(sent.status === 200, 'the server still answers');

  // every page that could show one of them
  const shows = Object.entries(pages(w)), look = async () => {
    for (let next = shows.shift(); next; next = shows.shift()) {
      const [door, { surface, list }] = next, size = { phone: SIZES.phone2, kiosk: SIZES.kiosk, screen: SIZES.screen }[surface] || SIZES.desk, p = await fresh(door.includes('/') ? door : '', size);
      for (const [, path] of list) await p.goto(path, FAST);
      await sleep(20);
    }
  };
  await Promise.all([look(), look(), look()]);
  const live = await open(browser, url, { door: 'as/guide', size: SIZES.desk }); said.push(live);
  await live.goto('/d/guide/1'); await guest.send('POST', '/centres/1/help', { from: CANARIES[4] }); await sleep(700);
  const trouble = said.flatMap((p) => p.trouble);
  checks.ok(typed >= 150, `${CANARIES.length} canaries, typed ${typed} times`);
  checks.none(trouble.filter((t) => /dialog|alert/.test(t)), 'no script ran');
  checks.none(trouble.filter((t) => /Content Security Policy|Refused to/.test(t)), 'no report of the content policy: everything was escaped before it came to that');
  checks.none(trouble.filter((t) => /script:/.test(t)), 'no script of ours tripped');
  for (const p of said) await p.context().close();
}
