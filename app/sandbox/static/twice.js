// As some phones do: a second redirect, with another code, before the first is answered.
const [first, second] = document.querySelectorAll("a");
location.replace(first.href);
setTimeout(() => location.replace(second.href), 15);
