// A hall with somebody in every state, and every page of every surface that shows it.
import { Api, Clerk, Kiosk, remote } from './lib.mjs';

/** Makes the states by really taking, calling, missing, parking and leaving. */
export async function hall(url) {
  const kiosk = await Kiosk.here(url), w = { kiosk };
  for (const name of ['parked', 'serving', 'called', 'missed', 'left', 'served']) w[name] = await kiosk.take('social', name === 'called' ? { class: 'elder' } : {});
  w.waiting = await kiosk.take('HN-SS-00104');
  w.elder = await kiosk.take('HN-CA-00201', { class: 'elder' });
  for (let n = 0; n < 4; n += 1) await kiosk.take(n % 2 ? 'social' : 'civil');
  w.two = await kiosk.take('social');
  await kiosk.post(`/t/${w.two.token}/add`, { errand: 'bills' });
  w.remote = await remote(url);
  await new Api(url).post(`/t/${w.left.token}/leave`, {});
  const [a, b, c, d] = [await Clerk.at(url, 'clerk1', 2, ['social']), await Clerk.at(url, 'clerk2', 3, ['social']), await Clerk.at(url, 'clerk3', 4, ['social']), await Clerk.at(url, 'clerk4', 11, ['police'])];
  w.clerks = { a, b, c, d };
  const by = new Map(['parked', 'serving', 'called', 'missed', 'served'].map((s) => [w[s].number, s]));
  const takes = {
    called: async (clerk) => { w.calledTicket = clerk.call.ticket; },
    parked: async (clerk) => { await clerk.step('arrive'); await clerk.step('park', { reason: 'papers' }); },
    serving: async (clerk) => { await clerk.step('arrive'); w.servingTicket = clerk.call.ticket; },
    missed: async (clerk) => { await clerk.step('miss'); },
    served: async (clerk) => { await clerk.step('arrive'); await clerk.step('finish'); },
  };
  const who = { called: b, parked: a, serving: a, missed: c, served: c };
  // Priority and order decide who comes; each clerk does with whom they got what that one is for.
  const free = [b, a, c];
  const wanted = new Set(by.keys());
  for (let n = 0; wanted.size && n < 12; n += 1) {
    const clerk = wanted.size === 5 ? b : who[[...by].find(([no]) => wanted.has(no))[1]];
    const call = await clerk.next(), state = by.get(call.number);
    if (!state || !free.includes(clerk)) throw new Error(`${call.number} was called, ${[...wanted]} were wanted`);
    await takes[state](clerk);
    wanted.delete(call.number);
  }
  await d.post(`/counters/${d.counter}/pause`, { reason: 'meeting', minutes: 15 });
  await kiosk.post('/centres/1/help', {});
  w.book = await bookings(url);
  w.course = await courses(url);
  w.pickup = await pickup(url);
  return w;
}

/** Courses of the sample: in order, by lot, and the first date of one. */
export async function courses(url) {
  const api = new Api(url), all = (await api.get('/courses?centre=1')).courses, of = (title) => all.find((c) => c.title === title).course;
  const order = of('手机摄影入门');
  return { order, lot: of('少儿美术'), lesson: (await api.get(`/courses/${order}`)).lessons[0].lesson };
}

/** A child who is expected, and one in care: the guardian's pages. */
export async function pickup(url) {
  const teacher = await Api.door(url, 'as/teacher');
  const kid = (name, allergies) => teacher.post('/d/handover/1/children', { name, birth_year: 2017, guardian: '妈妈', guardian_name: `${name}的妈妈`, tail: '1234', allergies, verified: 'hukou' });
  const expect = (one) => teacher.post('/d/handover/1/expect', { child: one.child, label: '少儿美术', from: '10:00', to: '11:30' });
  const [expected, here] = [await kid('小花', '花生'), await kid('小草', '')];
  await expect(expected);
  await expect(here);
  const { stay } = (await teacher.get('/d/handover/1')).expected.find((r) => r.child === here.child);
  await teacher.post(`/stays/${stay}/drop`, { by: '妈妈' });
  return { expected: expected.token, here: here.token };
}

