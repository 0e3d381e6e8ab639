// Photos of a form: shrunk on the phone, shown, taken away again; and drafts of forms with
// data-draft="name", kept in the phone while there is no network.
const EDGE = 1600, MOST = 300_000, DAY = 86_400_000;

// A JPEG of at most 300 kB, without what the camera wrote into it; what cannot be read goes as it is.
async function shrink(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return file;
  }
  const canvas = document.createElement('canvas');
  let blob;
  for (let edge = EDGE, quality = 0.82; ; edge *= 0.8, quality -= 0.06) {
    const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    blob = await new Promise(done => canvas.toBlob(done, 'image/jpeg', quality));
    if (!blob) return file;
    if (blob.size <= MOST || edge < 600) break;
  }
  picture.close();
  return new File([blob], 'photo.jpg', { type: 'image/jpeg' });
}

class Photos {
  constructor(box) {
    this.box = box;
    this.most = Number(box.dataset.photos);
    this.add = box.querySelector('.c-add');
    this.input = box.querySelector('input');
    this.says = box.parentElement.querySelector('[role=status]');
    this.files = [];
    this.input.addEventListener('change', () => {
      const chosen = [...this.input.files];
      this.write(); // the input holds what was chosen last; it shall hold all
      this.take(chosen);
    });
  }

  async take(chosen) {
    const room = this.most - this.files.length;
    const over = chosen.length > room ? `最多 ${this.most} 张，多的没加上` : '';
    this.box.setAttribute('aria-busy', 'true');
    for (const file of chosen.slice(0, room)) this.files.push(await shrink(file));
    this.box.removeAttribute('aria-busy');
    this.draw();
    this.says.textContent = over;
    this.box.dispatchEvent(new Event('input', { bubbles: true }));
  }

  write() {
    const bag = new DataTransfer();
    for (const file of this.files) bag.items.add(file);
    this.input.files = bag.files;
  }

  draw() {
    this.write();
    for (const old of this.box.querySelectorAll('.c-photo')) {
      URL.revokeObjectURL(old.firstElementChild.src);
      old.remove();
    }
    this.files.forEach((file, at) => this.add.before(this.face(file, at)));
    this.add.hidden = this.files.length >= this.most;
  }

  face(file, at) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'c-photo';
    button.setAttribute('aria-label', `去掉照片 ${at + 1}`);
    const picture = new Image();
    picture.alt = '';
    picture.src = URL.createObjectURL(file);
    button.append(picture);
    button.addEventListener('click', () => {
      this.files.splice(at, 1);
      this.draw();
      this.says.textContent = `去掉了，还有 ${this.files.length} 张`;
      (this.box.querySelector('.c-photo') ?? this.input).focus();
      this.box.dispatchEvent(new Event('input', { bubbles: true }));
    });
    return button;
  }
}

const fields = [...document.querySelectorAll('[data-photos]')].map(box => new Photos(box));

// Inside WeChat its own chooser is better: it shows the album at once and hands out small copies.
// Where it is not to be had, the phone's own stays.
function native(config) {
  wx.config({ ...config, jsApiList: ['chooseImage', 'getLocalImgData'] });
  wx.ready(() => fields.forEach(field => field.input.addEventListener('click', e => {
    e.preventDefault();
    wx.chooseImage({
      count: field.most - field.files.length,
      sizeType: ['compressed'],
      success: async ({ localIds }) => field.take(await Promise.all(localIds.map(read))),
    });
  })));
}
if (fields.length && window.wx?.config) {
  fetch('/h5/jssdk?url=' + encodeURIComponent(location.href.split('#')[0]))
    .then(answer => answer.ok ? answer.json().then(native) : null)
    .catch(() => {});
}

// A photo out of WeChat: iPhones hand out a data: address, Android phones bare base64.
function read(localId) {
  return new Promise((done, fail) => wx.getLocalImgData({
    localId,
    success: ({ localData }) => {
      const bytes = atob(localData.replace(/^data:[^,]*,/, '').replace(/\s/g, ''));
      done(new File([Uint8Array.from(bytes, c => c.charCodeAt(0))], 'photo.jpg', { type: 'image/jpeg' }));
    },
    fail,
  }));
}

// Drafts: one record for each form in IndexedDB, which, unlike localStorage, holds photos.
function store(mode, act) {
  return new Promise((done, fail) => {
    const asked = indexedDB.open('drafts', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('drafts');
    asked.onerror = fail;
    asked.onsuccess = () => {
      const request = act(asked.result.transaction('drafts', mode).objectStore('drafts'));
      request.onsuccess = () => { asked.result.close(); done(request.result); };
      request.onerror = fail;
    };
  });
}
const ours = ['csrf', 'once'];
const typed = form => [...new FormData(form)].filter(([name, value]) => !ours.includes(name) && typeof value === 'string');

const photosOf = form => fields.filter(field => form.contains(field.box));

function keep(form, sent) {
  const photos = photosOf(form).map(field => field.files);
  const draft = { at: Date.now(), sent, typed: typed(form), photos };
  return store('readwrite', drafts => drafts.put(draft, form.dataset.draft));
}

function fill(form, draft) {
  for (const input of form.elements) {
    const values = draft.typed.filter(([name]) => name === input.name).map(([, value]) => value);
    if (['checkbox', 'radio'].includes(input.type)) input.checked = values.includes(input.value);
    else if (values.length && !ours.includes(input.name)) input.value = values[0];
  }
}

function show(form, draft) {
  photosOf(form).forEach((field, at) => {
    field.files = draft.photos[at] ?? [];
    field.draw();
  });
}

// A form that comes back with something wrong has its words from the server, but no photos. What was
// sent and never arrived (campus.js would know) is as good as what was not sent.
async function back(form) {
  const name = form.dataset.draft;
  const draft = await store('readonly', drafts => drafts.get(name));
  if (!draft || Date.now() - draft.at > DAY) return;
  if (draft.sent && localStorage.landed >= draft.at) {
    await store('readwrite', drafts => drafts.delete(name));
    return;
  }
  if (!form.querySelector('[aria-invalid]')) {
    fill(form, draft);
    if (draft.sent) toastOf('上次没发出去，写好的还在，再点一下就发');
  }
  show(form, draft);
}

for (const form of document.querySelectorAll('form[data-draft]')) {
  back(form).catch(() => {});
  form.addEventListener('input', () => { if (!navigator.onLine) keep(form, false).catch(() => {}); });
}

// Without a network nothing is sent; what was written stays, and one tap sends it later.
addEventListener('submit', e => {
  const form = e.target;
  if (!form.dataset.draft) return;
  if (navigator.onLine) {
    keep(form, true).catch(() => {});
    return;
  }
  e.preventDefault();
  e.stopImmediatePropagation();
  keep(form, false)
    .then(() => toastOf('手机没网，写好的已存在手机里，有网了再点一下就发'))
    .catch(() => toastOf('手机没网，别关这一页，有网了再点一下'));
}, true);
const toastOf = words => document.dispatchEvent(new CustomEvent('toast', { detail: words }));
