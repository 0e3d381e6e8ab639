// Countdown: <b data-left="756"> holds the seconds that the server sent. The phone's clock only
// measures what has passed since (it runs on while the phone sleeps), never what time it is.
// At zero "timeup" bubbles up: hx-trigger="timeup" on a parent reloads the fragment.
const ends = new WeakMap();
const two = n => String(n).padStart(2, '0');
const words = (h, m, s) => h ? `${h} 小时 ${m} 分` : m ? `${m} 分 ${two(s)} 秒` : `${s} 秒`;
const clock = (h, m, s) => (h ? two(h) + ':' : '') + two(m) + ':' + two(s);

function count() {
  for (const el of document.querySelectorAll('[data-left]')) {
    // A fragment that comes with 0 waits a second, so that it cannot reload itself in a circle.
    if (!ends.has(el)) ends.set(el, Date.now() + Math.max(1, el.dataset.left) * 1000);
    const left = Math.max(0, Math.ceil((ends.get(el) - Date.now()) / 1000));
    const say = el.dataset.as === 'clock' ? clock : words;
    el.textContent = say(Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60);
    if (left) continue;
    delete el.dataset.left;
    el.dispatchEvent(new CustomEvent('timeup', { bubbles: true }));
  }
}
count();
setInterval(count, 1000);
document.addEventListener('htmx:after:swap', count);
document.addEventListener('visibilitychange', count);

// One tap, one order: what was sent takes no second tap until the answer came, or 15 seconds.
const busy = 'weui-btn_loading';
function hold(form, button) {
  form?.setAttribute('aria-busy', 'true');
  button?.classList.add(busy);
  setTimeout(() => free(form, button), 15000);
}
function free(form, button) {
  form?.removeAttribute('aria-busy');
  for (const one of form?.elements ?? []) one.classList.remove(busy);
  button?.classList.remove(busy);
}
function stop(e) {
  e.preventDefault();
  e.stopImmediatePropagation();
}
document.addEventListener('submit', e => {
  if (e.target.matches('[aria-busy]')) stop(e);
  else hold(e.target, e.submitter);
}, true);
document.addEventListener('click', e => { if (e.target.closest('.' + busy)) stop(e); }, true);
document.addEventListener('htmx:before:request', e => hold(null, e.target.closest('.weui-btn')));
document.addEventListener('htmx:finally:request', e => {
  const sender = e.detail.ctx.sourceElement;
  free(sender.closest('form'), sender.closest('.weui-btn'));
});
addEventListener('pageshow', () => document.querySelectorAll('form[aria-busy]').forEach(form => free(form)));

// Without a network, or when a fragment could not be had, the page says how old it is.
const show = (id, on) => { document.getElementById(id).hidden = !on; };
const tell = () => show('offline', !navigator.onLine);
addEventListener('online', tell);
addEventListener('offline', tell);
tell();
for (const fault of ['htmx:error', 'htmx:response:error']) {
  document.addEventListener(fault, () => show('stale', navigator.onLine));
}
document.addEventListener('htmx:after:swap', e => { if (e.detail.ctx.response.status < 400) show('stale', false); });

// Large type and strong contrast, kept for a year: a button, or a switch among settings.
const cares = '.c-care, [name=care]';
document.addEventListener('click', e => {
  if (!e.target.matches(cares)) return;
  const on = document.body.dataset.weuiMode !== 'care';
  document.body.dataset.weuiMode = on ? 'care' : '';
  for (const one of document.querySelectorAll(cares)) {
    if ('checked' in one) one.checked = on;
    else one.setAttribute('aria-pressed', on);
  }
  document.cookie = `care=1;path=/h5;samesite=lax;max-age=${on ? 31536000 : 0}`;
});

// A toast: words that came with the page, or with a fragment (HX-Trigger: {"toast": "…"}). They are
// put in again, since a screen reader says only what changes.
const toast = document.getElementById('toast');
function pop(words) {
  toast.textContent = '';
  if (words) setTimeout(() => { toast.textContent = words; }, 50);
}
// Words that greet the next page mean that what was sent has arrived: photos.js drops its draft.
if (toast.textContent) try { localStorage.landed = Date.now(); } catch { /* nothing is kept here */ }
pop(toast.textContent);
document.addEventListener('toast', e => pop(e.detail.value ?? e.detail));
toast.addEventListener('animationend', () => pop(''));

// Dialogs: the browser's own keep the focus inside, end with Escape and give the focus back.
for (const dialog of document.querySelectorAll('dialog[open]')) {
  dialog.close();
  dialog.showModal();
}
document.addEventListener('click', e => {
  const opener = e.target.closest('[data-dialog]');
  const dialog = opener ? document.getElementById(opener.dataset.dialog) : e.target.closest('dialog');
  if (!dialog) return;
  if (opener) {
    e.preventDefault();
    dialog.showModal();
  } else if (e.target === dialog || e.target.closest('[data-close]')) dialog.close();
});

// A form that came back goes to what is wrong with it.
document.querySelector('[aria-invalid=true]')?.focus();
