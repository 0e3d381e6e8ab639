// Small things every module needs: elements, icons, times, requests.
const SVG = "http://www.w3.org/2000/svg";

export const $ = (id) => document.getElementById(id);

/** el("p", {class: "x", onclick: f}, "text", node, …); a false or null child is left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== false && child != null));
  return node;
}

export function use(id, cls, label) {
  const svg = document.createElementNS(SVG, "svg");
  if (cls) svg.setAttribute("class", cls);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  const inner = document.createElementNS(SVG, "use");
  inner.setAttribute("href", `#${id}`);
  svg.append(inner);
  return svg;
}

export const icon = (name, small) => use(`i-${name}`, small ? "c-i c-i_s" : "c-i");

export function face(person) {
  if (person.avatar) return use(`p-${person.avatar}`, "", person.name);
  return el("span", { class: "c-init", role: "img", "aria-label": person.name }, person.name[0]);
}

const two = (n) => String(n).padStart(2, "0");

/** Unix seconds as 19:36 or 19:36:02. */
export function clock(seconds, precise) {
  const t = new Date(seconds * 1000);
  const short = `${t.getHours()}:${two(t.getMinutes())}`;
  return precise ? `${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}` : short;
}

let hide;
export function toast(words) {
  $("toast").textContent = words;
  $("toast").hidden = false;
  clearTimeout(hide);
  hide = setTimeout(() => ($("toast").hidden = true), 2500);
}

/** POST /sandbox/<name>; a refusal is shown and returned as null. */
export async function post(name, body) {
  try {
    const answer = await fetch(`/sandbox/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const found = await answer.json();
    if (answer.ok) return found;
    toast(found.error);
  } catch {
    toast("沙盒没在跑，回终端看一眼");
  }
  return null;
}

export function remember(key, value) {
  try {
    if (value === undefined) return JSON.parse(localStorage.getItem(`sandbox.${key}`));
    localStorage.setItem(`sandbox.${key}`, JSON.stringify(value));
  } catch {
    // A browser without storage forgets who was read; nothing else depends on it.
  }
  return null;
}
