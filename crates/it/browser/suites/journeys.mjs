// The journeys of UX §4, with their taps and keys counted, in zh and en.
import { Clerk, Kiosk, median, open, quantile, SIZES, sleep } from '../lib.mjs';

/** Counts taps. */
const taps = (page) => {
  const counted = { n: 0, from: Date.now() };
  counted.tap = async (where) => { counted.n += 1; await (typeof where === 'string' ? page.locator(where).first() : where).click(); };
  counted.seconds = () => (Date.now() - counted.from) / 1000;
  return counted;
};
const isNumber = (text) => /^[A-Z]\d{3}$/.test((text || '').trim());
/** An ID number (GB 11643) of somebody born then. */
function idCard(born) {
  const digits = `410104${born}001`, weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return digits + '10X98765432'[[...digits].reduce((sum, d, n) => sum + d * weights[n], 0) % 11];
}

async function phone({ browser, url, checks }, lang) {
  const page = await open(browser, url), j = taps(page), pre = lang && `/${lang}`;
  await page.goto(`${pre}/?centre=1`);
  j.from = Date.now();
  await j.tap('main .btn.pri');
  await page.waitForURL(/take|errands/);
  // the errand, as a person finds it: a link to one errand that is in view without opening anything
  await j.tap(page.locator('main a[href*="item="]').nth(1));
  await page.waitForURL(/item=/);
  await j.tap('main form[action*="/visits"] button');
  await page.waitForURL(/\/t\//);
  const number = await page.locator('.tk .no, .ticket .no, main .no').first().textContent();
  checks.ok(isNumber(number), `J1 ${lang || 'zh'}: a number, ${number.trim()}`);
  checks.ok(j.n <= 3, `J1 ${lang || 'zh'}: ${j.n} taps from the home page to a number (≤ 3)`);
  checks.ok(j.seconds() <= 20, `J1 ${lang || 'zh'}: ${j.seconds().toFixed(1)} s without thinking (≤ 20)`);
  checks.none(page.trouble, `J1 ${lang || 'zh'}: nothing in the console`);
  await page.context().close();
}

async function kiosk({ browser, url, checks }, lang) {
  const pre = lang && `/${lang}`, name = lang || 'zh';
  const page = await open(browser, url, { size: SIZES.kiosk, door: 'device/kiosk' });
  await page.goto(`${pre}/k`);
  let j = taps(page);
  await j.tap('main .verb[href*="line=social"]');
  await page.waitForURL(/line=social/);
  await j.tap('main button.verb');
  await page.waitForURL(/\/k\/done\//);
  const number = await page.locator('.big .no').textContent();
  checks.ok(isNumber(number) && j.n <= 2, `J3 ${name}: ${j.n} taps without a card to ${number.trim()} (≤ 2)`);
  checks.ok(j.seconds() <= 15, `J3 ${name}: ${j.seconds().toFixed(1)} s (≤ 15)`);
  checks.ok(page.url().includes(`${pre}/k/done`), `J3 ${name}: the ticket is in the language of the person`);
  await page.waitForFunction(() => window.printed === 1);
  checks.ok(true, `J3 ${name}: the paper was printed once`);

  // with a card: the reader types wherever the person is on K1
  for (const [age, born, first] of [['an elder', '19480312', true], ['somebody of 30', '19960312', false]]) {
    await page.goto(`${pre}/k`);
    await page.waitForFunction(() => document.activeElement?.matches('[data-reader]'));
    j = taps(page);
    const card = idCard(born);
    await page.keyboard.type(card); await page.keyboard.press('Enter');
    await page.waitForURL(/card=1/);
    checks.ok(!page.url().includes(card) && !(await page.content()).includes(card), `J2 ${name}: the card of ${age} is nowhere on the next page`);
    await j.tap('main button.verb[value=social]');
    await page.waitForURL(/\/k\/done\//);
    const mine = await page.locator('.big .no').textContent(), all = await page.locator('.big').first().textContent();
    checks.ok(isNumber(mine) && j.n <= 1, `J2 ${name}: ${j.n} tap after the card of ${age} to ${mine.trim()} (≤ 1)`);
    checks.ok(j.seconds() <= 10, `J2 ${name}: ${j.seconds().toFixed(1)} s (≤ 10)`);
    checks.ok(/优先|[Pp]riority/.test(all) === first, `J2 ${name}: ${age} ${first ? 'has' : 'has no'} priority`);
  }

  // J16: everything a hand must reach lies in the lower 55 %
  const token = page.url().match(/done\/([^/?]+)/)[1], high = [];
  // (the pad of 34 keys at /k/arrive cannot: 6 rows of 132 px are more than 55 %; a code scanned there needs no reach)
  for (const path of ['/k', '/k/take?line=social', '/k?card=1&class=elder', '/k/first', '/k/card', '/k/help', `/k/done/${token}`]) {
    await page.goto(pre + path);
    if (!await page.evaluate(() => document.body.classList.contains('low'))) await page.locator('[data-low]').click();
    high.push(...(await page.evaluate(() => [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select')].filter((e) => { const r = e.getBoundingClientRect(); return r.width > 1 && r.height > 1 && !e.closest('.skip,[hidden],.paper') && getComputedStyle(e).visibility !== 'hidden' && (r.top < innerHeight * 0.45 - 1 || r.bottom > innerHeight + 1); }).map((e) => { const r = e.getBoundingClientRect(); return `${(e.textContent.trim() || e.id).slice(0, 14)} ${r.top.toFixed(0)}–${r.bottom.toFixed(0)}`; }))).map((t) => `${path}: ${t}`));
  }
  checks.none(high, `J16 ${name}: after 按钮放低 every target lies in the lower 55 % of the panel`);
  await page.context().close();
}

const FRAMES = 20;
async function clerk({ browser, url, checks }, lang, login, number) {
  const name = lang || 'zh', pre = lang && `/${lang}`;
  const page = await open(browser, url, { size: SIZES.desk, door: `as/${login}` });
  await page.goto(`${pre}/d`);
  await page.locator('label.choice', { hasText: lang ? new RegExp(`Counter\\s${number}(?!\\d)`) : new RegExp(`(?<!\\d)${number}\\s*号窗口`) }).first().click();
  await page.locator('button[name=some]').first().click();
  await page.locator('input[name=skills][value=social]').check();
  await page.locator('form[action$="/d/start"] button.pri').first().click();
  await page.waitForURL(/\/d\/counter/);
  await page.evaluate(() => {
    window.took = [];
    let at = 0;
    addEventListener('keydown', (e) => { at = performance.now(); void e; }, true);
    document.addEventListener('yz:swap', () => { const from = at; if (from) requestAnimationFrame(() => setTimeout(() => { window.took.push(performance.now() - from); }, 0)); at = 0; });
  });
  const state = () => page.evaluate(() => ({ current: document.querySelector('.cur .no b')?.textContent || '', serving: !!document.querySelector('form[action$="/finish"]'), url: location.pathname }));
  const press = async (key, done, arg) => { await page.keyboard.press(key); await page.waitForFunction(done, arg); };
  let keys = 0; const served = [];
  for (let n = 0; n < FRAMES; n += 1) {
    keys = 0;
    const before = (await state()).current;
    keys += 1; await press('Space', (no) => { const b = document.querySelector('.cur .no b'); return b && b.textContent !== no; }, before);
    served.push((await state()).current);
    keys += 1; await press('Enter', () => !!document.querySelector('form[action$="/finish"]'));
    await sleep(320); // the same key twice within 300 ms is a bounce
    keys += 1; await press('Enter', () => !document.querySelector('.cur .no b'));
  }
  checks.ok(keys === 3 && new Set(served).size === FRAMES, `J5 ${name}: call, serve, finish in ${keys} keys, ${served.length} different people`);
  const took = await page.evaluate(() => window.took);
  checks.ok(took.length >= FRAMES * 3 - 3 && median(took) <= 100, `J5 ${name}: key to pixels median ${median(took).toFixed(0)} ms (≤ 100), p95 ${quantile(took, 0.95).toFixed(0)}, n ${took.length}, debug build`);
  checks.none(page.trouble, `J5 ${name}: nothing in the console`);
  await page.context().close();
}

async function missed({ browser, url, checks }, lang, clerkAt) {
  const name = lang || 'zh', pre = lang && `/${lang}`, machine = await Kiosk.here(url);
  const mine = await machine.take('police'), after = await machine.take('police');
  const call = await clerkAt.next();
  checks.same(call.number, mine.number, `J17 ${name}: ${mine.number} is called`);
  await clerkAt.step('miss');
  const page = await open(browser, url), j = taps(page);
  await page.goto(`${pre}/t/${mine.token}`);
  await j.tap('form[action$="/rejoin"] button');
  await page.waitForSelector('form[action$="/rejoin"]', { state: 'detached' });
  const now = await machine.get(`/t/${mine.token}`);
  checks.ok(j.n === 1 && now.tickets[0].state === 'waiting', `J17 ${name}: ${j.n} tap and ${mine.number} waits again`);
  // the rule puts it five minutes behind its call (hall §4.1): behind who already waits here, not at the end of the day
  checks.ok(now.number === mine.number && now.tickets[0].ahead === 1, `J17 ${name}: with its own number, behind ${after.number} only`);
  checks.same([(await clerkAt.serve()).number, (await clerkAt.next()).number], [after.number, mine.number], `J17 ${name}: it is called after that one`);
  await clerkAt.step('miss');
  await page.goto(`${pre}/t/${mine.token}`);
  checks.same(await page.locator('form[action$="/rejoin"]').count(), 0, `J17 ${name}: once only`);
  await page.context().close();
}

export default async function run(all) {
  const { url } = all, machine = await Kiosk.here(url);
  for (const lang of ['', 'en']) { await phone(all, lang); await kiosk(all, lang); }
  for (let n = 0; n < 2 * FRAMES + 2; n += 1) await machine.take('social');
  await clerk(all, '', 'clerk1', 2);
  await clerk(all, 'en', 'clerk2', 3);
  const police = await Clerk.at(url, 'clerk4', 11, ['police']);
  await missed(all, '', police);
  await missed(all, 'en', police);
}
