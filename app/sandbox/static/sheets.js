// The questions the phone asks before it sends: which code, which place, which photo, what words.
import { el, toast } from "./dom.js";
import { sheet } from "./over.js";

const LONGEST = 1280; // pixels of a photo's longer side, as phones shrink them
const SAMPLES = [
  ["leak", "水管漏水"],
  ["lamp", "灯不亮"],
  ["door", "门把手松了"],
];

function form(fields, label, done) {
  const inputs = fields.map(([name, hint, props]) => el("input", { name, placeholder: hint ?? "", ...props }));
  const node = el("form", { class: "p-form" },
    fields.map(([, , , title], at) => el("label", {}, title, inputs[at])),
    el("button", { type: "submit" }, label));
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    done(Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()])));
  });
  return node;
}

const row = (title, small, onclick) =>
  el("button", { type: "button", onclick }, title, el("small", {}, small));

/** Ask for a code's scene. */
export function askScene(codes, done, title = "扫门牌") {
  const scenes = [...new Set(codes.map((code) => code.scene))].reverse().slice(0, 6);
  sheet(title, (close) => [
    el("div", { class: "p-rows" }, scenes.map((scene) => row(scene, "公众号生成的码", () => { close(); done(scene); }))),
    form([["scene", "例如 room-3-501", { maxlength: 64 }, "码里的场景值"]], "扫", ({ scene }) => {
      if (!scene) return;
      close();
      done(scene);
    }),
  ]);
}

/** Ask for a place: a named one, or coordinates. */
export function askPlace(places, done) {
  sheet("发位置", (close) => [
    el("div", { class: "p-rows" }, places.map((p) =>
      row(p.name, `${p.lat.toFixed(4)}, ${p.lng.toFixed(4)}`, () => { close(); done({ lat: p.lat, lng: p.lng, label: p.name }); }))),
    form([["lat", "35.19", { inputmode: "decimal" }, "纬度"], ["lng", "113.26", { inputmode: "decimal" }, "经度"]], "发送", (at) => {
      const [lat, lng] = [Number(at.lat || NaN), Number(at.lng || NaN)];
      if (!(Math.abs(lat) <= 90 && Math.abs(lng) <= 180)) {
        toast("纬度经度填成数字，比如 35.19 和 113.26");
        return;
      }
      close();
      done({ lat, lng, label: "" });
    }),
  ]);
}

/** Ask what is said aloud. */
export function askVoice(done) {
  sheet("发语音", (close) =>
    form([["words", "例如 今天还有班车吗", { maxlength: 200 }, "说的话（识别出来的字，可以空着）"]], "发送", ({ words }) => {
      close();
      done({ words, seconds: Math.min(60, Math.max(2, Math.ceil(words.length / 4))) });
    }));
}

/** Ask for a photo: one of three drawn ones, or a file. */
export function askPhoto(done) {
  const send = async (source, close) => {
    const data = await jpeg(source);
    if (!data) {
      toast("这张图打不开，换一张 JPG 或 PNG");
      return;
    }
    close();
    done({ data });
  };
  sheet("发照片", (close) => [
    el("div", { class: "p-photos" }, SAMPLES.map(([name, label]) =>
      el("button", { type: "button", onclick: () => send(`/static/photo-${name}.svg`, close) },
        el("img", { src: `/static/photo-${name}.svg`, alt: "" }), el("span", {}, label)))),
    el("label", { class: "p-file" }, "从电脑里选一张",
      el("input", {
        type: "file", accept: "image/*",
        onchange: (event) => event.target.files[0] && send(URL.createObjectURL(event.target.files[0]), close),
      })),
  ]);
}

/** Ask who the new follower is. */
export function askPerson(done) {
  sheet("加一位粉丝", (close) =>
    form([["name", "例如 陈小满", { maxlength: 12 }, "名字"], ["note", "例如 研究生，7号楼 312", { maxlength: 24 }, "是谁"]], "加上", (who) => {
      if (!who.name) {
        toast("写个名字");
        return;
      }
      close();
      done(who);
    }));
}

/** What the account is, and the way back to a fresh start. */
export function showAccount(state, reset) {
  const { account } = state;
  const modes = { plain: "明文", compatible: "兼容", safe: "安全" };
  const facts = [
    ["名称", account.name], ["原始 ID", account.gh_id], ["AppID", account.app_id],
    ["粉丝", `${state.people.filter((p) => p.follows).length} 人`],
    ["消息加密", `${modes[account.mode]}模式`], ["推到哪里", account.callback],
  ];
  sheet(account.name, (close) => [
    el("dl", { class: "p-facts" }, facts.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]).flat()),
    el("button", { type: "button", class: "weui-btn weui-btn_default", onclick: () => { close(); reset(); } }, "全部清空重来"),
  ]);
}

async function jpeg(source) {
  const image = new Image();
  image.src = source;
  try {
    await image.decode();
  } catch {
    return "";
  }
  const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
  const canvas = el("canvas", {
    width: Math.round(image.naturalWidth * scale), height: Math.round(image.naturalHeight * scale),
  });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.85).split(",")[1];
}

/** The pop-up of subscription notices: which ones to allow; nothing is sent when it is shut. */
export function askNotices(person, notices, done) {
  sheet("通知订阅", (close) => {
    const boxes = notices.map((one) => {
      const box = el("input", { class: "weui-switch", type: "checkbox", role: "switch", name: one.id });
      box.checked = true;
      return box;
    });
    const answer = (all) => {
      close();
      done(Object.fromEntries(boxes.map((box) => [box.name, all && box.checked ? "accept" : "reject"])));
    };
    const left = (one) => (person.credits[one.id] ? `还能收 ${person.credits[one.id]} 条` : "允许一次，收一条");
    return el("div", { class: "p-ask" },
      notices.map((one, at) => el("label", {}, el("span", {}, one.title, el("small", {}, left(one))), boxes[at])),
      el("div", {},
        el("button", { type: "button", class: "p-no", onclick: () => answer(false) }, "取消"),
        el("button", { type: "button", onclick: () => answer(true) }, "允许")));
  });
}