/** A booking in each state: held, booked, asked for, waiting, given up. */
export async function bookings(url) {
  const all = await new Api(url).get('/book?centre=1'), of = (name) => all.resources.find((r) => r.name === name).resource;
  const free = async (id) => (await new Api(url).get(`/book/${id}`)).starts.filter((s) => s.open && s.free > 0).map((s) => s.minute);
  const b = { court: of('1 号羽毛球场'), gym: of('健身房'), film: of('周末电影'), hall: of('整个球馆') };
  const times = await free(b.court), take = async (id, from, more = {}) => (await new Api(url).post(`/book/${id}`, { from, ...more })).token;
  b.held = await take(b.court, times[0]);
  b.booked = await take(b.court, times[1], { label: '妈妈' });
  await new Api(url).post(`/b/${b.booked}/confirm`, {});
  b.gone = await take(b.court, times[2]);
  await new Api(url).post(`/b/${b.gone}/cancel`, {});
  b.asked = await take(b.hall, (await free(b.hall)).at(-1));
  b.waiting = (await new Api(url).post(`/book/${b.court}/wait`, { from: times[1] })).token;
  b.times = times;
  return b;
}

const ITEM = 'HN-CA-00201';
/** Every page, by whom it is opened: `[name, path]`. */
export const pages = (w) => ({
  '': {
    surface: 'phone',
    list: [
      ['P1 first visit', '/'], ['P1 home', '/?centre=1'], ['P1 not open', '/?centre=3'], ['P2 list', '/c'], ['P2 centre', '/c/1'], ['P2 planned', '/c/3'], ['P4 choose', '/c/1/take'], ['P4 take', `/c/1/take?item=${ITEM}`],
      ['P4 line', '/c/1/take?item=social'], ['P4 unknown', '/c/1/take?item=nothing'], ['P4 not open', '/c/3/take'], ['P4 add', `/c/1/take?add=${w.waiting.token}`], ['P3 errands', '/errands?centre=1'], ['P3 event', '/errands?event=child_born&centre=1'],
      ['P3 guide', `/errands/${ITEM}?centre=1`], ['P20 find', '/find?q=yb'], ['P20 nothing', '/find?q=qqqq'], ['P5 find', '/t'], ['P5 waiting', `/t/${w.waiting.token}`], ['P5 remote', `/t/${w.remote.token}`],
      ['P5 called', `/t/${w.called.token}`], ['P5 serving', `/t/${w.serving.token}`], ['P5 parked', `/t/${w.parked.token}`], ['P5 missed', `/t/${w.missed.token}`], ['P5 left', `/t/${w.left.token}`], ['P5 served', `/t/${w.served.token}`],
      ['P5 two errands', `/t/${w.two.token}`], ['waits', '/centres/1/waits'], ['proof', '/queue/proof?centre=1&day=2026-11-24'], ['proof, nothing asked', '/queue/proof'], ['P22 help', '/help'], ['P16 shops', '/shops?centre=1'], ['P16 shops, none', '/shops?centre=3'], ['P16 shops, elder', '/elder/shops?centre=1'], ['book list', '/book?centre=1'], ['book list, none', '/book?centre=3'], ['book court', `/book/${w.book.court}`], ['book film', `/book/${w.book.film}`], ['book moves', `/book/${w.book.court}?move=${w.book.booked}`], ['own held', `/b/${w.book.held}`], ['own booked', `/b/${w.book.booked}`], ['own asked', `/b/${w.book.asked}`], ['own waiting', `/b/${w.book.waiting}`], ['own gone', `/b/${w.book.gone}`], ['proof of bookings', '/capacity/proof'], ['courses', '/courses?centre=1'], ['course', `/courses/${w.course.order}`], ['course by lot', `/courses/${w.course.lot}`], ['lot', `/courses/${w.course.lot}/lot`], ['elder course', `/elder/courses/${w.course.order}`], ['pickup expected', `/pickup/${w.pickup.expected}`], ['pickup here', `/pickup/${w.pickup.here}`], ['elder book', `/elder/book/${w.book.court}`], ['elder own', `/elder/b/${w.book.booked}`], ['problem', '/problems/queue.empty'], ['P23 missing', '/no-such-page'], ['heads', '/audit/heads'],
      ['elder home', '/elder/?centre=1'], ['elder take', `/elder/c/1/take?item=${ITEM}`], ['elder ticket', `/elder/t/${w.waiting.token}`], ['elder called', `/elder/t/${w.called.token}`],
    ],
  },
  sign: { surface: 'staff', list: [['sign in', '/in'], ['doors', '/demo'], ['kiosk enrol', '/k/enrol'], ['screen enrol', '/s/enrol'], ['desk enrol', '/d/enrol'], ['signed out', '/d/counter'], ['setup closed', '/admin/start']] },
  screens: {
    surface: 'screen',
    list: [['S1 call', '/s/1/hall1/call'], ['S7 timetable', '/venue/1/today'], ['S1 plain', '/s/1/hall1/call?plain=1'], ['S2 waits', '/s/1/waits'], ['S5 called', '/s/1/counter/3'], ['S5 serving', '/s/1/counter/2'], ['S5 paused', '/s/1/counter/11'], ['S5 shut', '/s/1/counter/9'], ['S7 timetable', '/venue/1/today'], ['S missing', '/s/1/nowhere/call']],
  },
  stranger: { surface: 'kiosk', list: [['K not enrolled', '/k']] },
  'device/kiosk': {
    surface: 'kiosk',
    list: [
      ['K1 home', '/k'], ['K1 with card', '/k?card=1&class=elder'], ['K1 one more', `/k?add=${w.waiting.token}`], ['K1 58 mm', '/k?w=58'], ['K2 kinds', '/k/take?line=social'], ['K2 more kinds', '/k/take?line=social&from=5'], ['K priority', '/k/first'], ['K3 card', '/k/card'], ['K3 unread', '/k/card?unread=1'],
      ['K4 ticket', `/k/done/${w.waiting.token}`], ['K4 elder', `/k/done/${w.elder.token}`], ['K11 help', '/k/help'], ['K12 still', '/k/still'], ['K14 no paper', '/k/paper'], ['K14 number', `/k/paper/${w.waiting.token}`], ['K15 closed', '/k/closed'], ['K16 staff', '/k/staff'], ['K5 arrive', '/k/arrive'], ['K missing', '/k/no-such-page'],
    ],
  },
  'as/clerk5': { surface: 'desk', list: [['D1 start', '/d'], ['own keys', '/me/keys'], ['not yours', '/admin/people']] },
  'as/clerk1': { surface: 'desk', list: [['D2 serving and parked', '/d/counter'], ['D5 transfer', `/d/transfer/${w.servingTicket}`], ['D5 park', `/d/park/${w.servingTicket}`], ['D15 keys', '/d/keys'], ['D missing', '/d/no-such-page']] },
  'as/clerk2': { surface: 'desk', list: [['D2 called', '/d/counter']] },
  'as/clerk3': { surface: 'desk', list: [['D2 idle', '/d/counter']] },
  'as/clerk4': { surface: 'desk', list: [['D2 paused', '/d/counter']] },
  'as/guide': { surface: 'desk', list: [['D14 bookings', '/d/bookings/1'], ['D8 guide', '/d/guide/1'], ['D8 done', `/d/guide/1?done=${w.waiting.token}`]] },
  'as/teacher': { surface: 'desk', list: [['D14d classes', '/d/classes/1'], ['D14e handover', '/d/handover/1'], ['D14e children', '/d/handover/1/children'], ['D14d roll', `/d/class/${w.course.lesson}`]] },
  'as/supervisor': { surface: 'desk', list: [['D courses', '/d/courses/1'], ['D14e blocks', '/d/handover/1/blocks'], ['D course', `/d/course/${w.course.lot}`], ['D7 hall', '/d/hall/1'], ['D7 end', '/d/hall/1/end'], ['M one centre', '/m/1'], ['M lines', '/m/1/lines'], ['M skills', '/m/1/skills'], ['M figures', '/m/1/figures'], ['M one figure', '/m/1/figures?name=cap'], ['M places', '/m/places'], ['M hours', '/m/places/1']] },
  'as/manager': { surface: 'manager', list: [['M district', '/m'], ['M centre', '/m/1'], ['M lines are not yours', '/m/1/lines'], ['M missing', '/m/no-such-page']] },
  'as/system': { surface: 'manager', list: [['A2 status', '/admin'], ['A5 devices', '/admin/devices'], ['A import', '/admin/import']] },
  'as/security': { surface: 'manager', list: [['A4 people', '/admin/people'], ['A4 at a centre', '/admin/centres/1/people'], ['A two', '/admin/two']] },
  'as/editor': { surface: 'manager', list: [['A6 items', '/admin/items'], ['A6 new', '/admin/items/new'], ['A6 item', `/admin/items/${ITEM}`]] },
  'as/auditor': { surface: 'manager', list: [['A7 audit', '/admin/audit'], ['A7 verify', '/admin/audit/verify']] },
});
/** Pages that may answer with an error, because that is what they show. */
export const ERRORS = /missing|not yours|unknown|setup closed|nothing/;
