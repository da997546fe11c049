// Keeps the page up to date without a reload: hears which incidents changed, reads the page again and changes what differs.
// Everything works without this script, by reloading.

document.documentElement.classList.add('js');
// Where the pages begin, which need not be the root of their host: this file lies in a folder right below.
const root = new URL('..', import.meta.url).pathname;
const main = document.getElementById('page.main');
const live = document.getElementById('page.live');
const liveWord = document.getElementById('page.live-word');
const banner = document.getElementById('page.connection');
const announcer = document.getElementById('page.announcer');

// The server's clock counts, not the one of this machine.
let ahead = Number(main.dataset.now) - Date.now();
const now = () => Date.now() + ahead;

// --- Times -----------------------------------------------------------------------------------------------------------

function length(milliseconds) {
  const minutes = Math.max(0, Math.floor(milliseconds / 60000));
  if (minutes === 0) { return `${Math.max(0, Math.floor(milliseconds / 1000))} s`; }
  if (minutes < 60) { return `${minutes} min`; }
  const [large, small, names] = minutes < 1440
    ? [Math.floor(minutes / 60), minutes % 60, ['h', 'min']]
    : [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, ['d', 'h']];
  return small === 0 ? `${large} ${names[0]}` : `${large} ${names[0]} ${small} ${names[1]}`;
}

const pad = number => String(number).padStart(2, '0');
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function clock(moment) {
  const today = new Date(now());
  const time = `${pad(moment.getHours())}:${pad(moment.getMinutes())}`;
  if (moment.toDateString() === today.toDateString()) { return time; }
  const year = moment.getFullYear() === today.getFullYear() ? '' : ` ${moment.getFullYear()}`;
  return `${moment.getDate()} ${months[moment.getMonth()]}${year} ${time}`;
}

function tellTimes(root = document) {
  for (const time of root.querySelectorAll('time[data-as]')) {
    const moment = new Date(time.dateTime);
    const text = time.dataset.as === 'for' ? length(now() - moment) : clock(moment);
    if (time.textContent !== text) { time.textContent = text; }
    time.title = moment.toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' });
  }
}

// --- Changing what differs -------------------------------------------------------------------------------------------

// Elements that stay keep their focus, selection, scroll place and what is being typed into them.
function become(from, to) {
  if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName) {
    from.replaceWith(to);
    return;
  }
  if (from.nodeType === Node.TEXT_NODE) {
    if (from.data !== to.data) { from.data = to.data; }
    return;
  }
  if (from.nodeType !== Node.ELEMENT_NODE) { return; }
  // A page that is read keeps its ticked boxes, drawings and open parts for as long as its text is the same.
  if (from.dataset.keep && from.dataset.keep === to.dataset.keep) { return; }
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !(name === 'open' && from.nodeName === 'DETAILS')) { from.removeAttribute(name); }
  }
  for (const { name, value } of [...to.attributes]) {
    if (from.getAttribute(name) !== value) { from.setAttribute(name, value); }
  }
  if (from.nodeName === 'SELECT' && from === document.activeElement) { return; }
  becomeChildren(from, to);
}

function becomeChildren(from, to) {
  const known = new Map([...from.children].filter(child => child.id).map(child => [child.id, child]));
  const wanted = new Set([...to.children].map(child => child.id).filter(Boolean));
  let at = from.firstChild;
  for (const next of [...to.childNodes]) {
    const same = next.id ? known.get(next.id) : null;
    if (same) {
      // Moving an element would take its focus away, so those that have to go are taken out from before it instead.
      while (at && at !== same && !(at.id && wanted.has(at.id))) { const gone = at; at = at.nextSibling; gone.remove(); }
      if (at === same) { at = at.nextSibling; } else { from.insertBefore(same, at); }
      become(same, next);
    } else if (at && !at.id && !next.id && at.nodeName === next.nodeName) {
      const here = at;
      at = at.nextSibling;
      become(here, next);
    } else {
      from.insertBefore(next, at);
    }
  }
  while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
}

// --- Reading again ---------------------------------------------------------------------------------------------------

const longestRead = 10000;
let reading = null;
let again = false;
let failed = false;
let lost = false;

const firing = () => new Map([...document.querySelectorAll('[data-incident][data-firing]')].map(row => [row.dataset.incident, row]));

async function refresh() {
  if (reading) { again = true; return; }
  reading = new AbortController();
  const limit = setTimeout(() => reading.abort(), longestRead);
  const began = performance.now();
  const address = location.href;
  try {
    const answer = await fetch(address, { headers: { Accept: 'text/html' }, cache: 'no-store', signal: reading.signal });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const next = page.getElementById('page.main');
    // A page that says why it cannot be shown takes the place of nothing but itself: old news are better than none.
    failed = !next || (answer.status >= 500 && main.querySelector('#notice-page') === null);
    if (!failed && location.href === address) { show(page, next); }
  } catch {
    failed = true;
  } finally {
    clearTimeout(limit);
    reading = null;
    ended = performance.now();
    took = ended - began;
    tellConnection();
    if (again) { again = false; soon(); }
  }
}

