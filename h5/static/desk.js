// What the desk's pages need beside starlette-admin's own scripts; no inline handlers anywhere.
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-d-go]')) location.assign(event.target.value);
});
document.addEventListener('click', (event) => {
  if (event.target.closest('[data-d-columns]')) window.applyColumnVisibility();
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
