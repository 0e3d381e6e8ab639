// What the desk's pages need beside starlette-admin's own scripts; no inline handlers anywhere.
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-d-go]')) location.assign(event.target.value);
});
document.addEventListener('click', (event) => {
  if (event.target.closest('[data-d-columns]')) window.applyColumnVisibility();
});

// While a file is taken in, the page asks how far it is.
const far = document.querySelector('[data-d-progress]');
document.getElementById('import')?.addEventListener('submit', (event) => {
  const before = far.textContent;
  const key = new FormData(event.target).get('wait');
  const timer = setInterval(async () => {
    const answer = await fetch(`${far.dataset.dProgress}?key=${encodeURIComponent(key)}`);
    if (answer.status !== 200) return;
    const { done, total } = await answer.json();
    far.textContent = `第 ${done} 行，共 ${total} 行`;
  }, 400);
  new MutationObserver((_, watch) => {
    clearInterval(timer);
    watch.disconnect();
    far.textContent = before;
  }).observe(document.getElementById('result').parentNode, { childList: true });
});

// A picture of ours is shown beside its address; others would be a request to a third party.
document.addEventListener('input', (event) => {
  const picture = document.getElementById(event.target.dataset?.dPicture ?? '');
  if (!picture) return;
  const address = event.target.value.trim();
  picture.hidden = !/^\/(?!\/)/.test(address);
  if (!picture.hidden) picture.src = address;
});

// The dashboard is fetched again each minute while somebody looks at it.
const again = document.querySelector('[data-d-again]');
if (again) setInterval(() => document.hidden || location.reload(), again.dataset.dAgain * 1000);

// A login page asks every two seconds whether the phone has said yes.
const scan = document.getElementById('scan');
if (scan) {
  const token = () => document.cookie.match(/(?:^|; )starlette_admin_csrftoken=([^;]*)/)?.[1] ?? '';
  const ask = async () => {
    let answer;
    try {
      answer = await fetch(scan.dataset.dScan, { method: 'POST', headers: { 'X-CSRFToken': token() } });
    } catch {
      return setTimeout(ask, 4000);
    }
    const next = answer.headers.get('HX-Redirect');
    if (next) return location.assign(next);
    if (answer.status === 204) return setTimeout(ask, 2000);
    scan.innerHTML = await answer.text();
  };
  setTimeout(ask, 2000);
}
