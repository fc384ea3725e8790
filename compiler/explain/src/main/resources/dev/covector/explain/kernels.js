// Kernels as boxes, by launch or by what they cost.

let profile = {};

/** What a profile says of a kernel, as facts. */
const measured = kernel => measuredFacts(profileOf(kernel));

/** What it says of a function whose kernels are one method. */
const measuredWhole = of => measuredFacts(Object.entries(profile[of.name] || {}).filter(([name]) => name.startsWith('all ')).map(([, row]) => row)[0]);

function measuredFacts(row) {
  if (!row) return [];
  return [
    ['measured', `${timeText(row.seconds)} a call, ${row.code === 'both' ? 'scalar and vector' : row.code} code`],
    ['of the limit', row.limit ? `${percent(row.share)} of the machine's ${row.limit}` : ''],
  ];
}

const profileOf = kernel => (profile[fn().name] || {})[kernel.name] || null;
const timeText = seconds => seconds >= 1e-3 ? (seconds * 1e3).toFixed(2) + ' ms' : (seconds * 1e6).toFixed(1) + ' µs';

function drawKernels() {
  const of = fn(), sum = totals(of);
  const hasProfile = of.kernels.some(profileOf);
  const measuredTotal = of.kernels.reduce((total, kernel) => total + (profileOf(kernel) ? profileOf(kernel).seconds : 0), 0);
  const weight = kernel => state.order === 'measured' && hasProfile ? (profileOf(kernel) ? profileOf(kernel).seconds : 0) / measuredTotal
    : cost(kernel).time / sum.time;
  const largest = Math.max(...of.kernels.map(weight));
  const orders = [['launch', 'in running order'], ['time', 'dearest first'], ...(hasProfile ? [['measured', 'by measured time']] : [])];
  const bar = h('div', { class: 'bar' },
    h('p', {}, h('b', {}, of.name), ` · ${of.kernels.length} kernels in ${of.launches} launches · ${flopsText(sum.flops)} · ${bytesText(sum.bytes)} moved`,
      of.execution === 'launches' ? '' : ' · ' + (of.execution === 'straight-line' ? 'one method without loops' : 'one method')),
    h('label', { class: 'field' }, 'order ', h('select', { id: 'kernel-order', onchange: event => { state.order = event.target.value; drawKernels(); } },
      orders.map(([value, text]) => h('option', { value, selected: value === state.order }, text)))));
  const body = h('div', { class: state.order === 'launch' ? 'cards flow' : 'cards', id: 'cards' });
  if (state.order === 'launch') {
    for (let launch = 0; launch < of.launches; launch++) {
      const some = of.kernels.filter(kernel => kernel.launch === launch);
      if (!some.length) continue;
      const share = some.reduce((total, kernel) => total + weight(kernel), 0);
      body.append(h('section', { class: 'launch', 'aria-label': 'launch ' + launch },
        h('h3', {}, `launch ${launch}`, h('small', {}, percent(share))), h('div', { class: 'row' }, some.map(kernel => card(kernel, weight(kernel), weight(kernel) / largest)))));
    }
  } else {
    const sorted = of.kernels.slice().sort((a, b) => weight(b) - weight(a) || a.number - b.number);
    body.append(h('div', { class: 'row' }, sorted.map(kernel => card(kernel, weight(kernel), weight(kernel) / largest))));
  }
  if (!of.kernels.length) body.append(h('p', { class: 'hint' }, 'Nothing is computed: results are inputs, parameters or data.'));
  $('pane-kernels').replaceChildren(bar, body);
  markKernel();
}

function card(kernel, share, part) {
  const last = lastStage(), c = cost(kernel), of = profileOf(kernel);
  const refused = kernel.decisions.filter(decision => decision.refusal).length;
  const ops = [...kernel.ops.reduce((words, id) => words.set(last.byId.get(id).op, (words.get(last.byId.get(id).op) || 0) + 1), new Map())]
    .map(([word, times]) => times > 1 ? `${word} ×${times}` : word).join(', ');
  return h('button', { class: 'card ' + kernel.kind, 'data-kernel': kernel.number, onclick: () => select({ kernel: kernel.number }),
    'aria-label': `kernel ${kernel.name}, ${percent(share)} of the estimated time` },
  h('span', { class: 'share' }, h('i', { style: `width:${Math.max(part * 100, 0.5)}%;background:${kernelColour(kernel.number)}` })),
  h('span', { class: 'title' }, h('b', {}, kernel.name), h('em', {}, of ? timeText(of.seconds) : percent(share))),
  h('span', { class: 'ops' }, cut(ops, 90)),
  h('span', { class: 'numbers' }, `${c.flops ? flopsText(c.flops) : 'no flops'} · ${bytesText(c.bytes)} · ${c.bound} binds`),
  h('span', { class: 'numbers' }, cut(kernel.lines.join(', ') || 'no known line', 60), refused ? h('u', {}, ` ${refused} not fused`) : ''),
  of && of.limit ? h('span', { class: 'numbers' }, `${percent(of.share)} of the machine's ${of.limit}, ${of.code === 'both' ? 'scalar and vector' : of.code} code`) : '');
}

function markKernel() {
  for (const each of document.querySelectorAll('.card')) {
    each.classList.toggle('selected', !!state.selected && String(state.selected.kernel) === each.dataset.kernel);
  }
}
