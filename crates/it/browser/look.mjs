// node look.mjs URL FOLDER: a picture of every page, and FOLDER/surfaces.png (phone, kiosk, counter and screen side by side) for the README.
// Needs a fresh sample district: yizhan demo --data DIR --clock 2026-11-24T10:00
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { browse, open, SIZES } from './lib.mjs';
import { hall, pages } from './pages.mjs';

const [url, folder] = process.argv.slice(2);
if (!url || !folder) { console.error('node look.mjs URL FOLDER'); process.exit(2); }
const only = process.argv[4] ? new RegExp(process.argv[4]) : null;
mkdirSync(folder, { recursive: true });
const browser = await browse();
const w = await hall(url);
const sizes = { phone: [SIZES.phone2], kiosk: [SIZES.kiosk], desk: [SIZES.desk, SIZES.small], staff: [SIZES.phone2], screen: [SIZES.screen], manager: [SIZES.desk, SIZES.phone2] };
const file = (name) => join(folder, `${name.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase()}.png`);
for (const [door, { surface, list }] of Object.entries(pages(w))) {
  const page = await open(browser, url, { door: door.includes('/') ? door : '' });
  // the browser's clock shows the district's time
  await page.addInitScript(() => { window.EventSource = undefined; });
  for (const [name, path] of list) {
    if (only && !only.test(name)) continue;
    for (const lang of ['', 'en']) {
      for (const [n, [width, height]] of sizes[surface].entries()) {
        await page.setViewportSize({ width, height });
        await page.goto(lang ? `/${lang}${path}` : path, { waitUntil: 'load' });
        const full = surface !== 'kiosk' && surface !== 'screen';
        await page.screenshot({ path: file(`${name} ${lang || 'zh'} ${width}`), fullPage: full });
        if (!lang && n === 0 && !['kiosk', 'screen'].includes(surface)) { await page.emulateMedia({ colorScheme: 'dark' }); await page.screenshot({ path: file(`${name} dark ${width}`), fullPage: full }); await page.emulateMedia({ colorScheme: 'light' }); }
      }
    }
  }
  await page.context().close();
}

// The picture of the README: what four people see at the same moment.
const shots = {};
for (const [name, path, size, door] of [['phone', `/t/${w.waiting.token}`, SIZES.phone2, ''], ['kiosk', '/k', SIZES.kiosk, 'device/kiosk'], ['counter', '/d/counter', SIZES.desk, 'as/clerk1'], ['screen', '/s/1/hall1/call', SIZES.screen, '']]) {
  const page = await open(browser, url, { size, door });
  await page.clock.setFixedTime(new Date('2026-11-24T10:00:40+08:00'));
  await page.goto(path);
  await page.waitForTimeout(700);
  shots[name] = (await page.screenshot()).toString('base64');
  await page.context().close();
}
const board = await open(browser, url, { size: [1600, 900], csp: false });
await board.setContent(`<!DOCTYPE html><style>
  body{margin:0;width:1600px;background:#e9e4d8;display:grid;grid-template-columns:340px 1fr 300px;gap:28px;padding:28px;box-sizing:border-box;align-items:center}
  img{display:block;width:100%;border-radius:14px;box-shadow:0 2px 14px #0003;border:1px solid #0002} div{display:grid;gap:28px}
</style><img src="data:image/png;base64,${shots.phone}"><div><img src="data:image/png;base64,${shots.screen}"><img src="data:image/png;base64,${shots.counter}"></div><img src="data:image/png;base64,${shots.kiosk}">`);
await board.waitForTimeout(300);
const out = join(folder, 'surfaces.png');
await board.locator('body').screenshot({ path: out, scale: 'css' });
await browser.close();
console.log(`${out} ${Math.round(statSync(out).size / 1024)} kB`);
