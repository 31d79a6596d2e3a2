// Book a court in four taps, with and without scripts, zh and en; move it, wait for it, get it, give it up; the desk checks it in.
import { Api, open, SIZES } from '../lib.mjs';
import { bookings } from '../pages.mjs';

async function court({ browser, url, checks }, lang, js) {
  const page = await open(browser, url, { js }), pre = lang && `/${lang}`, name = `${lang || 'zh'}${js ? '' : ', no scripts'}`;
  let taps = 0;
  const tap = async (where) => { taps += 1; await where.click(); };
  await page.goto(`${pre}/c/1`);
  await tap(page.locator('main a[href*="/book?centre=1"]').first());
  await page.waitForURL(/\/book\?centre=1/);
  await tap(page.locator('main a[href*="/book/"]', { hasText: /2/ }).first());
  await page.waitForURL(/\/book\/[0-9a-f-]+/);
  const resource = page.url().match(/book\/([0-9a-f-]+)/)[1];
  await tap(page.locator('button[name=from]').nth(lang ? 6 : js ? 2 : 4));
  await page.waitForURL(/\/b\/[\w-]{22}$/);
  checks.ok(page.url().startsWith(`${url}${pre}/b/`), `${name}: the booking is in the language of the person`);
  await tap(page.locator('form[action$="/confirm"] button'));
  await page.waitForSelector('.code');
  checks.ok(taps <= 4, `${name}: ${taps} taps from the centre's page to a booked court (≤ 4)`);
  checks.ok(/^[0-9A-Z]{4} [0-9A-Z]{4}$/.test((await page.locator('.code').textContent()).trim()), `${name}: a code of eight characters`);
  const own = page.url(), token = own.match(/b\/([\w-]{22})$/)[1];
  const before = await new Api(url).get(`/b/${token}`);
  await page.goto(`${pre}/t`);
  checks.ok(await page.locator(`main .links a[href="${pre}/b/${token}"]`).count() === 1, `${name}: the booking stands under 我的号`);
  await page.goto(own);
  await page.locator('main a[href*="move="]').click();
  await page.waitForURL(/move=/);
  await page.locator('button[name=from]').last().click();
  await page.waitForURL(own);
  const after = await new Api(url).get(`/b/${token}`);
  checks.ok(after.from > before.from && after.state === 'confirmed', `${name}: moved from ${before.from} to ${after.from}`);
  const ics = await (await fetch(`${url}/b/${token}/calendar.ics`)).text();
  checks.ok(ics.startsWith('BEGIN:VCALENDAR\r\n') && ics.includes(`DTSTART:${new Date(after.from).toISOString().replace(/[-:]|\.\d+/g, '')}`), `${name}: the calendar file says the same`);
  await page.locator('details summary').last().click();
  await page.locator('form[action$="/cancel"] button').last().click();
  await page.waitForURL(own);
  await page.waitForFunction(() => !document.querySelector('form[action$="/cancel"]')).catch(() => {});
  checks.same((await new Api(url).get(`/b/${token}`)).state, 'cancelled', `${name}: given up`);
  const again = await new Api(url).get(`/book/${resource}?from=${Date.parse(before.from) / 60000}`);
  checks.ok(again.starts.some((s) => s.minute * 60000 === Date.parse(before.from) && s.free === 1), `${name}: the place is free again`);
  checks.none(page.trouble, `${name}: nothing in the console`);
  await page.context().close();
}

// J7: an appointment for a mother in five taps from the errand; at the kiosk its code gives a number, and the booking's page leads to it.
async function appointment({ browser, url, checks }, lang, js) {
  const page = await open(browser, url, { js }), pre = lang && `/${lang}`, name = `appointment ${lang || 'zh'}${js ? '' : ', no scripts'}`;
  let taps = 0;
  const tap = async (where) => { taps += 1; await where.click(); };
  await page.goto(`${pre}/errands?centre=1&q=${lang ? 'senior' : '%E8%80%81%E5%B9%B4'}`);
  await tap(page.locator('main a[href*="/errands/"]:visible').first());
  await page.waitForURL(/\/errands\/[\w-]+/);
  await tap(page.locator('main a[href*="/book/"]'));
  await page.waitForURL(/\/book\/[0-9a-f-]+\?errands=/);
  checks.ok(await page.locator('input[name=errands]:checked').count() === 1, `${name}: the errand is chosen already`);
  await page.locator('input[name=label]').fill(lang ? 'mum' : '妈妈');
  await tap(page.locator('button[name=from]').nth((lang ? 2 : 0) + (js ? 1 : 5)));
  await page.waitForURL(/\/b\/[\w-]{22}$/);
  await tap(page.locator('form[action$="/confirm"] button'));
  await page.waitForSelector('.code');
  checks.ok(taps <= 5, `${name}: ${taps} taps from the list of errands to a booked time (≤ 5)`);
  checks.ok(await page.locator('main a[href*="/errands/"]').count() >= 1, `${name}: its page says what to bring`);
  await page.goto(`${pre}/t`);
  checks.ok(await page.locator('main a[href$="/bookings.ics"]').count() === 1, `${name}: everything booked is one calendar file`);
  checks.none(page.trouble, `${name}: nothing in the console`);
  await page.context().close();
}

export default async function run({ browser, url, checks }) {
  for (const lang of ['', 'en']) for (const js of [true, false]) await appointment({ browser, url, checks }, lang, js);
  for (const lang of ['', 'en']) for (const js of [true, false]) await court({ browser, url, checks }, lang, js);

  // full: the reasons, what is free instead, and the list
  const b = await bookings(url), full = await open(browser, url);
  const refused = await new Api(url).send('POST', `/book/${b.court}`, { from: b.times[1] });
  checks.ok(refused.status === 409 && refused.json.code === 'slot.gone' && refused.json.alternatives.length === 3, 'a full time is refused with three ways', JSON.stringify(refused.json));
  const way = refused.json.alternatives[0].href;
  await full.goto(way);
  checks.ok(await full.locator('button[name=from]').count() > 0, 'a way leads to times that can be booked');

  // who waits gets what is given up, on the open page
  await full.goto(`/b/${b.waiting}`);
  checks.ok(/1/.test(await full.locator('main').textContent()), 'who waits sees the place');
  await new Api(url).post(`/b/${b.booked}/cancel`, {});
  await full.waitForSelector('form[action$="/confirm"] button', { timeout: 5000 });
  await full.locator('form[action$="/confirm"] button').click();
  await full.waitForSelector('.code');
  const code = (await full.locator('.code').textContent()).replace(/\s/g, '');
  checks.ok(code.length === 8, 'the offer is taken by one press');
  await full.context().close();

  // the desk
  const desk = await open(browser, url, { size: SIZES.desk, door: 'as/guide' });
  await desk.goto('/d/bookings/1');
  await desk.locator('input[name=code]').fill(code.toLowerCase());
  await desk.locator('form[action$="/here"] button').click();
  await desk.waitForLoadState();
  const said = await desk.locator('main').textContent();
  checks.ok(/起可以签到/.test(said), 'the desk says from when on one can check in');
  const proof = await (await fetch(`${url}/api/v1/capacity/proof`)).json();
  checks.same(proof.breaches, 0, 'every rule holds');
  await desk.context().close();
}
