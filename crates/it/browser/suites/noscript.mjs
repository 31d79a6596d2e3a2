// Scripts off: a resident takes, defers and leaves; staff sign in, call and finish; the manager reads (UX §9 N1).
import { readFileSync } from 'node:fs';
import { Kiosk, open, SIZES } from '../lib.mjs';

export default async function run({ browser, url, checks }) {
  for (const lang of ['', 'en']) {
    const pre = lang && `/${lang}`, name = lang || 'zh';
    const p = await open(browser, url, { js: false });
    await p.goto(`${pre}/?centre=1`);
    await p.locator('main .btn.pri').first().click();
    await p.locator('main a[href*="item="]').first().click();
    await p.locator('main form[action*="/visits"] button').first().click();
    checks.ok(/\/t\/[\w-]+$/.test(p.url()), `${name}: a number without scripts`);
    const own = p.url();
    checks.ok(/\d\d:\d\d:\d\d/.test(await p.locator('.age').first().textContent()) && await p.locator('.age a').count() > 0, `${name}: the page says how old it is and has a way to read it anew (N3)`);
    await p.locator('input[name=minutes][value="30"]').check();
    await p.locator('form[action$="/defer"] button').click();
    checks.ok(p.url() === own && !/problem/.test(await p.title()), `${name}: come later`);
    const left = await p.locator('form[action$="/defer"]').textContent();
    checks.ok(/1/.test(left), `${name}: one deferral is used up`);
    await p.goto(`${pre}/t`);
    checks.ok(await p.locator(`main .links a[href="${new URL(own).pathname}"]`).count() === 1, `${name}: the number stands under 我的号`);
    checks.ok(await p.locator('main form[method=post] button').count() === 1, `${name}: a lost number can be asked for`);
    await p.goto(own);
    checks.ok(await p.locator('noscript meta[http-equiv=refresh]').count() === 0, `${name}: who is not here yet is not called, and the page stays still`);
    // asked once: the first press opens the question
    await p.locator('#cancel summary').click();
    await p.locator('form[action$="/leave"] button').last().click();
    checks.same(await p.locator('form[action$="/leave"]').count(), 0, `${name}: given up`);
    // the back button and a second press do nothing twice (N2)
    await p.goBack();
    const again = p.locator('form[action$="/leave"] button').last();
    if (await again.count()) { if (!await again.isVisible()) await p.locator('#cancel summary').click(); await again.click(); }
    checks.ok(await p.locator('form[action$="/leave"]').count() === 0 && !/problem/.test(p.url()), `${name}: back, and what was pressed is not pressed twice`);
    await p.context().close();
  }

  // whoever is here learns of the call without scripts: the page comes again
  const here = await open(browser, url, { js: false });
  await here.goto(`/t/${(await (await Kiosk.here(url)).take('social')).token}`);
  checks.same(await here.locator('meta[http-equiv=refresh]').getAttribute('content'), '20', 'a number that waits here comes again every 20 s without scripts');
  await here.context().close();

  // kiosk: two taps, plain
  const k = await open(browser, url, { js: false, size: SIZES.kiosk, door: 'device/kiosk' });
  await k.goto('/k');
  await k.locator('main .verb[href*="line=social"]').click();
  await k.locator('main button.verb').first().click();
  checks.ok(/\/k\/done\//.test(k.url()), 'kiosk: a number without scripts');
  await k.locator('.bar5 .sos').click();
  checks.ok(/\/k\/help$/.test(k.url()), 'kiosk: a person is called without scripts');
  await k.context().close();

  // a clerk signs in with a password and works
  const machine = await Kiosk.here(url);
  await machine.take('social');
  const password = readFileSync(`${process.env.YIZHAN_DATA}/accounts.txt`, 'utf8').match(/^\s*clerk1\s+(\S+)/m)[1];
  const d = await open(browser, url, { js: false, size: SIZES.desk });
  await d.goto('/d/counter');
  checks.ok(/\/in/.test(d.url()) || await d.locator('input[name=password]').count() === 1, 'who is not signed in is asked to');
  await d.locator('input[name=login]').fill('clerk1');
  await d.locator('input[name=password]').fill('wrong-wrong-wrong-wrong');
  await d.locator('main form button').first().click();
  checks.ok(await d.locator('input[name=password]').count() === 1 && await d.locator('[role=alert],.errs,.err').count() > 0, 'a wrong password is said on the page');
  await d.goto('/in');
  await d.locator('input[name=login]').fill('clerk1');
  await d.locator('input[name=password]').fill(password);
  await d.locator('main form button').first().click();
  await d.goto('/d');
  await d.locator('label.choice', { hasText: '2 号窗口' }).first().click();
  await d.locator('form[action$="/d/start"] button.pri').first().click();
  checks.ok(/\/d\/counter$/.test(d.url()), 'a counter is opened without scripts');
  for (const [key, what] of [['Space', 'calls'], ['Enter', 'serves'], ['Enter', 'finishes']]) {
    await d.locator(`button[data-key="${key}"]`).first().click();
    checks.ok(/\/d\/counter/.test(d.url()), `a clerk ${what} without scripts`);
  }
  checks.same(await d.locator('.cur .no').count(), 0, 'nobody is left at the counter');
  await d.locator('form[action$="/close"] button').click();
  checks.ok(/\/d$/.test(d.url()), 'the counter is closed without scripts');
  await d.context().close();

  const m = await open(browser, url, { js: false, size: SIZES.desk, door: 'as/manager' });
  for (const path of ['/m', '/m/1', '/en/m']) {
    await m.goto(path);
    checks.ok(await m.locator('main table').count() > 0 && await m.locator('main a[href]').count() > 0, `${path}: lines as tables without scripts`);
  }
  await m.context().close();
  const s = await open(browser, url, { js: false, size: SIZES.screen });
  const answer = await s.goto('/s/1/hall1/call?plain=1');
  checks.ok(/^10\b/.test(answer.headers().refresh || ''), 'a screen without scripts comes again every 10 s');
  checks.ok((await s.locator('.call .no').count()) === 1 && /的情况/.test(await s.locator('.clk').textContent()), 'and shows the call and its time in large letters');
  await s.context().close();
}
