// J8: a child is brought, the guardian's phone shows a code, the teacher types it, both pages say into whose hand the child went. With and without scripts.
import { Api, open, SIZES } from '../lib.mjs';

async function day({ browser, url, checks }, name, js) {
  const teacher = await Api.door(url, 'as/teacher'), say = js ? name : `${name}, no scripts`;
  const kid = await teacher.post('/d/handover/1/children', { name, birth_year: 2017, guardian: '妈妈', guardian_name: `${name}的妈妈`, tail: '1234', allergies: '花生', verified: 'hukou' });
  const hhmm = (min) => `${String(Math.floor(min / 60)).padStart(2, '0')}:${String(min % 60).padStart(2, '0')}`;
  const now = 10 * 60;
  await teacher.post('/d/handover/1/expect', { child: kid.child, label: '少儿美术', from: hhmm(now), to: hhmm(now + 90) });
  const desk = await open(browser, url, { size: SIZES.desk, js, door: 'as/teacher' }), phone = await open(browser, url, { js });
  await phone.goto(`/pickup/${kid.token}`);
  checks.ok(!/\d{3} ?\d{3}\b/.test(await phone.locator('.code').allTextContents().then((all) => all.join(' '))), `${say}: no code before the child is here`);
  const mine = () => desk.locator('main section, main li, main article').filter({ hasText: name }).last();
  await desk.goto('/d/handover/1');
  await mine().locator('input[name=by]').fill('妈妈');
  await mine().locator('form[action$="/drop"] button').click();
  await desk.waitForLoadState();
  checks.ok(/过敏|allerg/.test(await desk.locator('main').textContent()) && await desk.locator('form[action$="/handover"]').count() === 0, `${say}: nobody is taken in before the allergy is acknowledged`);
  await desk.goto('/d/handover/1');
  await mine().locator('input[name=by]').fill('妈妈');
  await mine().locator('input[name=ack]').check();
  await mine().locator('form[action$="/drop"] button').click();
  await desk.waitForSelector('form[action$="/handover"]', { state: 'attached' });
  await phone.goto(`/pickup/${kid.token}`);
  const code = (await phone.locator('.code').first().textContent()).replace(/\D/g, '');
  checks.ok(code.length === 6, `${say}: the guardian's page shows six digits`);
  const from = Date.now(), give = mine().locator('form[action$="/handover"]');
  await mine().locator('details', { has: desk.locator('form[action$="/handover"]') }).locator('summary').click();
  await give.locator('input[name=to]').first().check();
  await give.locator('input[name=code]').fill(code);
  await give.locator('button[value=code]').click();
  await desk.waitForLoadState();
  checks.ok(Date.now() - from < 20_000 && await desk.locator('form[action$="/handover"]').count() === 0, `${say}: handed over in ${Date.now() - from} ms of the machine (≤ 20 s for two people)`);
  await phone.goto(`/pickup/${kid.token}`);
  const told = await phone.locator('main').textContent();
  checks.ok(/已交给/.test(told) && !told.includes(code), `${say}: the guardian reads into whose hand, and the code is gone`);
  checks.none([...desk.trouble, ...phone.trouble], `${say}: nothing in the console`);
  for (const page of [desk, phone]) await page.context().close();
}

export default async function run(all) {
  await day(all, '小测', true);
  await day(all, '小试', false);
}
