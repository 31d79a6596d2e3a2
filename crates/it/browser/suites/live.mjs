// Two browsers: what the counter does is on the phone, the window's screen, the kiosk, the guide and the manager within a second (UX §15 U18).
import { Clerk, Kiosk, median, open, SIZES, sleep, wire } from '../lib.mjs';

export default async function run({ browser, url, checks }) {
  const machine = await Kiosk.here(url), clerk = await Clerk.at(url, 'clerk1', 2, ['social']), cable = await wire(url);
  const took = [];
  for (let n = 0; n < 5; n += 1) {
    const mine = await machine.take('social'), behind = await machine.take('social');
    const phone = await open(browser, cable.url);
    await phone.addInitScript(() => { window.buzz = 0; navigator.vibrate = () => { window.buzz += 1; return true; }; });
    await phone.goto(`/t/${mine.token}`);
    await sleep(300);
    const from = Date.now();
    const call = await clerk.next();
    await phone.waitForSelector('[data-state=called]', { timeout: 5000 });
    took.push(Date.now() - from);
    if (n === 0) {
      checks.same(call.number, mine.number, 'the one with the phone is called');
      checks.ok(/2/.test(await phone.locator('[data-state=called]').textContent()), 'the phone says which counter');
      checks.ok(await phone.evaluate(() => window.buzz) === 1, 'and vibrates once');
      await clerk.step('arrive');
      await phone.waitForSelector('[data-state=serving]', { timeout: 1500 });
      checks.ok(true, 'then that it is being served');
      await clerk.step('finish');
      await phone.waitForSelector('[data-state=called]', { state: 'detached', timeout: 1500 });
    } else { await clerk.step('arrive'); await clerk.step('finish'); }
    if (n === 1) {
      // the link is lost and comes back: the phone catches up by itself
      const third = await open(browser, cable.url);
      await third.goto(`/t/${behind.token}`);
      await sleep(300);
      cable.cut(); await sleep(400);
      while ((await clerk.next()).number !== behind.number) { await clerk.step('arrive'); await clerk.step('finish'); }
      cable.mend();
      await third.waitForSelector('[data-state=called]', { timeout: 8000 });
      checks.ok(true, 'called while the link was down: the phone shows it when it is back');
      await clerk.step('arrive'); await clerk.step('finish');
      await third.context().close();
    }
    await phone.context().close();
    // whoever waits behind is served, so that the next round starts with an empty line
    for (let more = await clerk.send('POST', `/counters/${clerk.counter}/call-next`, {}); more.status === 200 && more.json.call; more = await clerk.send('POST', `/counters/${clerk.counter}/call-next`, {})) { clerk.call = more.json.call; await clerk.step('arrive'); await clerk.step('finish'); }
  }
  checks.ok(Math.max(...took) <= 1000, `counter to phone: ${took.join(', ')} ms, median ${median(took)} (≤ 1000)`);

  const watch = [];
  for (const [name, path, size, door, text] of [
    ['window screen', '/s/1/counter/2', SIZES.screen, '', (no) => document.body.innerText.includes(no)], ['kiosk', '/k', SIZES.kiosk, 'device/kiosk', (no) => document.querySelector('.now').innerText.includes(no)],
    ['call screen', '/s/1/hall1/call', SIZES.screen, '', (no) => document.querySelector('[data-call] .no').textContent === no],
  ]) { const page = await open(browser, url, { size, door }); await page.goto(path); watch.push([name, page, text]); }
  const manager = await open(browser, url, { size: SIZES.desk, door: 'as/manager' });
  await manager.goto('/m/1');
  const guide = await open(browser, url, { size: SIZES.desk, door: 'as/guide' });
  await guide.goto('/d/guide/1');
  const desk = await open(browser, url, { size: SIZES.desk, door: 'as/clerk1' });
  await desk.goto('/d/counter');
  await sleep(600);
  const waiting = () => manager.evaluate(() => document.querySelector('#live').innerText);
  const was = await waiting();
  let from = Date.now();
  const next = await machine.take('social');
  await desk.waitForFunction((no) => document.querySelector('.q')?.innerText.includes(no), next.number, { timeout: 3000 });
  checks.ok(Date.now() - from <= 1200, `kiosk to counter: a new number stands in the list after ${Date.now() - from} ms`);
  await manager.waitForFunction((text) => document.querySelector('#live').innerText !== text, was, { timeout: 3000 });
  checks.ok(true, `kiosk to manager: ${Date.now() - from} ms`);
  from = Date.now();
  await clerk.next();
  for (const [name, page, text] of watch) {
    await page.waitForFunction(text, next.number, { timeout: 4000, polling: 20 });
    checks.ok(Date.now() - from <= 1500, `counter to ${name}: ${Date.now() - from} ms`);
    checks.none(page.trouble, `${name}: nothing in the console`);
    await page.context().close();
  }
  from = Date.now();
  await machine.post('/centres/1/help', {});
  await guide.waitForSelector('form[action$="/answer"]', { timeout: 3000 });
  checks.ok(Date.now() - from <= 2500, `kiosk to guide (once a second): a call for help after ${Date.now() - from} ms`);

  // what is half typed stays when the page is renewed under it
  await desk.evaluate(() => { document.querySelector('details').open = true; });
  await desk.locator('#ov-no').fill('A0');
  await machine.take('social');
  await sleep(800);
  checks.ok(await desk.locator('#ov-no').inputValue() === 'A0' && await desk.evaluate(() => document.activeElement.id) === 'ov-no' && await desk.evaluate(() => document.querySelector('details').open), 'a half-typed number, its focus and the open part stay when the list is renewed');
  checks.none([...manager.trouble, ...guide.trouble, ...desk.trouble], 'nothing in the console');
  for (const page of [manager, guide, desk]) await page.context().close();
  cable.close();
}
