// What lies over the chat: half-screen sheets and the inner page.
import { $, el, icon, remember } from "./dom.js";

let leave = null;

function cover(node, onclose) {
  leave?.();
  const before = document.activeElement;
  $("over").replaceChildren(node);
  $("chat").inert = $("bar").inert = true;
  const onkey = (event) => event.key === "Escape" && leave?.();
  document.addEventListener("keydown", onkey);
  leave = () => {
    leave = null;
    document.removeEventListener("keydown", onkey);
    $("over").replaceChildren();
    $("chat").inert = $("bar").inert = false;
    before?.focus?.();
    onclose?.();
  };
  return leave;
}

export const closeOver = () => leave?.();

/** A half-screen sheet; `fill(close)` returns its content. */
export function sheet(title, fill) {
  const body = el("div", {});
  const shut = () => leave?.();
  const veil = el("div", { class: "p-veil" },
    el("section", { class: "p-sheet", role: "dialog", "aria-modal": "true", "aria-label": title },
      el("header", {}, el("h2", {}, title),
        el("button", { type: "button", "aria-label": "关上", onclick: shut }, icon("cross"))),
      body));
  veil.addEventListener("click", (event) => event.target === veil && shut());
  cover(veil);
  body.append(...[fill(shut)].flat());
  (body.querySelector("button,input,textarea") ?? veil.querySelector("button")).focus({ focusVisible: false });
}

// The browser has one jar for all tabs: a tab that is used again takes its person's cookies back.
let takeJar = () => {};
document.addEventListener("visibilitychange", () => document.hidden || takeJar());

function keepJar(page, openid, src) {
  remember("jar", openid); // the frame's own first request brings the cookies
  takeJar = () => {
    if (!page.isConnected || remember("jar") === openid) return;
    remember("jar", openid);
    fetch(src, { redirect: "manual" });
  };
  page.addEventListener("pointerenter", () => takeJar());
}

/** A web page inside the phone of `openid`, with that person's cookies. */
export function openPage(openid, url, title) {
  const src = `/sandbox/open?${new URLSearchParams({ openid, url })}`;
  const shut = () => leave?.();
  const page = el("div", { class: "p-page", role: "dialog", "aria-label": title || url },
    el("nav", { class: "p-nav" },
      el("button", { type: "button", "aria-label": "返回", onclick: shut }, icon("back")),
      el("h1", {}, title || new URL(url).host),
      el("a", { href: src, target: "_blank", rel: "noopener", title: "在新窗口打开", "aria-label": "在新窗口打开" }, icon("link"))),
    el("iframe", { src, title: title || "网页" }));
  keepJar(page, openid, src);
  cover(page);
  page.querySelector("button").focus({ focusVisible: false });
}
