// When which buffer is in which array.

/** What a call allocates, and what of it is live launch by launch. */
function memoryOf(of) {
  const launches = Math.max(of.launches, 1);
  const live = new Array(launches).fill(0);
  // Of arrays: a kernel may write over what it reads, so that two buffers are one array for a launch.
  const inUse = live.map(() => new Map());
  for (const buffer of of.buffers) {
    if (buffer.place !== 'array') continue;
    for (let launch = buffer.first; launch <= Math.min(buffer.last, launches - 1); launch++) {
      inUse[launch].set(buffer.index, Math.max(inUse[launch].get(buffer.index) || 0, evaluate(buffer.bytes)));
    }
  }
  inUse.forEach((arrays, launch) => { for (const bytes of arrays.values()) live[launch] += bytes; });
  let at = 0;
  live.forEach((bytes, launch) => { if (bytes > live[at]) at = launch; });
  const arrays = of.arrays.map(array => Math.max(...array.bytes.map(evaluate)));
  return { live, at, peak: live[at], arrays, allocated: arrays.reduce((a, b) => a + b, 0) };
}

function drawMemory() {
  const of = fn(), memory = memoryOf(of);
  const order = memory.arrays.map((bytes, array) => array).sort((a, b) => memory.arrays[b] - memory.arrays[a] || a - b);
  const row = new Map(order.map((array, i) => [array, i]));
  const left = 150, top = 120, height = 20, launches = Math.max(of.launches, 1);
  const width = Math.max(520, Math.min($('pane-memory').clientWidth - left - 50, launches * 110)), column = width / (launches + 1);
  const x = launch => left + launch * column;
  const svg = s('svg', { width: left + width + 20, height: top + order.length * height + 36, role: 'group', 'aria-label': 'Buffers over launches' });
  // Live bytes above, the peak marked.
  const most = Math.max(memory.peak, 1);
  svg.append(s('rect', { x: x(memory.at), y: 14, width: column, height: top - 14 + order.length * height, class: 'peak' }));
  memory.live.forEach((bytes, launch) => {
    const tall = 76 * bytes / most;
    svg.append(s('rect', { x: x(launch) + 0.5, y: 98 - tall, width: Math.max(column - 1, 0.5), height: tall, class: launch === memory.at ? 'live most' : 'live' },
      s('title', {}, `launch ${launch}: ${bytesText(bytes)} live`)));
  });
  const peakText = `peak: ${bytesText(memory.peak)} live in launch ${memory.at}`;
  const onLeft = x(memory.at) > left + width / 2;
  svg.append(s('text', { x: x(memory.at) + (onLeft ? column : 0), y: 11, 'text-anchor': onLeft ? 'end' : 'start', class: 'peak-text' }, peakText));
  svg.append(s('text', { x: left - 8, y: 98, 'text-anchor': 'end', class: 'axis' }, 'live bytes'));
  const every = Math.ceil(launches / (width / 34));
  for (let launch = 0; launch < launches && (launch + every <= launches || every === 1); launch += every) svg.append(s('text', { x: x(launch) + column / 2, y: 112, 'text-anchor': 'middle', class: 'axis' }, String(launch)));
  svg.append(s('text', { x: x(launches) + column / 2, y: 112, 'text-anchor': 'middle', class: 'axis' }, 'end'));
  order.forEach((array, i) => {
    svg.append(s('rect', { x: left, y: top + i * height, width, height: height - 3, class: 'track' }));
    svg.append(s('text', { x: left - 8, y: top + i * height + 13, 'text-anchor': 'end', class: 'axis' }, `array ${array} · ${bytesText(memory.arrays[array])}`));
  });
  for (const buffer of of.buffers) {
    if (buffer.place !== 'array') continue;
    const node = lastStage().byId.get(buffer.node);
    const y = top + row.get(buffer.index) * height;
    // Where one is written over another, they share that launch's column.
    const meets = other => other !== buffer && other.place === 'array' && other.index === buffer.index;
    const late = of.buffers.some(other => meets(other) && other.last === buffer.first && other.first < buffer.first) ? column / 2 : 0;
    const early = of.buffers.some(other => meets(other) && other.first === buffer.last && buffer.first < other.first) ? column / 2 : 0;
    const start = x(buffer.first) + late, wide = (Math.min(buffer.last, launches) - buffer.first + 1) * column - 2 - late - early;
    const said = `${label(node)} ${type(node)}, ${bytesText(evaluate(buffer.bytes))}, launches ${buffer.first} to ${buffer.last >= of.launches ? 'the end' : buffer.last}`;
    svg.append(s('g', { class: 'buffer' + (buffer.first <= memory.at && memory.at <= buffer.last ? ' at-peak' : ''), 'data-buffer': buffer.number, tabindex: 0, role: 'button', 'aria-label': said,
      onclick: () => select({ buffer: buffer.number }), onkeydown: pressed },
    s('title', {}, said),
    s('rect', { x: start + 1, y, width: Math.max(wide, 2), height: height - 3, rx: 3 }),
    wide > 40 ? s('text', { x: start + 6, y: y + 12.5 }, cut(label(node), Math.floor(wide / 7))) : null));
  }
  const others = ['parameter', 'input', 'constant'].map(kind => {
    const some = of.buffers.filter(buffer => buffer.place === kind);
    const seen = new Map(some.map(buffer => [kind + buffer.index + (kind === 'constant' ? '_' + buffer.number : ''), evaluate(buffer.bytes)]));
    return [{ parameter: 'parameters', input: 'inputs', constant: 'data of the graph' }[kind], [...seen.values()].reduce((a, b) => a + b, 0)];
  });
  const largest = of.buffers.filter(buffer => buffer.place === 'array').sort((a, b) => evaluate(b.bytes) - evaluate(a.bytes) || a.number - b.number).slice(0, 12);
  const bar = h('div', { class: 'bar' }, h('p', {}, h('b', {}, of.name),
    ` · a call's arrays: ${bytesText(memory.allocated)} · live at most: ${bytesText(memory.peak)} · `,
    others.filter(([, bytes]) => bytes).map(([name, bytes]) => `${name}: ${bytesText(bytes)}`).join(' · ')));
  const table = h('table', {}, h('caption', {}, 'The largest buffers'),
    h('thead', {}, h('tr', {}, ['buffer', 'elements', 'size', 'launches', 'at the peak', 'line'].map(name => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, largest.map(buffer => {
      const node = lastStage().byId.get(buffer.node);
      return h('tr', {}, h('td', {}, h('button', { class: 'link', onclick: () => select({ buffer: buffer.number }) }, label(node))), h('td', {}, h('code', {}, type(node))),
        h('td', {}, bytesText(evaluate(buffer.bytes))), h('td', {}, `${buffer.first}–${buffer.last >= of.launches ? 'end' : buffer.last}`),
        h('td', {}, buffer.first <= memory.at && memory.at <= buffer.last ? percent(evaluate(buffer.bytes) / most) : ''), h('td', {}, h('code', {}, place(node))));
    })));
  $('pane-memory').replaceChildren(bar, h('div', { class: 'timeline' }, order.length ? svg : h('p', { class: 'hint' }, 'A call allocates nothing.'), largest.length ? table : null));
  markBuffer();
}

function markBuffer() {
  for (const each of document.querySelectorAll('.buffer')) {
    each.classList.toggle('selected', !!state.selected && String(state.selected.buffer) === each.dataset.buffer);
  }
}
