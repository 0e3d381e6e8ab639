// 「存图」: the picture of the card as a PNG, drawn by the browser from its SVG; nothing is asked for.
const STYLES = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-size', 'font-family', 'opacity'];
const SCALE = 2;
const HEAD = 36;

function standalone(svg) {
  const copy = svg.cloneNode(true);
  const parts = [...copy.querySelectorAll('rect,line,polyline,circle,text')];
  const drawn = svg.querySelectorAll('rect,line,polyline,circle,text');
  parts.forEach((part, at) => {
    const style = getComputedStyle(drawn[at]);
    for (const name of STYLES) part.setAttribute(name, style.getPropertyValue(name));
  });
  const { width, height } = svg.viewBox.baseVal;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', width * SCALE);
  copy.setAttribute('height', height * SCALE);
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
}

async function save(svg) {
  const picture = new Image();
  picture.src = standalone(svg);
  await picture.decode();
  const page = getComputedStyle(svg.closest('.card'));
  const sheet = document.createElement('canvas');
  sheet.width = picture.width + 16 * SCALE;
  sheet.height = picture.height + HEAD * SCALE;
  const pen = sheet.getContext('2d');
  pen.fillStyle = page.backgroundColor;
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.fillStyle = page.color;
  pen.font = `600 ${15 * SCALE}px ${page.fontFamily}`;
  pen.fillText(svg.dataset.fName, 16 * SCALE, 24 * SCALE);
  pen.drawImage(picture, 0, HEAD * SCALE);
  const link = document.createElement('a');
  link.download = `${svg.dataset.fName}.png`;
  link.href = sheet.toDataURL('image/png');
  link.click();
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-f-save]');
  if (button) save(button.closest('.card').querySelector('svg.f-chart'));
});

// A report that is being made: look again until it is there.
if (document.querySelector('[data-f-wait]')) setTimeout(() => location.reload(), 3000);