// Who stood on a row that went elsewhere stands on it again, and who stood on one that is gone on the list.
function stand(row) {
  if (document.activeElement !== document.body) { return; }
  (document.getElementById(row)?.querySelector('h3 a') ?? document.getElementById('list'))?.focus({ preventScroll: true });
}

function show(page, next) {
  const stood = document.activeElement?.closest('[data-incident]')?.id;
  const before = firing();
  const known = new Set([...document.querySelectorAll('[data-incident]')].map(row => row.dataset.incident));
  ahead = Number(next.dataset.now) - Date.now();
  tellTimes(next);
  become(main, document.adoptNode(next));
  if (stood) { stand(stood); }
  document.title = page.title;
  const [icon, nextIcon] = [document, page].map(from => from.querySelector('link[rel=icon]').getAttribute('href'));
  if (icon !== nextIcon) {
    document.querySelector('link[rel=icon]').href = nextIcon;
    document.querySelector('.brand img').src = nextIcon;
  }
  document.dispatchEvent(new Event('shown'));
  announce(before, known);
}

function announce(before, known) {
  const fresh = [...firing()].filter(([number]) => !before.has(number)).map(([, row]) => row);
  for (const row of fresh) { if (!known.has(row.dataset.incident)) { row.classList.add('new'); } }
  if (fresh.length === 0 || filtering) { return; }
  const words = fresh.slice(0, 3).map(row => {
    const text = selector => row.querySelector(selector)?.textContent.trim() ?? '';
    return `${text('h3 a, h1')} ${text('.alert')} ${text('.label')}`.trim().slice(0, 200);
  });
  announcer.textContent = `${fresh.length === 1 ? 'New incident' : `${fresh.length} new incidents`}. ${words.join('. ')}`;
}

// In a storm many pages are open and everything changes at once: a server that answers slowly is asked less often, and pages
// that nobody looks at ask seldom.
const fixed = () => main.dataset.refresh === 'never';
let timer = 0;
let ended = 0;
let took = 0;
function soon() {
  // What answered a form, or says what is wrong, is not found again at its address.
  if (timer || fixed()) { return; }
  const gap = Math.max(document.hidden ? 5000 : 400, took * 4);
  const wait = Math.max(50, ended + gap - performance.now()) + Math.random() * 50;
  timer = setTimeout(() => { timer = 0; refresh(); }, wait);
}
addEventListener('visibilitychange', () => { if (timer && !document.hidden) { clearTimeout(timer); timer = 0; soon(); } });

// --- Hearing of changes ----------------------------------------------------------------------------------------------

// The server says something every few seconds. A hung server, a dropped connection and a suspended laptop end no connection:
// only the time since it was last heard tells of them. By the wall clock, because others stand still while a laptop sleeps.
let beat = 10000;
let heard = Date.now();
const silence = () => Math.max(0, Date.now() - heard);
const silent = () => silence() > 2.5 * beat;

function tellConnection() {
  live.hidden = false;
  const dead = lost || failed || silent();
  live.classList.toggle('lost', dead);
  live.title = `Last heard from the server ${length(silence())} ago`;
  const word = silent() ? `Not heard for ${length(silence())}` : dead ? 'Not live' : 'Live';
  if (liveWord.textContent !== word) { liveWord.textContent = word; }
  const text = silent()
    ? 'The server is not heard. What you see may be old; it is tried again by itself.'
    : lost ? 'Connection lost. What you see may be old; it is tried again by itself.'
    : failed ? 'The page could not be read again. What you see may be old; it is tried again by itself.' : '';
  if (banner.textContent !== text) { banner.textContent = text; }
  banner.hidden = text === '';
}

function concerns(news) {
  const own = document.getElementById('incident')?.dataset.incident;
  return !own || news.missed || news.incidents.includes(Number(own));
}

let patience = 0;
let events = null;
function hear() {
  heard = Date.now();
  tellConnection();
}

function listen() {
  events?.close();
  const stream = events = new EventSource(`${root}api/v1/events`);
  stream.addEventListener('hello', event => {
    beat = (JSON.parse(event.data).beat || 10) * 1000;
    hear();
  });
  stream.addEventListener('beat', hear);
  stream.addEventListener('open', () => {
    heard = Date.now();
    clearTimeout(patience);
    lost = false;
    tellConnection();
    // Something may have changed after this page was made and before it began to listen.
    soon();
  });
  stream.addEventListener('changed', event => { hear(); if (concerns(JSON.parse(event.data))) { soon(); } });
  stream.addEventListener('error', () => {
    // A proxy that ends idle connections is no reason to alarm anybody: it is told only when the next one fails too.
    clearTimeout(patience);
    patience = setTimeout(() => { if (stream === events) { lost = true; tellConnection(); } }, 2000);
    if (stream === events && stream.readyState === EventSource.CLOSED) { setTimeout(() => { if (stream === events) { listen(); } }, 10000); }
  });
}
addEventListener('pagehide', () => events?.close());

