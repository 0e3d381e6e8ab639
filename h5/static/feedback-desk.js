// Feedback at the desk: filters that apply by themselves, all of a page ticked, printing, phrases.
document.querySelectorAll('[data-f-filters]').forEach(form => {
  form.addEventListener('change', e => { if (e.target.matches('select')) form.requestSubmit(); });
});
document.querySelector('[data-f-all]')?.addEventListener('change', e => {
  document.querySelectorAll('input[name=number]').forEach(box => { box.checked = e.target.checked; });
});
document.querySelector('[data-f-print]')?.addEventListener('click', () => print());
document.querySelector('[data-f-phrase]')?.addEventListener('change', e => {
  const words = e.target.form.elements.words;
  words.value = words.value ? `${words.value}\n${e.target.value}` : e.target.value;
  e.target.value = '';
  words.focus();
});
