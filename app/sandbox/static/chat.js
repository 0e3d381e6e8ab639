// What is in a chat, as WeChat draws it.
import { clock, el, face, icon, use } from "./dom.js";

const PAUSE = 300; // seconds after which the time is shown again
const LINKS =
  /<a\s[^>]*?href=(["'])(.*?)\1[^>]*>(.*?)<\/a>|https?:\/\/[^\s<>"'，。；！？、）】」]+|(?<![\d.])(?:1[3-9]\d{9}|0\d{2,3}-\d{7,8}|110|119|120)(?![\d.])/gis;

/** Nodes of a text in which <a>, addresses and phone numbers can be tapped. */
export function rich(text, act) {
  const nodes = [];
  let last = 0;
  for (const hit of text.matchAll(LINKS)) {
    if (hit.index > last) nodes.push(text.slice(last, hit.index));
    const words = hit[3] ?? hit[0];
    const href = (hit[2] ?? (/^h/i.test(hit[0]) ? hit[0] : `tel:${hit[0]}`)).replaceAll("&amp;", "&");
    nodes.push(anchor(href, words, act));
    last = hit.index + hit[0].length;
  }
  nodes.push(text.slice(last));
  return nodes;
}

function anchor(href, words, act) {
  const safe = /^(https?:|tel:)/i.test(href) ? href : "#";
  return el("a", {
    href: safe,
    onclick: (event) => {
      event.preventDefault();
      follow(href, words, act);
    },
  }, words);
}

function follow(href, words, act) {
  if (/^https?:/i.test(href)) act.open(href, words);
  else if (/^tel:/i.test(href)) act.call(href.slice(4));
  else if (href.startsWith("weixin://bizmsgmenu")) {
    const query = new URLSearchParams(href.split("?")[1]);
    act.pick(query.get("msgmenuid") ?? "", query.get("msgmenucontent") ?? words);
  }
}

const say = (...children) => el("p", { class: "p-say" }, ...children);
const picture = (id, alt) => el("img", { src: `/sandbox/media/${encodeURIComponent(id)}`, alt });

function box(title, small, cover) {
  return el("div", { class: "p-box" }, cover ?? null, el("b", {}, title), el("small", {}, small));
}

function map() {
  const svg = use("p-map", "p-map");
  svg.setAttribute("preserveAspectRatio", "none");
  return svg;
}

function voice(data) {
  const seconds = data.seconds ?? 3;
  const width = seconds < 6 ? 1 : seconds < 20 ? 2 : 3;
  const bubble = el("p", { class: `p-say p-voice p-voice_${width}` }, icon("mic"), `${seconds}″`);
  if (!data.words) return bubble;
  return el("div", {}, bubble, el("p", { class: "p-heard" }, data.words));
}

const KINDS = {
  text: (d, act) => say(rich(d.text, act)),
  image: (d) => el("p", { class: "p-pic" }, picture(d.media_id, "照片")),
  voice,
  video: (d) => box(d.title || "一段视频", d.description || "视频"),
  music: (d) => box(d.title || "一首歌", d.description || "音乐"),
  location: (d) => box(d.label || "一个位置", `${d.lat.toFixed(4)}, ${d.lng.toFixed(4)}`, map()),
  link: (d, act) => tappable(box(d.title, d.description || d.url), () => act.open(d.url, d.title)),
  msgmenu: (d, act) =>
    el("div", { class: "p-say" }, ...rich(d.head, act),
      d.items.map((item) => el("button", {
        type: "button", class: "p-pick", onclick: () => act.pick(item.id, item.content),
      }, item.content)),
      d.tail && el("small", {}, ...rich(d.tail, act))),
};

function tappable(node, onclick) {
  return el("button", { type: "button", onclick }, node);
}

function news(data, act) {
  const rows = data.articles.map((article, at) => {
    const open = (event) => {
      event.preventDefault();
      if (article.url) act.open(article.url, article.title);
    };
    return el("a", { href: article.url || "#", onclick: open },
      at === 0 && article.picurl && el("img", { src: article.picurl, alt: "" }),
      el("h3", {}, article.title),
      data.articles.length === 1 && article.description && el("p", {}, article.description));
  });
  return el("article", { class: "p-card p-news" }, rows);
}

/** A template message or a subscription notice: what it is about, row by row. */
function notice(data, act) {
  const open = (event) => {
    event.preventDefault();
    act.open(data.url, data.title);
  };
  return el("article", { class: "p-card", "aria-label": data.title },
    el("h3", {}, data.title),
    el("dl", {}, data.rows.flatMap(([title, value]) => [el("dt", {}, title), el("dd", {}, value)])),
    data.url && el("a", { href: data.url, onclick: open }, "详情", icon("next", true)));
}

function one(line, person, account, act) {
  const { kind, data } = line;
  if (kind === "note") return el("p", { class: "p-note" }, data.text);
  if (kind === "error") {
    return el("p", { class: "p-error" }, data.text, el("small", {}, data.why));
  }
  if (kind === "news") return news(data, act);
  if (kind === "template" || kind === "notice") return notice(data, act);
  const draw = KINDS[kind] ?? (() => say(`（一条 ${kind} 消息）`));
  const mine = line.side === "me";
  const head = mine ? face(person) : use("p-logo", "", account);
  return el("div", { class: mine ? "p-row p-row_me" : "p-row" }, head, draw(data, act));
}

/** Fill the chat of one person; new lines below `seen` slide in, and the end stays in view. */
export function draw(node, person, lines, account, act, seen) {
  const parts = [];
  let last = 0;
  for (const line of lines) {
    if (line.at - last > PAUSE) parts.push(el("p", { class: "p-at" }, clock(line.at)));
    last = line.at;
    const drawn = one(line, person, account, act);
    if (line.id > seen) drawn.classList.add("is-new");
    parts.push(drawn);
  }
  if (!parts.length) {
    const hint = person.follows ? "打个招呼，或者点下面的菜单" : `${person.name}还没关注${account}`;
    parts.push(el("p", { class: "p-note" }, hint));
  }
  node.replaceChildren(...parts);
  node.scrollTop = node.scrollHeight;
  for (const img of node.querySelectorAll("img")) {
    img.addEventListener("load", () => (node.scrollTop = node.scrollHeight), { once: true });
  }
}
