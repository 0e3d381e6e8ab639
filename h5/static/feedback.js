// A case's page asks how it stands only while it is looked at, and at once when one comes back.
document.addEventListener('htmx:before:request', e => {
  if (document.hidden && e.target.id === 'live') e.preventDefault();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) document.getElementById('live')?.dispatchEvent(new CustomEvent('timeup'));
});

// Stars: those up to the chosen one are lit, and a word says what it means.
const stars = document.querySelectorAll('.f-stars input');
function light() {
  const chosen = [...stars].findIndex(star => star.checked);
  stars.forEach((star, at) => star.parentElement.classList.toggle('is-on', at <= chosen));
  if (chosen < 0) return;
  const says = document.getElementById('stars-say');
  says.textContent = stars[chosen].dataset.say;
  says.classList.remove('c-bad');
}
stars.forEach(star => star.addEventListener('change', light));
if ([...stars].some(star => star.checked)) light();

// What is often answered goes into the field by a tap; a receipt goes to the clipboard.
document.addEventListener('click', async e => {
  const says = e.target.closest('[data-says]');
  if (says) {
    const field = document.getElementById(says.dataset.into);
    field.value = field.value ? `${field.value}\n${says.dataset.says}` : says.dataset.says;
    field.focus();
  }
  const copy = e.target.closest('[data-copy]');
  if (copy && navigator.clipboard) {
    await navigator.clipboard.writeText(copy.dataset.copy);
    copy.textContent = '复制好了';
  }
});
