// Light or dark as the machine is, before anything is drawn.
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => { document.documentElement.dataset.bsTheme = dark.matches ? 'dark' : 'light'; };
dark.addEventListener('change', follow);
follow();
