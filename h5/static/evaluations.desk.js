// Filters apply as they are chosen.
document.querySelectorAll('[data-e-filters]').forEach((form) => {
  form.addEventListener('change', () => form.requestSubmit());
});

// Words that are said often go into the box, to be gone on with.
document.addEventListener('click', (event) => {
  const said = event.target.closest('[data-e-say]');
  if (!said) return;
  const box = document.getElementById(said.dataset.eSay);
  box.value = (box.value ? `${box.value.trimEnd()} ` : '') + said.textContent;
  box.focus();
});

// A question may be dragged by its grip; its arrows do the same without a mouse.
let dragged = null;
const clear = () => document.querySelectorAll('.e-q').forEach((one) => one.classList.remove('is-over', 'is-dragged'));
document.addEventListener('dragstart', (event) => {
  dragged = event.target.closest?.('[data-e-grip]')?.closest('.e-q') ?? null;
  if (!dragged) return;
  dragged.classList.add('is-dragged');
  event.dataTransfer?.setData('text/plain', dragged.dataset.eQ);
});
document.addEventListener('dragover', (event) => {
  const over = dragged && event.target.closest?.('.e-q');
  if (!over) return;
  event.preventDefault();
  document.querySelectorAll('.e-q.is-over').forEach((one) => one.classList.remove('is-over'));
  if (over !== dragged) over.classList.add('is-over');
});
document.addEventListener('drop', (event) => {
  const over = dragged && event.target.closest?.('.e-q');
  if (!over || over === dragged) return;
  event.preventDefault();
  const move = document.getElementById('e-move');
  move.value = `move:${dragged.dataset.eQ}:${over.dataset.eQ}`;
  move.click();
});
document.addEventListener('dragend', () => {
  clear();
  dragged = null;
});