// A connection that is silent for too long is given up for a new one, again and again.
let given = 0;
setInterval(() => {
  tellConnection();
  if (silent() && Date.now() - given > 2.5 * beat) { given = Date.now(); listen(); }
}, 1000);

// --- Filtering while typing ------------------------------------------------------------------------------------------

let filtering = false;
const filters = document.querySelector('form[data-live-filter]');
if (filters) {
  let typing = 0;
  const apply = async () => {
    const chosen = [...new FormData(filters)].filter(([, value]) => value.trim() !== '');
    const query = new URLSearchParams(chosen).toString();
    history.replaceState(null, '', query ? `${root}?${query}` : root);
    filtering = true;
    reading?.abort();
    while (reading) { await new Promise(done => setTimeout(done, 10)); }
    await refresh();
    filtering = false;
    const shown = document.querySelectorAll('#list [data-incident]').length;
    announcer.textContent = query ? `${shown} ${shown === 1 ? 'incident matches' : 'incidents match'}` : 'No filter';
  };
  filters.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(apply, 200); });
  filters.addEventListener('submit', event => { event.preventDefault(); clearTimeout(typing); apply(); });
}

// --- Keys ------------------------------------------------------------------------------------------------------------

// Single keys can get in the way of who speaks to the machine, so they can be turned off.
const keys = [
  ['j', 'next incident'], ['k', 'the one before'], ['Enter', 'open it'], ['a', 'take it on'], ['s', 'silence it'], ['r', 'its runbook'],
  ['/', 'search'], ['?', 'these keys'],
];
const keysOff = () => localStorage.getItem('keys') === 'off';
const rows = () => [...document.querySelectorAll('#list .incident h3 a, #list .many > details > summary')].filter(row => row.checkVisibility());

function step(by) {
  const all = rows();
  const item = document.activeElement?.closest('.incident, .many');
  const at = all.findIndex(row => row.closest('.incident, .many') === item);
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

function act(place) {
  const own = document.getElementById(place);
  if (document.getElementById('incident')) {
    (own?.querySelector('input:not([type=hidden]), button, a') ?? own)?.focus();
    return;
  }
  const link = document.activeElement?.closest('.incident')?.querySelector('h3 a');
  if (link) { location.href = `${link.href}#${place}`; }
}

function explain() {
  let dialog = document.getElementById('page.keys');
  if (!dialog) {
    dialog = document.createElement('dialog');
    dialog.id = 'page.keys';
    const list = document.createElement('dl');
    for (const [key, what] of keys) {
      const [name, words] = [document.createElement('dt'), document.createElement('dd')];
      name.append(Object.assign(document.createElement('kbd'), { textContent: key }));
      words.textContent = what;
      list.append(name, words);
    }
    const off = Object.assign(document.createElement('input'), { type: 'checkbox', checked: keysOff() });
    off.addEventListener('change', () => localStorage.setItem('keys', off.checked ? 'off' : 'on'));
    const label = document.createElement('label');
    label.append(off, ' Only ? (single keys off)');
    const close = Object.assign(document.createElement('button'), { textContent: 'Close' });
    close.addEventListener('click', () => dialog.close());
    dialog.append(Object.assign(document.createElement('h2'), { textContent: 'Keys' }), list, label, close);
    dialog.setAttribute('aria-label', 'Keys');
    document.body.append(dialog);
  }
  dialog.showModal();
}

const deeds = {
  j: () => step(1), k: () => step(-1), a: () => act('take-on'), s: () => act('silence'),
  r: () => (document.activeElement?.closest('.incident') ?? document).querySelector('a.runbook')?.click(),
  '/': () => document.querySelector('#q, form.search input')?.focus(),
  '?': explain,
};
document.addEventListener('keydown', event => {
  const elsewhere = event.target.closest?.('input, textarea, select, [contenteditable], dialog') || event.ctrlKey || event.metaKey || event.altKey;
  if (elsewhere || !Object.hasOwn(deeds, event.key) || (keysOff() && event.key !== '?')) { return; }
  event.preventDefault();
  deeds[event.key]();
});

// A screen on a wall stays lit.
const wall = document.querySelector('.wall');
const light = () => { if (wall && !document.hidden) { navigator.wakeLock?.request('screen').catch(() => {}); } };
addEventListener('visibilitychange', light);
light();

// --- Start -----------------------------------------------------------------------------------------------------------

tellTimes();
setInterval(tellTimes, 5000);
addEventListener('pageshow', event => { if (event.persisted && !fixed()) { location.reload(); } });
let age = 0;
setInterval(() => {
  const every = Number(main.dataset.refresh);
  age = every && !document.hidden ? age + 1 : 0;
  if (failed || (every && age >= every)) { age = 0; soon(); }
}, 1000);
listen();
