// What every suite needs: a browser, somebody at the HTTP interface, axe, and a count of what held.
import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import net from 'node:net';
import { chromium } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none'];

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
/** Idempotency key of one step. */
export const once = () => randomBytes(16).toString('hex');
export const SIZES = { phone: [320, 640], phone2: [390, 844], kiosk: [1080, 1920], small: [320, 800], desk: [1440, 900], screen: [1920, 1080] };

/** Counts what held and what did not. */
export class Checks {
  constructor(name) { this.name = name; this.good = 0; this.bad = []; this.from = Date.now(); }
  ok(held, what, more = '') {
    if (held) { this.good += 1; console.log(`ok ${this.good + this.bad.length} ${what}`); } else { this.bad.push(what); console.log(`NOT OK ${this.good + this.bad.length} ${what}${more ? `\n    ${more}` : ''}`); }
    return !!held;
  }
  same(is, wanted, what) { return this.ok(JSON.stringify(is) === JSON.stringify(wanted), what, `is ${JSON.stringify(is)}, wanted ${JSON.stringify(wanted)}`); }
  /** A list that must be empty. */
  none(list, what) { return this.ok(list.length === 0, what, [...new Set(list)].slice(0, +(process.env.YIZHAN_SHOW || 12)).join('\n    ')); }
  note(text) { console.log(`-- ${text}`); }
  end() {
    console.log(`${this.name}: ${this.good} held, ${this.bad.length} not, ${((Date.now() - this.from) / 1000).toFixed(1)} s`);
    for (const what of this.bad) console.log(`  not: ${what}`);
    return this.bad.length ? 1 : 0;
  }
}

/** Chromium with a profile of its own. */
export async function browse() {
  return chromium.launch({ executablePath: process.env.YIZHAN_CHROMIUM || '/usr/bin/chromium', args: FLAGS });
}

