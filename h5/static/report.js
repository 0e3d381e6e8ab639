// The form that reports: parts of it follow from what was picked. Without this file they come with
// the page.
const $ = id => document.getElementById(id);
const asks = '.r-asks, #signs, #same';
let asked;  // the newest question: an older answer comes too late

async function part(address, signal) {
  const answer = await fetch(address, { signal });
  if (!answer.ok) throw new Error(answer.status);
  const found = document.createElement('template');
  found.innerHTML = await answer.text();
  return found.content;
}

// Once it goes wrong the page says that it shows what was before.
async function tried(work) {
  try {
    await work();
    $('stale').hidden = true;
  } catch (error) {
    $('stale').hidden = error.name === 'AbortError' || !navigator.onLine;
  }
}

// What may be wrong with the kind, whether it was reported before, and the promise.
const ask = anew => tried(async () => {
  const picked = new URLSearchParams(anew ? { anew } : {});
  for (const field of $('new').elements) {
    const off = ['checkbox', 'radio'].includes(field.type) && !field.checked;
    if (field.name && !off && field.closest(asks)) picked.append(field.name, field.value);
  }
  asked?.abort();
  asked = new AbortController();
  const found = await part('/h5/repairs/new/ask?' + picked, asked.signal);
  for (const id of ['signs', 'bar']) {
    const fresh = found.getElementById(id);
    $(id).replaceChildren(...fresh.childNodes);
    fresh.remove();
  }
  $('same').replaceChildren(found);
});

// The rows that choose another place.
const place = address => tried(async () => {
  const focus = document.activeElement.id;
  $('place').replaceWith(await part(address));
  $(focus)?.focus();
  await ask();
});

document.addEventListener('change', e => {
  const { dataset, value } = e.target;
  if (dataset.place) place(`${dataset.place}?building=${encodeURIComponent(value)}`);
  else if (e.target.closest('.r-asks')) ask();
});

document.addEventListener('click', e => {
  const link = e.target.closest('a[data-place], a[data-anew], a[data-dialog=fees]');
  if (!link) return;
  e.preventDefault();
  if (link.dataset.place) place(link.dataset.place);
  else if (link.dataset.anew) ask(link.dataset.anew);
  else if (!$('prices').children.length) {
    tried(async () => $('prices').append(...(await part(link.href)).querySelectorAll('.c-card')));
  }
});
