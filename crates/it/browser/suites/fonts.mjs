// Without a Chinese font every width is a lie and every picture is boxes (UX §15).
import { open } from '../lib.mjs';

export default async function run({ browser, url, checks }) {
  const page = await open(browser, url);
  await page.goto('/');
  const seen = await page.evaluate(() => {
    const paint = (text) => {
      const c = document.createElement('canvas'); c.width = c.height = 64;
      const g = c.getContext('2d'); g.font = `48px ${getComputedStyle(document.body).fontFamily}`; g.fillText(text, 4, 52);
      return { width: g.measureText(text).width, ink: [...g.getImageData(0, 0, 64, 64).data].filter((v, n) => n % 4 === 3 && v > 127).length, picture: c.toDataURL() };
    };
    const [body, other, none] = ['体', '门', '\u{10FFFD}'].map(paint);
    return { width: body.width, ink: body.ink, differs: body.picture !== other.picture, known: body.picture !== none.picture, lang: document.documentElement.lang };
  });
  const install = 'install a Chinese font: apt-get install -y fonts-noto-cjk';
  checks.ok(seen.width > 0, '「体」 is wider than 0', install);
  checks.ok(seen.ink > 100, '「体」 leaves ink', install);
  checks.ok(seen.differs && seen.known, '「体」 is a letter and not .notdef', install);
  checks.same(seen.lang, 'zh-CN', 'the page says which Chinese it is');
}
