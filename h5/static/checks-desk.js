// A page of checks at the desk: print it; a filter that was chosen is asked for at once.
document.querySelector('[data-k-print]')?.addEventListener('click', () => print());
for (const form of document.querySelectorAll('[data-k-filters]')) {
  form.addEventListener('change', () => form.requestSubmit());
}
