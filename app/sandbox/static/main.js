// The page: fetch the state, draw it, and draw it again whenever the sandbox says so.
import { drawBar } from "./bar.js";
import { draw } from "./chat.js";
import { $, clock, el, face, icon, post, remember, toast } from "./dom.js";
import { closeOver, openPage } from "./over.js";
import { askNotices, askPerson, askPhoto, askPlace, askScene, askVoice, showAccount } from "./sheets.js";
import { addExchanges, clearExchanges, drawFaults, drawSummary } from "./wire.js";

let state = null;
let cursor = 0;
let me = remember("me");
let shown = 0; // id of the newest line on screen
let seen = remember("seen") ?? {};
const chats = new Map(); // openid → lines

const person = () => state.people.find((p) => p.openid === me) ?? state.people[0];
const send = (name, body = {}) => post(name, { openid: person().openid, ...body });
const open = (url, title) => openPage(person().openid, url, title);
const last = (openid) => chats.get(openid)?.at(-1)?.id ?? 0;
const unread = (openid) =>
  (chats.get(openid) ?? []).filter((line) => line.side === "them" && line.id > (seen[openid] ?? 0)).length;

const act = {
  open,
  call: (number) => toast(`手机上会拨打 ${number}`),
  pick: (id, content) => send("say", { text: content, menu_id: id }),
  say: (text) => send("say", { text }),
  follow: () => send("follow"),
  tap(path, button) {
    const go = (more = {}) => send("tap", { path, ...more });
    const { type } = button;
    if (type === "view") {
      go();
      open(button.url, button.name);
    } else if (type?.startsWith("scancode_")) askScene(state.codes, (value) => go({ value }), button.name);
    else if (type?.startsWith("pic_")) askPhoto(go);
    else if (type === "location_select") askPlace(state.places, go);
    else go();
  },
};

const ACTS = {
  scan: () => askScene(state.codes, (scene) => send("scan", { scene })),
  photo: () => askPhoto((data) => send("photo", data)),
  location: () => askPlace(state.places, (place) => send("location", place)),
  voice: () => askVoice((words) => send("voice", words)),
  follow: () => send("follow"),
  unfollow: () => send("unfollow"),
  notices: () => askNotices(person(), state.notices, (templates) => send("answer_popup", { templates })),
  block: () => send("block", { on: !person().blocked }),
};

/** What WeChat rings for; an answer to what was just said it does not. */
const RINGS = new Set(["template", "notice", "news"]);

/** Shake a phone for a moment: this one, or the row of whoever holds another. */
function ring(openid) {
  const node = openid === person().openid ? $("phone") : $("people").querySelector(`[data-openid="${openid}"]`);
  node?.classList.add("is-ringing");
  setTimeout(() => node?.classList.remove("is-ringing"), 700);
}

function choose(openid) {
  if (openid === person().openid) return;
  closeOver();
  me = openid;
  remember("me", me);
  shown = last(openid);
  redraw();
}

function drawPeople() {
  const rows = state.people.map((p) => {
    const count = p.openid === person().openid ? 0 : unread(p.openid);
    const tag = p.follows ? "已关注" : p.since ? "取关了" : "未关注";
    return el("button", {
      type: "button", "aria-pressed": String(p.openid === person().openid), "data-openid": p.openid,
      onclick: () => choose(p.openid),
    }, face(p), el("span", {}, el("b", {}, p.name), el("small", {}, p.note)),
    count ? el("span", { class: "weui-badge", "aria-label": `${count} 条没看` }, String(count))
      : el("span", { class: p.follows ? "c-tag c-tag_ok" : "c-tag" }, tag));
  });
  const add = el("button", { type: "button", "data-openid": "new", onclick: addPerson },
    el("span", { class: "c-init", "aria-hidden": "true" }, icon("plus")),
    el("span", {}, el("b", {}, "加一位粉丝")));
  const focused = document.activeElement?.dataset?.openid;
  $("people").replaceChildren(...rows, add);
  if (focused) $("people").querySelector(`[data-openid="${focused}"]`)?.focus();
}

