// Room selection: counts that are true within seconds, and choices that are safe to tap twice.
// Without this file the same pages work as forms and links.
const $ = id => document.getElementById(id);
const root = location.pathname.match(/^\/h5\/rooms\/(\d+)/)?.[1];
const live = `/live/rooms/${root}`;
let ticket = '', issued = 0;  // good for one choice, for a quarter of an hour
function keep(fresh) {
  if (fresh) [ticket, issued] = [fresh, Date.now()];
}

async function get(address) {
  const answer = await fetch(address, { headers: { accept: 'application/json' } });
  // 202: it is not one's turn; 401, 403: logged out meanwhile. The page knows what to show.
  if ([202, 401, 403].includes(answer.status)) return location.reload();
  if (!answer.ok) throw new Error(answer.status);
  if (Date.now() - issued > 600000) keep(answer.headers.get('x-ticket'));
  return answer.json();
}

// Every five seconds or so, each phone at its own moment, and only while somebody looks.
function poll(work, every = 5000) {
  let timer;
  const go = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    let next = every;
    try { next = (await work()) || every; } catch { next = every * 2; }
    timer = setTimeout(go, next * (0.8 + Math.random() * 0.4));
  };
  document.addEventListener('visibilitychange', go);
  timer = setTimeout(go, Math.random() * 1000);
  return go;
}

// The words of `free_beds` in words.py.
const short = label => label.replace(/号?床$/, '');
function free(beds) {
  const open = beds.filter(bed => bed[2] === 'f').map(bed => short(bed[1]));
  if (!open.length) return '已满';
  if (open.length === beds.length) return '整间空着';
  if (beds.length <= 4 || open.some(label => !/^\d+$/.test(label))) return open.join('、') + ' 号';
  const above = open.filter(label => label % 2).length;
  if (open.length === 1) return above ? '1 上铺' : '1 下铺';
  return [[above, '上'], [open.length - above, '下']].filter(one => one[0]).map(one => one.join(' ')).join(' ');
}
const left = n => n ? `余 ${n}` : '满';
function write(el, words) { if (el && el.textContent !== words) el.textContent = words; }

function showRoom(room) {
  const card = document.querySelector(`[data-room="${room.id}"]`);
  if (!card) return;
  const own = room.beds.filter(bed => bed[2] !== 'x');
  const beds = own.length ? own : room.beds;
  card.classList.toggle('is-full', !room.free);
  write(card.querySelector('.c-tag'), `余 ${room.free}`);
  const changed = [...card.querySelectorAll('i')].filter((dot, n) =>
    dot.classList.contains('is-free') !== (room.beds[n]?.[2] === 'f') && (dot.classList.toggle('is-free') || true));
  if (!changed.length) return;
  const words = free(beds);
  write(card.lastElementChild, `${room.faces} ${words}`.trim());
  card.setAttribute('aria-label', [`${room.number} 室`, room.faces, room.free ? `余 ${room.free} 张：${words}` : words].filter(Boolean).join('，'));
}

function showHouses(houses) {
  let sum = 0;
  for (const house of houses) {
    sum += house.free;
    write(document.querySelector(`[data-building="${house.id}"] small`), left(house.free));
  }
  write($('free'), String(sum));
  const meter = document.querySelector('.c-meter');
  if (meter) meter.value = meter.max - sum;
}

const floors = document.querySelector('.c-floors[data-live]');
if (floors) poll(async () => {
  for (const floor of await get(floors.dataset.live) ?? []) {
    write(document.querySelector(`[data-floor="${floor.floor}"] small`), left(floor.free));
    floor.rooms.forEach(showRoom);
  }
  showHouses(await get(floors.dataset.overview) ?? []);
});

// Going from floor to floor is no step back in history.
document.addEventListener('click', e => {
  const link = e.target.closest('[data-here]');
  if (!link || e.ctrlKey || e.metaKey) return;
  e.preventDefault();
  location.replace(link.href);
});

// One's place in the queue.
const queue = document.querySelector('[data-queue]');
if (queue) {
  let wait = +queue.dataset.poll || 1000;
  poll(async () => {
    const place = await get(queue.dataset.queue);
    if (!place) return wait;
    if (place.in) location.reload();
    write($('ahead'), String(place.ahead));
    return place.poll || wait;
  }, wait);
}

// The end of a countdown: look again, not all at once. Who comes back finds what is true now.
document.addEventListener('timeup', e => {
  if (e.target.matches('[data-reload]')) setTimeout(() => location.reload(), Math.random() * 1500);
  else if (e.target.matches('[data-clock]')) over();
});
addEventListener('pageshow', e => { if (e.persisted) location.reload(); });

// One room.
const form = $('hold');
const SAYS = { h: '有同学在考虑', t: '刚被选走', x: '这一轮不选', f: '可选' };
const face = id => document.querySelector(`[data-bed="${id}"]`);
const where = id => face(id)?.dataset.where ?? '';
function bar(which) {
  for (const one of ['held', 'free', 'full']) if ($('bar-' + one)) $('bar-' + one).hidden = one !== which;
}
const holding = () => $('bar-held') && !$('bar-held').hidden;

