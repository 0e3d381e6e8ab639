// Forms that wait for a network: <form data-queue="look" data-kept="第二食堂">. What was entered is
// kept on the phone first, and only then sent; the form's own key (`once`) lets the server do it one
// time, however often it arrives, and `ago` says how long it was kept. For the person who entered it
// alone. [data-step=x] is what the page shows for step x, [data-after=x] for what comes after it.
const box = document.getElementById('queue');
const { content: whose, dataset: { token } } = document.querySelector('meta[name=checks]');
const PATIENCE = 20000, AGAIN = 30000;
const say = words => document.dispatchEvent(new CustomEvent('toast', { detail: words }));

function store(mode, act) {
  return new Promise((done, fail) => {
    const asked = indexedDB.open('checks', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('kept', { keyPath: 'id', autoIncrement: true });
    asked.onerror = fail;
    asked.onsuccess = () => {
      const change = asked.result.transaction('kept', mode);
      const request = act(change.objectStore('kept'));
      change.oncomplete = () => { asked.result.close(); done(request.result); };
      change.onerror = change.onabort = fail;
    };
  });
}
const keep = item => store('readwrite', kept => kept.put(item));
const drop = id => store('readwrite', kept => kept.delete(id));
const mine = async () => (await store('readonly', kept => kept.getAll())).filter(item => item.me === whose);

// One item at a time, in the order of entering. What the server refuses stays with its sentence.
async function post(item) {
  const body = new FormData();
  for (const [name, value] of item.parts) body.append(name, value);
  body.append('ago', Math.max(0, Math.floor((Date.now() - item.at) / 1000)));
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answer = await fetch(item.to, {
      method: 'POST', body, signal: patience.signal, headers: { 'x-csrf-token': token, 'x-queued': '1' },
    });
    if (answer.redirected || answer.status === 401 || answer.status === 429 || answer.status > 499) return {};
    if (answer.ok) return { done: await answer.json() };
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    return { wrong: page.querySelector('.c-empty b')?.textContent ?? '没办成，打开看看' };
  } catch {
    return {};
  } finally {
    clearTimeout(timer);
  }
}

async function run() {
  const outcomes = new Map();
  for (;;) {
    const item = (await mine()).find(one => !one.wrong && !outcomes.has(one.id));
    if (!item) break;
    const outcome = await post(item);
    outcomes.set(item.id, outcome);
    if (outcome.done) await drop(item.id);
    else if (outcome.wrong) await keep({ ...item, wrong: outcome.wrong });
    else break;
  }
  return outcomes;
}
let running = null;
// Other pages that are open send, too: one at a time.
const locked = () => (navigator.locks ? navigator.locks.request('checks', run) : run());
function flush() {
  running ??= locked().finally(() => { running = null; });
  return running;
}

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}

// The page as if what is kept had been done.
function shift(item) {
  if (new URL(item.to, location.href).pathname.replace(/\/(fix|pass|fail)$/, '') !== location.pathname) return;
  for (const el of document.querySelectorAll(`[data-step="${item.what}"]`)) el.hidden = true;
  for (const el of document.querySelectorAll(`[data-after="${item.what}"]`)) el.hidden = false;
  const room = item.parts.find(([name]) => name === 'room')?.[1];
  const cell = room && document.querySelector(`[data-room="${room}"]`);
  if (cell) {
    cell.classList.add('is-kept');
    cell.querySelector('small').textContent = '存着';
  }
}

function row(item) {
  const cell = document.createElement('div');
  cell.className = 'weui-cell';
  const words = document.createElement('span');
  words.className = 'weui-cell__bd';
  words.textContent = item.kept;
  const sub = document.createElement('span');
  sub.className = item.wrong ? 'c-sub c-bad' : 'c-sub';
  sub.textContent = item.wrong ?? `${new Date(item.at).toTimeString().slice(0, 5)} 填的`;
  words.append(sub);
  cell.append(words);
  if (item.wrong) {
    const away = document.createElement('button');
    away.type = 'button';
    away.className = 'c-link';
    away.textContent = '知道了，去掉';
    away.addEventListener('click', () => drop(item.id).then(() => location.reload()));
    cell.append(away);
  }
  return cell;
}

async function draw() {
  if (!box) return;
  const kept = await mine();
  box.hidden = !kept.length;
  box.querySelector('.weui-cells').replaceChildren(...kept.map(row));
  for (const item of kept) if (!item.wrong) shift(item);
}

