// Stars: those up to the chosen one are lit, and a word says what it means.
function light(group) {
  const stars = [...group.querySelectorAll('input')];
  const chosen = stars.findIndex(star => star.checked);
  stars.forEach((star, at) => star.parentElement.classList.toggle('is-on', at <= chosen));
  if (chosen < 0) return;
  const says = document.getElementById(`f-${stars[0].name}-error`);
  says.textContent = stars[chosen].dataset.say;
  says.classList.remove('c-bad');
}

// Questions with a condition: asked only while an earlier answer is so. The server judges again.
const asked = [...document.querySelectorAll('.e-q')];
const valuesOf = box => [...box.querySelectorAll('input:checked')].map(input => input.value);
function holds(box, shown) {
  const { if: name, op, value } = box.dataset;
  if (!name) return true;
  const earlier = shown.get(name);
  if (!earlier) return false;
  const values = valuesOf(earlier);
  if (!values.length) return false;
  if (op === 'is') return values.includes(value);
  if (op === 'not') return !values.includes(value);
  return op === 'le' ? Number(values[0]) <= Number(value) : Number(values[0]) >= Number(value);
}
function ask() {
  const shown = new Map();
  for (const box of asked) {
    const on = holds(box, shown);
    box.hidden = !on;
    if (on) shown.set(box.dataset.name, box);
  }
}
function all() {
  document.querySelectorAll('.e-stars').forEach(light);
  ask();
}
document.getElementById('new')?.addEventListener('change', all);
all();
// A draft is filled in by photos.js after this has run.
setTimeout(all, 300);
