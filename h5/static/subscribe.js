// Subscription notices, inside WeChat: its own button asks, one yes is one notice more. The page has
// a hidden [data-subscribe] with a list and a place for the button; without WeChat it stays hidden.
const box = document.querySelector('[data-subscribe]');
const says = box?.querySelector('[role=status]');
const place = box?.querySelector('[data-subscribe-here]');
const ask = address => fetch(address).then(answer => (answer.ok ? answer.json() : Promise.reject(answer)));

function list(offers) {
  box.querySelector('ul').replaceChildren(...offers.map(({ titles, left }) => {
    const line = document.createElement('li');
    line.textContent = `${titles.join('、')}：${left ? `还能收 ${left} 次` : '收不到了'}`;
    return line;
  }));
}

function button(offers) {
  const tag = document.createElement('wx-open-subscribe');
  tag.setAttribute('template', offers.map(one => one.template).join(','));
  const inside = document.createElement('script');
  inside.type = 'text/wxtag-template';
  inside.textContent = '<button>再收一次</button>';
  tag.append(inside);
  tag.addEventListener('success', async e => {
    const answers = Object.values(JSON.parse(e.detail?.subscribeDetails ?? '{}'));
    const yes = answers.filter(one => JSON.parse(one).status === 'accept').length;
    says.textContent = yes ? `记下了，${yes} 种各多收一次` : '好，这次不订';
    offers.forEach(one => { one.left += yes === offers.length ? 1 : 0; });
    list(offers);
  });
  tag.addEventListener('error', () => { says.textContent = '微信没让订上，在通知里的开关看看'; });
  place.replaceChildren(tag);
}

async function offer() {
  const { offers } = await ask('/h5/subscriptions');
  if (!offers.length) return;
  const config = await ask('/h5/jssdk?url=' + encodeURIComponent(location.href.split('#')[0]));
  wx.config({ ...config, jsApiList: ['chooseImage'], openTagList: ['wx-open-subscribe'] });
  list(offers);
  button(offers);
  box.hidden = false;
}

if (box && window.wx?.config) offer().catch(() => {});
