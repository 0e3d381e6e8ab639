// An order's page asks how it stands only while it is looked at, and at once when one comes back.
document.addEventListener('htmx:before:request', e => {
  if (document.hidden && e.target.id === 'live') e.preventDefault();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) document.getElementById('live')?.dispatchEvent(new CustomEvent('timeup'));
});

// Stars: those up to the chosen one are lit, and a word says what it means.
const stars = document.querySelectorAll('.r-stars input');
function light() {
  const chosen = [...stars].findIndex(star => star.checked);
  stars.forEach((star, at) => star.parentElement.classList.toggle('is-on', at <= chosen));
  if (chosen >= 0) {
    const says = document.getElementById('stars-error');
    says.textContent = stars[chosen].dataset.say;
    says.classList.remove('c-bad');
  }
}
stars.forEach(star => star.addEventListener('change', light));
if ([...stars].some(star => star.checked)) light();
