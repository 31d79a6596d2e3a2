// 30 calls in 10 s by several clerks, the wire cut for 3 s in between: every number is shown once, in order (UX §3.4), but those that nobody came for before their turn on the screen.
import { Clerk, Kiosk, open, quantile, SIZES, sleep, wire } from '../lib.mjs';

const CALLS = 30;
export default async function run({ browser, url, checks }) {
  const machine = await Kiosk.here(url), cable = await wire(url);
  for (let n = 0; n < CALLS + 12; n += 1) await machine.take('social', n % 7 ? {} : { class: 'elder' });
  const clerks = [];
  for (const [login, number] of [['clerk1', 2], ['clerk2', 3], ['clerk3', 4], ['clerk4', 5]]) clerks.push(await Clerk.at(url, login, number, ['social']));

  const watch = async (path) => {
    const page = await open(browser, cable.url, { size: SIZES.screen, clock: true });
    await page.addInitScript(() => {
      window.shown = [];
      addEventListener('DOMContentLoaded', () => {
        const box = document.querySelector('[data-call]'); if (!box) return;
        let last = box.hidden ? '' : box.dataset.seq || '';
        const see = () => { if (!box.hidden && box.dataset.seq !== last) { last = box.dataset.seq; window.shown.push({ seq: +last, number: box.querySelector('.no').textContent, counter: box.querySelector('.win [data-f=counter]').textContent, at: performance.now(), real: Date.now() }); } };
        new MutationObserver(see).observe(box, { attributes: true, subtree: true, childList: true, characterData: true });
      });
    });
    await page.goto(path);
    return page;
  };
  // some calls before the screen starts: it shows the newest and calls none of them again
  for (let n = 0; n < 6; n += 1) await clerks[n % 4].serve();
  const page = await watch('/s/1/hall1/call');
  await sleep(1500);
  await page.clock.runFor(12_000);
  const before = await page.evaluate(() => window.shown.length);
  checks.same(before, 0, 'a screen that starts calls nobody again who was called before');

  // quick: call to screen
  const took = [];
  for (let n = 0; n < 5; n += 1) {
    const from = Date.now(), call = await clerks[n % 4].next();
    await page.waitForFunction((no) => document.querySelector('[data-call] .no').textContent === no, call.number, { polling: 10 });
    took.push(Date.now() - from);
    await clerks[n % 4].step('arrive'); await clerks[n % 4].step('finish');
    await page.clock.runFor(5_200);
  }
  checks.ok(quantile(took, 0.99) <= 1000, `call to screen: ${took.join(', ')} ms (≤ 1000)`);

  // thirty in ten seconds, the wire cut from the tenth for 3 s
  await page.evaluate(() => { window.shown = []; });
  const calls = [], from = Date.now();
  let cutAt = 0;
  for (let n = 0; n < CALLS; n += 1) {
    const clerk = clerks[n % 4], call = await clerk.next();
    const missed = n % 5 === 4;
    calls.push({ ...call, counter: String(clerk.number), missed });
    await clerk.step(missed ? 'miss' : 'arrive');
    if (!missed) await clerk.step('finish');
    if (n === 10) { cable.cut(); cutAt = Date.now(); }
    if (cutAt && Date.now() - cutAt >= 3000) { cable.mend(); cutAt = 0; }
    const due = from + (n + 1) * (9_600 / CALLS), rest = due - Date.now();
    if (rest > 0) await sleep(rest);
  }
  if (cutAt) { await sleep(Math.max(0, 3000 - (Date.now() - cutAt))); cable.mend(); }
  const seconds = (Date.now() - from) / 1000;
  checks.ok(seconds <= 10.5, `${CALLS} calls by four clerks in ${seconds.toFixed(1)} s`);
  // a browser comes back by itself after `retry`; then the queue of calls runs, 5 s each
  await sleep(3500);
  for (let n = 0; n < CALLS + 3; n += 1) await page.clock.runFor(5_200);
  const shown = await page.evaluate(() => window.shown), hold = calls.filter((c) => !c.missed);
  checks.same(shown.map((s) => s.number), hold.map((c) => c.number), 'every number that holds once, in order, none lost to the cut');
  checks.same(shown.map((s) => s.counter), hold.map((c) => c.counter), 'each with its counter');
  const short = shown.slice(1).filter((s, n) => s.at - shown[n].at < 4_900);
  checks.same(short.length, 0, 'none is overwritten before its 5 s');
  checks.same(await page.locator('[data-recent] [data-f=number]').allTextContents(), hold.slice(-4, -1).reverse().map((c) => c.number), 'then the last three stay');

  // priority beside the number
  await machine.take('social', { class: 'elder' });
  const first = await clerks[0].next();
  await sleep(700); await page.clock.runFor(5_200);
  checks.ok(await page.locator('[data-call] .no').textContent() === first.number && await page.locator('[data-call] [data-f=pri]').isVisible(), '「优先」 beside a priority number');
  const firstAt = Date.now();

  // names never, silence always
  const text = await page.evaluate(() => document.body.innerText);
  checks.ok(!/示例·窗口/.test(text), 'no clerk\'s name on a public screen');
  cable.cut();
  await sleep(300);
  await page.clock.runFor(3_000); // the last beat may be 5 s old
  checks.ok(!await page.locator('[data-stale]').isVisible(), 'says nothing at once');
  await page.clock.runFor(9_000);
  checks.ok(await page.locator('[data-stale]').isVisible() && /\d\d:\d\d/.test(await page.locator('[data-stale]').textContent()), `after 10 s of silence: ${(await page.locator('[data-stale]').textContent()).trim()}`);
  cable.mend();
  for (let n = 0; n < 40 && await page.locator('[data-stale]').isVisible(); n += 1) { await sleep(250); await page.clock.runFor(600); }
  checks.ok(!await page.locator('[data-stale]').isVisible(), 'and back when it is heard again');

  // old televisions: all calls of the last minute, and the page comes again
  const plain = await open(browser, url, { js: false, size: SIZES.screen });
  const answer = await plain.goto('/s/1/hall1/call?plain=1');
  const listed = [await plain.locator('.call .no').textContent(), ...await plain.locator('.recent li > b').allTextContents()];
  const minute = [...new Set([...hold.slice(-11).map((c) => c.number), first.number])];
  checks.none(minute.filter((no) => !listed.includes(no)), `plain=1 lists all ${listed.length} calls of the last minute`);
  checks.ok(listed[0] === first.number && /^10/.test(answer.headers().refresh), 'newest first, again every 10 s');
  await plain.context().close();

  // the voice says each number, Chinese then English, one after another
  const voice = await watch('/s/1/hall1/call');
  await voice.evaluate(() => {
    window.said = []; let busy = 0; window.overlap = 0;
    const queue = [], runNext = () => { if (busy || !queue.length) return; busy = 1; const u = queue.shift(); window.said.push(u.text); setTimeout(() => { busy = 0; u.onend?.(); runNext(); }, 300); };
    window.speechSynthesis.getVoices = () => [{ lang: 'zh-CN' }, { lang: 'en-US' }];
    window.SpeechSynthesisUtterance = function Said(t) { this.text = t; };
    window.speechSynthesis.speak = (u) => { queue.push(u); runNext(); };
  });
  await voice.locator('[data-sound]').click();
  await clerks[1].post(`/counters/${clerks[1].counter}/call-next`);
  await sleep(700); await voice.clock.runFor(2_000);
  const said = await voice.evaluate(() => window.said);
  checks.ok(said.length === 2 && /零|一|二|三|四|五|六|七|八|九/.test(said[0]) && /counter/i.test(said[1]), `said: ${said.join(' / ')}`);
  checks.none([...voice.trouble, ...page.trouble], 'nothing in the console');
  await voice.context().close();

  // a number may be called again after 15 s, and the screen says that it is again
  await sleep(Math.max(0, firstAt + 15_500 - Date.now()));
  await clerks[0].step('recall');
  await sleep(700); await page.clock.runFor(11_000);
  checks.ok(await page.locator('[data-call] .no').textContent() === first.number && await page.locator('[data-call] [data-f=again]').isVisible(), 'a second call says so');
  await page.context().close();
  cable.close();
}
