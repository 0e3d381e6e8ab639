// The bar below the chat: the account's menu, a place to type, or the button to follow.
import { el, icon } from "./dom.js";

const drafts = new Map(); // what each person has typed and not sent
let typing = false;
let drawn = "";
let closePop = () => {};
document.addEventListener("click", (event) => event.target.closest(".p-menu") || closePop());

/** Draw the bar anew if anything it shows has changed. */
export function drawBar(node, person, menu, act) {
  const mode = !person.follows ? "follow" : typing || !menu ? "type" : "menu";
  const now = JSON.stringify([mode, person.openid, mode === "follow" ? "" : menu]);
  if (now === drawn) return;
  drawn = now;
  const redraw = () => drawBar(node, person, menu, act);
  const turn = (to) => {
    typing = to;
    redraw();
    node.querySelector(to ? "textarea" : "button")?.focus();
  };
  if (mode === "follow") node.replaceChildren(followBar(act));
  else if (mode === "type") node.replaceChildren(typeBar(person, menu, act, turn));
  else node.replaceChildren(menuBar(menu.button, act, turn));
}

function followBar(act) {
  return el("div", { class: "p-follow" },
    el("button", { type: "button", onclick: act.follow }, "关注公众号"));
}

function typeBar(person, menu, act, turn) {
  const input = el("textarea", { rows: 1, "aria-label": "说点什么", maxlength: 20000 });
  input.value = drafts.get(person.openid) ?? "";
  const send = async () => {
    const words = input.value.trim();
    if (!words) return;
    input.value = "";
    drafts.delete(person.openid);
    if (!(await act.say(words)) && !input.value) input.value = words; // not sent: keep the words
  };
  input.addEventListener("input", () => drafts.set(person.openid, input.value));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  const toMenu = menu && el("button", {
    type: "button", "aria-label": "看菜单", onclick: () => turn(false),
  }, icon("lines"));
  return el("div", { class: menu ? "p-type" : "p-type p-type_alone" }, toMenu, input,
    el("button", { type: "button", onclick: send }, "发送"));
}

function menuBar(columns, act, turn) {
  const bar = el("div", { class: `p-menu p-menu_${columns.length}` });
  const close = () => {
    bar.querySelector(".p-pop")?.remove();
    bar.querySelectorAll("[aria-expanded]").forEach((b) => b.setAttribute("aria-expanded", "false"));
  };
  bar.append(el("button", { type: "button", "aria-label": "打字", onclick: () => turn(true) }, icon("keyboard")));
  columns.forEach((column, at) => {
    const rows = column.sub_button ?? [];
    if (!rows.length) {
      bar.append(el("button", { type: "button", onclick: () => { close(); act.tap([at], column); } }, column.name));
      return;
    }
    const button = el("button", { type: "button", "aria-expanded": "false", "aria-haspopup": "menu" },
      icon("lines", true), column.name);
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") === "true";
      close();
      if (!open) popUp(bar, button, rows, at, act, close);
    });
    bar.append(button);
  });
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  closePop = close;
  return bar;
}

function popUp(bar, button, rows, column, act, close) {
  button.setAttribute("aria-expanded", "true");
  const items = rows.map((row, at) => el("button", {
    type: "button", role: "menuitem",
    onclick: () => { close(); button.focus(); act.tap([column, at], row); },
  }, row.name));
  const pop = el("div", { class: "p-pop", role: "menu" }, items);
  bar.append(pop);
  const middle = button.offsetLeft + button.offsetWidth / 2;
  const left = Math.min(Math.max(8, middle - pop.offsetWidth / 2), bar.offsetWidth - pop.offsetWidth - 8);
  pop.style.left = `${left}px`;
  pop.style.setProperty("--tip", `${middle - left}px`);
  pop.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = items.indexOf(document.activeElement);
    items[(at + step + items.length) % items.length].focus();
  });
  items[0].focus({ focusVisible: false });
}