function release(form, button) {
  form.removeAttribute('aria-busy');
  button?.classList.remove('weui-btn_loading');
}

async function enter(form, button) {
  const parts = [...new FormData(form)].filter(([name]) => name !== 'csrf');
  if (button?.name) parts.push([button.name, button.value]);
  const name = form.dataset.name ? ` ${form.dataset.name}` : '';
  const item = { me: whose, at: Date.now(), to: form.action, what: form.dataset.queue, parts, kept: form.dataset.kept + name };
  item.id = await keep(item);
  form.querySelector('[name=once]').value = fresh();
  return item;
}

// photos.js takes a photo away when it is tapped.
function empty(form) {
  form.reset();
  for (let photo; (photo = form.querySelector('button.c-photo'));) photo.click();
  count();
}

const outcome = async item => (await flush()).get(item.id) ?? (await flush()).get(item.id) ?? {};

// The first point that the server would refuse: no mark, or a fault of which nothing is shown.
function lacking(form) {
  for (const item of form.querySelectorAll('.k-item')) {
    const mark = item.querySelector('[name^="s-"]:checked');
    const name = item.dataset.name;
    if (!mark) return [item, `「${name}」还没打分，不查这一项就选不适用`];
    const shown = item.querySelector('.k-words').value.trim() || item.querySelector('.c-photo');
    if (mark.value !== 'na' && Number(mark.value) < Number(item.dataset.below) && !shown) return [item, `「${name}」有问题，拍一张或写一句`];
  }
  return null;
}

async function send(form, button) {
  const [open, why] = lacking(form) ?? [];
  if (open) {
    setTimeout(() => release(form, button)); // campus.js holds it in this same event
    open.scrollIntoView({ block: 'center' });
    open.querySelector('input').focus({ preventScroll: true });
    say(why);
    return;
  }
  const item = await enter(form, button);
  const { done, wrong } = await outcome(item);
  if (done) {
    location.assign(done.to);
    return;
  }
  release(form, button);
  if (wrong) {
    await drop(item.id);
    const said = form.querySelector('.k-wrong');
    said.textContent = wrong;
    said.scrollIntoView({ block: 'center' });
    return;
  }
  document.querySelector('dialog[open]')?.close();
  empty(form);
  say('手机没网，存在手机里了，有网自动发');
  await draw();
}

addEventListener('submit', e => {
  const form = e.target;
  if (!form.matches('[data-queue]:not([aria-busy])') || !window.indexedDB) return;
  e.preventDefault();
  send(form, e.submitter).catch(() => form.submit()); // no store to keep it in: as without a script
}, true);

// Later: when the network is back, when somebody looks at the page again, and every half minute.
async function later() {
  if (!navigator.onLine || !(await mine()).some(item => !item.wrong)) return;
  const outcomes = [...(await flush()).values()];
  if (!outcomes.some(one => one.done || one.wrong)) return;
  await draw();
  if (!document.querySelector('dialog[open]') && !begun()) location.reload();
}
const quietly = () => { later().catch(() => {}); };
addEventListener('online', quietly);
document.addEventListener('visibilitychange', () => { if (!document.hidden) quietly(); });
setInterval(quietly, AGAIN);
if (window.indexedDB) draw().then(quietly).catch(() => {});

// How many points have no mark yet.
const look = document.getElementById('look');
const begun = () => look?.offsetParent && look.querySelector('[name^="s-"]:checked');
function count() {
  const left = document.getElementById('left');
  if (!left) return;
  const open = [...look.querySelectorAll('.k-item')].filter(item => !item.querySelector('[name^="s-"]:checked'));
  left.textContent = open.length ? `还有 ${open.length} 项没打分` : '都打分了';
}
look?.addEventListener('change', count);

// A room of a building: the one form is for the room that was tapped, also without a network.
document.addEventListener('click', e => {
  const cell = e.target.closest('a[data-room]');
  if (!cell || !look) return;
  e.preventDefault();
  document.querySelectorAll('a[data-room]').forEach(one => one.removeAttribute('aria-current'));
  cell.setAttribute('aria-current', 'true');
  empty(look);
  look.elements.room.value = cell.dataset.room;
  look.dataset.name = cell.dataset.name;
  for (const el of document.querySelectorAll('[data-step=room]')) el.hidden = false;
  for (const el of document.querySelectorAll('[data-after=room]')) el.hidden = true;
  const title = document.getElementById('room-title');
  title.textContent = cell.dataset.name;
  title.scrollIntoView({ block: 'start' });
  title.focus();
});
