// The right column: switches for faults, and every raw exchange.
import { $, clock, el, icon, post } from "./dom.js";

const FIRST = ["duplicate", "slow", "bad_signature", "token_invalid", "unfollowed", "daily_quota"];
const SHOWN = 120;
let opened = null; // the row that opened by itself, closed again by the next

function fault(item) {
  const hint = item.times ? `还剩 ${item.times} 次` : item.hint;
  const box = el("input", { class: "weui-switch", type: "checkbox", role: "switch", "data-fault": item.name });
  box.checked = item.on;
  box.addEventListener("change", () =>
    post("faults", { name: item.name, on: box.checked, times: box.checked ? item.at_once : null }));
  return el("label", {}, el("span", {}, item.label, el("small", {}, hint)), box);
}

let drawn = "";
export function drawFaults(faults) {
  const now = JSON.stringify(faults);
  if (now === drawn) return;
  drawn = now;
  const focused = document.activeElement?.dataset?.fault;
  const first = FIRST.map((name) => faults.find((item) => item.name === name));
  const more = faults.filter((item) => !FIRST.includes(item.name));
  $("faults").replaceChildren(...first.map(fault));
  $("more-faults").replaceChildren(...more.map(fault));
  const on = more.filter((item) => item.on).length;
  $("more-label").textContent = `还有 ${more.length} 种` + (on ? `，开着 ${on} 种` : "");
  if (focused) document.querySelector(`[data-fault=${focused}]`)?.focus();
}

/** XML and JSON in three colours: tags, values, the rest. */
function coloured(text) {
  const nodes = [];
  for (const part of text.split(/(<\/?[A-Za-z]\w*>|"[A-Za-z_]\w*"(?=\s*:))/)) {
    if (!part) continue;
    const tag = /^(<\/?[A-Za-z]\w*>|"[A-Za-z_]\w*")$/.test(part);
    nodes.push(el(tag ? "i" : "b", {}, part));
  }
  return nodes;
}

function exchange(item) {
  const push = item.direction === "push";
  const raw = el("pre", { class: "w-raw", tabindex: "0" }, el("u", {}, item.request), "\n",
    item.sent && [...coloured(item.sent), "\n"], el("u", {}, item.reply), "\n",
    item.received && coloured(item.received));
  return el("details", {},
    el("summary", {}, el("time", {}, clock(item.at, true)),
      icon(push ? "next" : "back", true),
      el("span", {}, item.title, item.note && el("em", {}, ` ${item.note}`)),
      el("span", { class: `c-tag c-tag_${item.tone}` }, item.status),
      el("span", { class: "ms" }, `${item.ms} ms`)),
    raw);
}

export function addExchanges(items) {
  const log = $("log");
  log.querySelector(".w-empty")?.remove();
  for (const item of items) {
    const row = exchange(item);
    log.prepend(row);
    if (item.direction === "push" && item.note === "第 1 次") {
      if (opened) opened.open = false;
      row.open = true;
      opened = row;
    }
  }
  while (log.children.length > SHOWN) log.lastChild.remove();
  const count = log.querySelectorAll("details").length;
  $("count").textContent = count ? `最近 ${count} 次` : "";
  if (!count) {
    log.replaceChildren(el("p", { class: "w-empty" }, "发一句话，这里就有报文"));
  }
}

export function clearExchanges() {
  opened = null;
  $("log").replaceChildren();
}

export function drawSummary(summary) {
  const node = $("summary");
  node.hidden = !summary;
  if (!summary) return;
  node.className = summary.tone === "bad" ? "w-sum w-sum_bad" : "w-sum";
  node.replaceChildren(icon(summary.tone === "bad" ? "cross" : "check", true), summary.text);
}
