// The paper ticket: 80 and 58 mm, one page as wide as the roll, nothing clipped, elders' letters of at least 4 mm (UX §11, U11).
import { Kiosk, open, remote, SIZES } from '../lib.mjs';

const MM = 96 / 25.4;
const pagesOf = (pdf) => [...pdf.toString('latin1').matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/g)].map((m) => m.slice(1).map((v) => (v / 72) * 25.4));
export default async function run({ browser, url, checks }) {
  const machine = await Kiosk.here(url), plain = await machine.take('HN-SS-00104'), elder = await machine.take('HN-CA-00201', { class: 'elder' });
  const two = await machine.take('social', { class: 'elder' });
  await machine.post(`/t/${two.token}/add`, { errand: 'bills' });
  const away = await remote(url);
  for (const [what, ticket, least] of [['a ticket', plain, 2.6], ['an elder\'s ticket', elder, 4], ['an elder with two errands', two, 4], ['a number from home', away, 2.6]]) {
    for (const width of [80, 58]) {
      for (const lang of ['', '/en']) {
        const name = `${what}, ${width} mm${lang}`;
        const page = await open(browser, url, { size: [900, 900] });
        await page.goto(`${lang}/print/${ticket.token}?w=${width}`);
        const pages = pagesOf(await page.pdf({ preferCSSPageSize: true }));
        checks.ok(pages.length === 1 && Math.abs(pages[0][0] - width) < 1, `${name}: one page, ${pages.map((p) => p.map((v) => v.toFixed(0)).join(' × ')).join(', ')} mm`);
        await page.emulateMedia({ media: 'print' });
        await page.setViewportSize({ width: Math.round(width * MM), height: 1200 });
        const seen = await page.evaluate(() => {
          const paper = document.querySelector('.paper'), out = { least: 99, small: '', over: paper.scrollWidth - paper.clientWidth, high: paper.getBoundingClientRect().height, colours: [], demo: 0 };
          const walk = document.createTreeWalker(paper, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const t = walk.currentNode, e = t.parentElement; if (!t.textContent.trim() || e.closest('svg')) continue;
            const size = parseFloat(getComputedStyle(e).fontSize) / 96 * 25.4;
            if (size < out.least) { out.least = size; out.small = t.textContent.trim().slice(0, 12); }
            if (!/^rgba?\(0, 0, 0/.test(getComputedStyle(e).color)) out.colours.push(`${getComputedStyle(e).color} ${t.textContent.trim().slice(0, 10)}`);
            const r = document.createRange(); r.selectNodeContents(t);
            for (const b of r.getClientRects()) if (b.right > paper.getBoundingClientRect().right + 1) out.over = Math.max(out.over, b.right - paper.getBoundingClientRect().right);
          }
          out.no = parseFloat(getComputedStyle(paper.querySelector('.no')).fontSize) / 96 * 25.4;
          out.text = paper.innerText;
          return out;
        });
        checks.ok(seen.least >= least - 0.01, `${name}: smallest letters ${seen.least.toFixed(1)} mm (≥ ${least})`, seen.small);
        checks.ok(seen.no >= 12 || width === 58, `${name}: the number is ${seen.no.toFixed(0)} mm`);
        checks.ok(seen.over <= 0.5, `${name}: nothing sticks out`, `${seen.over} px`);
        checks.none(seen.colours, `${name}: black only`);
        checks.ok(seen.high / MM <= pages[0][1] + 0.5, `${name}: it fits its page, ${(seen.high / MM).toFixed(0)} of ${pages[0][1].toFixed(0)} mm`);
        checks.ok(seen.text.includes(ticket.number) && seen.text.replace(/\s/g, '').includes(ticket.code), `${name}: number and 8 characters`);
        await page.context().close();
      }
    }
  }
  // at the kiosk the same paper comes out, and nothing else of the page
  for (const width of ['', '58']) {
    const page = await open(browser, url, { size: SIZES.kiosk, door: 'device/kiosk' });
    await page.goto(`/k/done/${plain.token}${width && '?w=58'}`);
    await page.waitForFunction(() => window.printed === 1);
    const pages = pagesOf(await page.pdf({ preferCSSPageSize: true }));
    checks.ok(pages.length === 1 && Math.abs(pages[0][0] - (+width || 80)) < 1 && pages[0][1] < 220, `kiosk ${width || 80} mm: one page, ${pages.map((p) => p.map((v) => v.toFixed(0)).join(' × ')).join(', ')} mm`);
    await page.context().close();
  }
  const qr = await open(browser, url);
  await qr.goto(`/print/${plain.token}`);
  const code = await qr.evaluate(async () => ('BarcodeDetector' in window ? 'here' : document.querySelector('.paper svg.qr, .paper .qr') ? 'drawn' : 'none'));
  checks.note(`the QR code is ${code}; it is decoded by the program's own tests, this browser has no decoder`);
  await qr.context().close();
}