function addPerson() {
  askPerson(async (who) => {
    const made = await post("people", who);
    if (!made) return;
    await sync();
    choose(made.openid);
  });
}

function drawPhone() {
  const who = person();
  $("phone").setAttribute("aria-label", `${who.name}的手机`);
  $("account").textContent = state.account.name;
  const others = state.people.filter((p) => p !== who).reduce((sum, p) => sum + unread(p.openid), 0);
  $("others").hidden = !others;
  $("others").textContent = others;
  $("back").setAttribute("aria-label", others ? `换一个人，别人有 ${others} 条没看` : "换一个人");
  for (const button of document.querySelectorAll("[data-act]")) {
    const name = button.dataset.act;
    button.disabled = name === "follow" ? who.follows : name !== "scan" && !who.follows;
    if (name === "block") button.setAttribute("aria-pressed", String(who.blocked));
  }
}

let painted = "";
function drawChat() {
  const who = person();
  const now = `${who.openid} ${who.follows} ${last(who.openid)}`;
  if (now === painted) return;
  painted = now;
  draw($("chat"), who, chats.get(who.openid) ?? [], state.account.name, act, shown);
  shown = Math.max(shown, last(who.openid));
}

function redraw() {
  seen[person().openid] = last(person().openid);
  remember("seen", seen);
  drawPeople();
  drawPhone();
  drawChat();
  drawBar($("bar"), person(), state.menu, act);
}

function take(next) {
  if (state && state.epoch !== next.epoch) {
    location.reload();
    return;
  }
  const first = state === null;
  state = next;
  cursor = next.cursor;
  for (const line of next.chat) {
    chats.set(line.openid, [...(chats.get(line.openid) ?? []), line]);
  }
  if (first) shown = last(person().openid);
  addExchanges(next.log);
  drawSummary(next.summary);
  drawFaults(next.faults);
  redraw();
  if (first) return;
  const rung = next.chat.filter((line) => line.side === "them" && RINGS.has(line.kind));
  for (const openid of new Set(rung.map((line) => line.openid))) ring(openid);
}

let busy = null;
let again = false;
/** Fetch what is new; calls that come meanwhile share one more fetch. */
function sync() {
  again = true;
  busy ??= (async () => {
    while (again) {
      again = false;
      const answer = await fetch(`/sandbox/state?since=${cursor}`);
      take(await answer.json());
    }
  })()
    .catch(() => {}) // the event stream connects again and asks anew
    .finally(() => (busy = null));
  return busy;
}

async function reset() {
  if (!(await post("reset", {}))) return;
  clearExchanges();
  remember("seen", {});
  location.reload();
}

function start() {
  for (const button of document.querySelectorAll("[data-act]")) {
    button.addEventListener("click", () => ACTS[button.dataset.act]());
  }
  $("back").addEventListener("click", () => $("people").querySelector("[aria-pressed=true]").focus());
  $("profile").addEventListener("click", () => showAccount(state, reset));
  const tick = () => ($("clock").textContent = clock(Date.now() / 1000));
  tick();
  setInterval(tick, 5000);
  // The bar grows while someone types: the last line must stay above it.
  new ResizeObserver(() => ($("chat").scrollTop = $("chat").scrollHeight)).observe($("chat"));
  // A page in the phone asks like this for what <wx-open-subscribe> asks in WeChat.
  window.addEventListener("message", (event) => {
    const asked = event.data?.subscribe;
    if (!Array.isArray(asked)) return;
    askNotices(person(), state.notices.filter((one) => asked.includes(one.id)), (templates) => {
      event.source.postMessage({ subscribed: templates }, event.origin);
      send("answer_popup", { templates });
    });
  });
  const events = new EventSource("/sandbox/events");
  events.onmessage = () => sync();
  events.onopen = () => sync();
}

start();