/** A page whose console errors, script errors and dialogs are collected in `page.trouble`. */
export async function open(browser, url, { size = SIZES.phone2, js = true, dark = false, print = false, csp = true, door = '', clock = false } = {}) {
  const context = await browser.newContext({
    viewport: { width: size[0], height: size[1] }, javaScriptEnabled: js, colorScheme: dark ? 'dark' : 'light', bypassCSP: !csp, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', baseURL: url,
    reducedMotion: 'reduce', acceptDownloads: false,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  page.trouble = [];
  page.on('console', (m) => { if (m.type() === 'error' && !/ERR_|Failed to load resource/.test(m.text())) page.trouble.push(m.text()); });
  page.on('pageerror', (e) => page.trouble.push(`script: ${e.message}`));
  page.on('dialog', (d) => { page.trouble.push(`dialog: ${d.message()}`); d.dismiss().catch(() => {}); });
  if (!print) await page.addInitScript(() => { window.print = () => { window.printed = (window.printed || 0) + 1; }; });
  if (clock) await page.clock.install();
  if (door) await through(context, url, door);
  return page;
}
/** Through a door of the sample district: `as/clerk1`, `device/kiosk`. */
export async function through(context, url, door) {
  const answer = await context.request.post(`${url}/demo/${door}`, { maxRedirects: 0 });
  if (answer.status() !== 303) throw new Error(`${door}: ${answer.status()} ${await answer.text()}`);
}

/** Somebody at the HTTP interface. */
export class Api {
  constructor(url, cookie = '') { this.url = url; this.cookie = cookie; }
  static async door(url, door) {
    const answer = await fetch(`${url}/demo/${door}`, { method: 'POST', redirect: 'manual' });
    const cookie = answer.headers.getSetCookie().map((c) => c.split(';')[0]).join('; ');
    if (!cookie) throw new Error(`${door}: ${answer.status}`);
    return new Api(url, cookie);
  }
  async send(method, path, body) {
    const headers = { accept: 'application/json' };
    if (this.cookie) Object.assign(headers, { cookie: this.cookie, origin: this.url });
    if (method === 'POST') Object.assign(headers, { 'content-type': 'application/json', 'idempotency-key': once() });
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: method === 'POST' ? JSON.stringify(body ?? {}) : undefined, redirect: 'manual' });
    const text = await answer.text();
    let json = null; try { json = JSON.parse(text); } catch { /* a page */ }
    return { status: answer.status, json, text };
  }
  async must(method, path, body) {
    const answer = await this.send(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 400)}`);
    return answer.json;
  }
  get(path) { return this.must('GET', path); }
  post(path, body) { return this.must('POST', path, body); }
}

/** A clerk who sits at a counter. */
export class Clerk extends Api {
  static async at(url, login, number, skills = []) {
    const { cookie } = await Api.door(url, `as/${login}`);
    const clerk = new Clerk(url, cookie);
    const place = (await clerk.get('/d')).counters.find((c) => c.centre === 1 && c.number === number);
    clerk.counter = place.counter; clerk.number = number;
    await clerk.post(`/counters/${clerk.counter}/open`, { skills });
    return clerk;
  }
  async next() { this.call = (await this.post(`/counters/${this.counter}/call-next`)).call; return this.call; }
  step(step, body) { return this.post(`/tickets/${this.call.ticket}/${step}`, body); }
  /** Calls, serves and finishes the next. */
  async serve() { await this.next(); await this.step('arrive'); await this.step('finish'); return this.call; }
}

/** A hall with a kiosk and somebody who takes numbers at it. */
export class Kiosk extends Api {
  static async here(url) { return new Kiosk(url, (await Api.door(url, 'device/kiosk')).cookie); }
  take(errand = 'social', more = {}) { return this.post('/centres/1/visits/here', { errands: [errand], ...more }); }
}
/** A number from away. */
export const remote = (url, errand = 'social') => new Api(url).post('/centres/1/visits', { errands: [errand] });

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
/** Rules whose verdict depends on colours: all that dark can change. */
const COLOURS = ['color-contrast', 'link-in-text-block'];
/** axe on the page as it stands; its violations as lines. */
export async function axe(page, { colours = false, rules = null } = {}) {
  if (!await page.evaluate(() => !!window.axe)) await page.evaluate(axeSource);
  const options = rules ? { runOnly: { type: 'rule', values: rules } } : colours ? { runOnly: { type: 'rule', values: COLOURS } } : { runOnly: { type: 'tag', values: TAGS } };
  const found = await page.evaluate(async (o) => (await window.axe.run(document, { ...o, resultTypes: ['violations'] })).violations.flatMap((v) => v.nodes.slice(0, 4).map((n) => `${v.id} ${n.target.join(' ')}: ${(n.any[0]?.message || n.all[0]?.message || n.none[0]?.message || v.help).slice(0, 170)}`)), options);
  return found;
}
/** What sticks out sideways. */
export const sideways = (page) => page.evaluate(() => {
  const by = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (by <= 0) return [];
  const over = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !e.closest('.sr,.skip,svg,.scroll')).slice(0, 3);
  return [`sideways by ${by} px: ${over.map((e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 20)}`).join(' | ')}`];
});

/** A wire to the server that can be cut: every connection ends, new ones are refused until it is mended. */
export async function wire(url) {
  const { hostname, port } = new URL(url), sockets = new Set();
  let whole = true;
  const server = net.createServer((near) => {
    if (!whole) { near.destroy(); return; }
    const far = net.connect(+port, hostname);
    for (const [a, b] of [[near, far], [far, near]]) { sockets.add(a); a.pipe(b); a.on('error', () => b.destroy()); a.on('close', () => { sockets.delete(a); b.destroy(); }); }
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut() { whole = false; for (const s of sockets) s.destroy(); },
    mend() { whole = true; },
    close() { whole = false; for (const s of sockets) s.destroy(); server.close(); },
  };
}
export const median = (list) => quantile(list, 0.5);
export const quantile = (list, q) => { const s = [...list].sort((a, b) => a - b); return s[Math.min(s.length - 1, Math.floor(q * s.length))]; };
