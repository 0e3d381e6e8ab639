// The board: a card is dragged onto a worker, or picked and then the worker is tapped.
const board = document.getElementById('board');
const token = () => document.cookie.match(/(?:^|; )starlette_admin_csrftoken=([^;]*)/)?.[1] ?? '';
let picked = null;
let dragged = null;
let busy = false;

const show = (html) => {
  const kept = board.querySelector('.b-loads')?.scrollTop ?? 0;
  board.innerHTML = html;
  board.querySelector('.b-loads').scrollTop = kept;
  document.getElementById('sums').textContent = document.getElementById('sums-new').textContent;
  picked = null;
  board.classList.remove('is-picking');
};
const ask = async (verb, fields) => {
  if (busy) return;
  busy = true;
  const there = `${board.dataset.rBoard}${verb}${board.dataset.rQuery ? `?${board.dataset.rQuery}` : ''}`;
  const how = { headers: { 'x-board': '1', 'x-csrftoken': token() } };
  if (fields) Object.assign(how, { method: 'POST', body: new URLSearchParams(fields) });
  try {
    const answer = await fetch(there, how);
    if (answer.redirected || answer.status === 401) location.reload();
    else if (answer.ok) show(await answer.text());
  } catch {
    if (fields) tell('没连上，刚才那一步没做成，再点一次');
  } finally {
    busy = false;
  }
};
const tell = (words) => {
  const line = document.createElement('div');
  line.className = 'alert alert-danger r-say';
  line.setAttribute('role', 'alert');
  line.textContent = words;
  board.prepend(line);
};
const give = (card, worker) => ask('/give', { number: card.dataset.number, had: card.dataset.had, worker });
const pick = (card) => {
  const same = card === picked;
  picked?.classList.remove('is-picked');
  picked?.querySelector('.b-pick').setAttribute('aria-pressed', 'false');
  picked = same ? null : card;
  picked?.classList.add('is-picked');
  picked?.querySelector('.b-pick').setAttribute('aria-pressed', 'true');
  board.classList.toggle('is-picking', Boolean(picked));
  board.querySelector('[data-r-hint]').hidden = !picked;
};
const merge = (card, into) => {
  const dialog = document.getElementById('merge');
  dialog.querySelector('p').textContent =
    `「${card.dataset.says}」（${card.dataset.number}）并到「${into.dataset.says}」（${into.dataset.number}），两边报修的人都会知道。`;
  dialog.returnValue = 'no';
  dialog.onclose = () => {
    if (dialog.returnValue === 'yes') ask('/merge', { number: card.dataset.number, into: into.dataset.number });
  };
  dialog.showModal();
};

if (board) {
  board.addEventListener('click', (event) => {
    const card = event.target.closest('.b-card');
    const worker = event.target.closest('.b-crew');
    if (worker && picked) return give(picked, worker.dataset.worker);
    if (card && (event.target.closest('.b-pick') || !event.target.closest('a, button'))) pick(card);
  });
  board.addEventListener('submit', (event) => {
    event.preventDefault();
    ask('/give', new FormData(event.target));
  });
  board.addEventListener('dragstart', (event) => {
    dragged = event.target.closest?.('.b-card');
    event.dataTransfer?.setData('text/plain', dragged?.dataset.number ?? '');
  });
  const target = (event) => {
    if (!dragged) return null;
    const found = event.target.closest?.('.b-crew, .b-card');
    if (!found || found === dragged) return null;
    return found.matches('.b-crew') || found.dataset.alike === dragged.dataset.alike ? found : null;
  };
  board.addEventListener('dragover', (event) => {
    board.querySelectorAll('.is-over').forEach((one) => one.classList.remove('is-over'));
    const found = target(event);
    if (!found) return;
    event.preventDefault();
    found.classList.add('is-over');
  });
  board.addEventListener('dragend', () => {
    board.querySelectorAll('.is-over').forEach((one) => one.classList.remove('is-over'));
    dragged = null;
  });
  board.addEventListener('drop', (event) => {
    const found = target(event);
    if (!found) return;
    event.preventDefault();
    if (found.matches('.b-crew')) give(dragged, found.dataset.worker);
    else merge(dragged, found);
  });
  setInterval(() => {
    const open = document.querySelector('dialog[open]');
    if (!document.hidden && !picked && !dragged && !open) ask('');
  }, 20000);
}

// Filters apply as they are chosen.
document.querySelector('[data-r-filters]')?.addEventListener('change', (event) => event.currentTarget.submit());

// The form for somebody else shows the signs and questions of the kind that is chosen.
const kinds = document.querySelector('[data-r-kinds]');
if (kinds) {
  const turn = () => {
    const chosen = kinds.querySelector('input[name=kind]:checked')?.value;
    kinds.querySelectorAll('[data-kind]').forEach((part) => {
      part.hidden = part.dataset.kind !== chosen;
      part.disabled = part.hidden;
    });
  };
  kinds.addEventListener('change', turn);
  turn();
}

// All rows of a list are ticked at once.
document.querySelector('[data-r-all]')?.addEventListener('change', (event) => {
  document.querySelectorAll('input[name=number]').forEach((box) => { box.checked = event.target.checked; });
});
document.querySelector('[data-r-print]')?.addEventListener('click', () => print());
