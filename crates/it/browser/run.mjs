// node run.mjs SUITE URL: one suite against a running sample district. Exit code 1 when something did not hold.
import { browse, Checks } from './lib.mjs';

const [suite, url] = process.argv.slice(2);
if (!suite || !url) { console.error('node run.mjs SUITE URL'); process.exit(2); }
const checks = new Checks(suite);
const { default: run } = await import(`./suites/${suite}.mjs`);
const browser = await browse();
try { await run({ browser, url, checks }); } catch (e) { checks.ok(false, 'the suite came to its end', e.stack); }
await browser.close();
process.exit(checks.end());