function paint(room) {
  write($('count'), room.free ? `余 ${room.free} 张` : '满了');
  $('count')?.classList.toggle('c-tag_ok', !!room.free);
  for (const [id, , letter] of room.beds) {
    const label = face(id);
    if (!label || label.classList.contains('is-mine')) continue;
    const input = label.querySelector('input');
    const open = letter === 'f';
    if (!form.elements.room && input.disabled === open) {
      input.disabled = !open;
      write(label.querySelector('small'), SAYS[letter]);
      if (!open && input.checked) input.checked = false;
    }
  }
  if (!holding()) bar(room.free ? 'free' : 'full');
}
const look = form?.dataset.live && poll(async () => {
  const room = await get(form.dataset.live);
  if (room) paint(room);
});

form?.addEventListener('change', e => { if (e.target.name === 'bed') write($('chosen'), where(e.target.value)); });

function say(words, near = []) {
  const note = $('say');
  note.querySelector('b').textContent = words;
  $('near').replaceChildren(...near.flatMap(bed => {
    const link = document.createElement('a');
    link.className = 'c-link';
    link.href = `/h5/rooms/${root}/room/${bed.room_id}?bed=${bed.bed}`;
    link.textContent = `${bed.room} ${bed.label}还空着`;
    return [link, ' '];
  }));
  note.hidden = false;
  note.scrollIntoView({ block: 'center' });
}

function held(answer) {
  for (const id of answer.beds) {
    const label = face(id);
    if (label) { label.classList.add('is-mine'); label.dataset.held = ''; label.querySelector('input').disabled = true; write(label.querySelector('small'), '给你留着'); }
  }
  if (!form.elements.room) write($('held-what'), where(answer.beds[0]));
  for (const clock of document.querySelectorAll('[data-clock]')) {
    const fresh = clock.cloneNode();  // a countdown of its own
    fresh.dataset.left = Math.max(answer.left, 1);
    clock.replaceWith(fresh);
  }
  document.dispatchEvent(new Event('visibilitychange'));  // the countdowns begin at once
  bar('held');
  write($('held-say'), '');
  $('say').hidden = true;
  if (!$('held').open) $('held').showModal();
}
function over(words = '留的时间到了，床已放开，可以再选') {
  if (!holding()) return;
  $('held').close();
  for (const label of document.querySelectorAll('[data-held]')) {
    label.classList.remove('is-mine');
    delete label.dataset.held;
    label.querySelector('input').disabled = true;
  }
  for (const clock of document.querySelectorAll('[data-clock]')) delete clock.dataset.left;
  bar('free');
  document.dispatchEvent(new CustomEvent('toast', { detail: words }));
  look();
}

// Sent with a one-time ticket. Whatever is lost on the way may be sent again: the answer is the same.
async function choose(fields, again = 3) {
  let answer;
  try {
    if (!ticket) await get(live + '/me');
    answer = await fetch(live + '/choose', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...fields, ticket }),
    });
  } catch { answer = { status: 503 }; }
  if ([401, 403, 409].includes(answer.status)) return location.reload();
  if (answer.status !== 200) {
    if (!again) return { outcome: 'away', say: '网络开了小差，再点一次，不会选重', near: [] };
    await new Promise(done => setTimeout(done, 400 + Math.random() * 800));
    return choose(fields, again - 1);
  }
  const told = await answer.json();
  keep(told.ticket);
  if (again && ['stale', 'fast'].includes(told.outcome)) {
    if (told.outcome === 'fast') {
      issued = 0;
      await get(live + '/me');
    }
    await new Promise(done => setTimeout(done, Math.max(told.retry, 350)));  // a ticket may be used once it is a moment old
    return choose(fields, again - 1);
  }
  return told;
}

const RETRY = ['fast', 'stale', 'away', 'again'];  // what is held is still held

async function send(sent) {
  const fields = { do: sent.dataset.do };
  const given = new FormData(sent);
  for (const name of ['bed', 'room']) if (given.get(name)) fields[name] = given.get(name);
  if (fields.do === 'hold' && !fields.bed && !fields.room) return say('先点一张空着的床');
  const answer = await choose(fields);
  if (!answer) return;
  const well = ['done', 'same'].includes(answer.outcome);
  if (fields.do === 'hold' && well) return held(answer);
  if (fields.do === 'confirm' && well) return location.replace(sent.dataset.then);
  if (fields.do === 'release' && well) return over('不留了，床让给别的同学');
  if (fields.do !== 'hold' && RETRY.includes(answer.outcome)) return write($('held-say'), answer.say);
  if (fields.do !== 'hold') over(answer.say);
  say(answer.say, answer.near);
  look();
}
for (const one of document.querySelectorAll('form[data-do]')) one.addEventListener('submit', async e => {
  if (e.defaultPrevented) return;
  e.preventDefault();
  try { await send(one); } finally {
    one.removeAttribute('aria-busy');
    e.submitter?.classList.remove('weui-btn_loading');
  }
});
