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

// One tap, one order: a form that has been sent takes no second tap until an answer came.
const free = form => {
  form.removeAttribute('aria-busy');
  form.querySelectorAll('.weui-btn_loading').forEach(button => button.classList.remove('weui-btn_loading'));
};
document.addEventListener('submit', e => {
  if (e.target.ariaBusy) return e.preventDefault(), e.stopImmediatePropagation();
  e.target.ariaBusy = 'true';
  e.submitter?.classList.add('weui-btn_loading');
}, true);
document.addEventListener('htmx:finally:request', e => e.target.closest?.('form') && free(e.target.closest('form')));
addEventListener('pageshow', () => document.querySelectorAll('form[aria-busy]').forEach(free));

// Without a network the page says so.
const offline = document.getElementById('offline');
const tell = () => { offline.hidden = navigator.onLine; };
addEventListener('online', tell);
addEventListener('offline', tell);
tell();

// Large type and strong contrast, kept for a year.
document.querySelector('.c-care').addEventListener('click', e => {
  const on = document.body.dataset.weuiMode !== 'care';
  document.body.dataset.weuiMode = on ? 'care' : '';
  e.target.ariaPressed = String(on);
  document.cookie = `care=1;path=/h5;samesite=lax;max-age=${on ? 31536000 : 0}`;
});
