// What is told of the thing that was clicked.

/** Selects a node {node, stage}, a kernel {kernel}, a buffer {buffer} or nothing, and tells of it. */
function select(what) {
  state.selected = what;
  markSelection();
  markKernel();
  markBuffer();
  showDetails();
}

function showDetails() {
  const what = state.selected;
  let shown;
  if (what && what.node !== undefined) shown = aboutNode(model.stages[what.stage].byId.get(what.node));
  else if (what && what.kernel !== undefined) shown = aboutKernel(fn().kernels[what.kernel]);
  else if (what && what.buffer !== undefined) shown = aboutBuffer(fn().buffers[what.buffer]);
  else shown = state.tab === 'graph' ? aboutStage() : aboutFunction();
  $('details').replaceChildren(...shown);
  $('details').classList.toggle('wide', state.tab === 'kernels' && !!what && what.kernel !== undefined);
  $('details').scrollTop = 0;
}

const heading = (kind, name, ...marks) => h('header', {}, h('p', { class: 'kind' }, kind), h('h2', {}, name), ...marks);
const section = (title, ...content) => h('section', {}, h('h3', {}, title), ...content);
const facts = pairs => h('dl', {}, pairs.filter(pair => pair[1] !== '' && pair[1] !== null && pair[1] !== undefined)
  .map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));

/** A list that shows its first entries, and the others when asked. */
function list(entries, most = 12) {
  const all = h('ul', { class: 'links' }, entries.slice(0, most).map(entry => h('li', {}, entry)));
  if (entries.length > most) {
    const rest = entries.length - most;
    const more = h('button', { class: 'link', onclick: () => more.parentNode.replaceWith(...entries.slice(most).map(entry => h('li', {}, entry))) }, `${rest} more …`);
    all.append(h('li', {}, more));
  }
  return all;
}

function nodeLink(node) {
  return h('button', { class: 'link', title: place(node), onclick: () => goToNode(node) },
    h('b', {}, label(node)), ' ', h('code', {}, type(node)));
}

const kernelLink = number => h('button', { class: 'link', onclick: () => goToKernel(number) }, fn().kernels[number].name);

function goToNode(node) {
  state.stage = node.stage;
  if (!node.functions.includes(state.fn)) state.fn = node.functions[0];
  state.selected = { node: node.id, stage: node.stage };
  open('graph');
  showDetails();
  return reveal(node.id);
}

function goToKernel(number) {
  state.selected = { kernel: number };
  open('kernels');
  showDetails();
  const card = document.querySelector(`[data-kernel="${number}"]`);
  if (card) card.scrollIntoView({ block: 'nearest' });
}

function goToBuffer(number) {
  state.selected = { buffer: number };
  open('memory');
  showDetails();
}

// ---- a node

function aboutNode(node) {
  const of = model.stages[node.stage];
  const marks = [];
  if (node.change) marks.push(h('span', { class: 'mark ' + node.change }, MARKS[node.change]));
  if (of.going.has(node.id)) marks.push(h('span', { class: 'mark going' }, MARKS.going));
  const last = successor(node);
  return [
    heading(`${kind(node)} · ${STAGE_NAMES[of.name] || of.name}`, node.name || node.op, ...marks),
    facts([
      ['op', h('code', {}, [node.op, node.attributes].filter(Boolean).join(' '))],
      ['dtype', h('code', {}, node.dtype)],
      ['shape', h('code', {}, '[' + node.shape.join(', ') + ']', node.shape.some(d => typeof d === 'string')
        ? ' = [' + node.shape.map(evaluate).join(', ') + ']' : '')],
      ['size', bytesText(node.shape.map(evaluate).reduce((a, b) => a * b, 1) * BYTES[node.dtype])],
      ['block', node.block || ''],
      ['functions', node.functions.map(i => model.functions[i].name).join(', ')],
      ['returned as', node.results.map(result => `${model.functions[result.fn].name} → ${result.name}`).join(', ')],
      ['new value of', node.updates.map(update => update.name).join(', ')],
    ]),
    node.file ? section('Source line', sourceText(node)) : null,
    section('Becomes', becomes(node, last)),
    node.inputs.length ? section('Operands', list(node.inputs.map(id => nodeLink(of.byId.get(id))))) : null,
    node.readers.length ? section('Read by', list(node.readers.map(id => nodeLink(of.byId.get(id))))) : null,
    node.before !== undefined || node.next !== null ? section('In other stages', list([
      node.before !== undefined ? h('span', {}, 'before: ', nodeLink(model.stages[node.stage - 1].byId.get(node.before))) : null,
      node.next !== null ? h('span', {}, 'after: ', nodeLink(model.stages[node.stage + 1].byId.get(node.next))) : null,
    ].filter(Boolean))) : null,
  ].filter(Boolean);
}
const BYTES = { f32: 4, f64: 8, i32: 4, i64: 8, bool: 1 };

function sourceText(node) {
  const lines = sources[node.file];
  if (!lines || lines[node.line] === undefined) return h('p', {}, h('code', { class: 'place' }, place(node)));
  const from = Math.max(1, node.line - 3);
  const rows = [];
  const indents = [];
  for (let n = from; n <= node.line + 3; n++) if (lines[n] && lines[n].trim()) indents.push(lines[n].match(/^ */)[0].length);
  const indent = Math.min(...indents);
  for (let n = from; n <= node.line + 3; n++) {
    if (lines[n] !== undefined) rows.push(h('div', { class: n === node.line ? 'line here' : 'line' }, h('span', { class: 'number' }, String(n)), lines[n].slice(indent) || ' '));
  }
  return [h('p', {}, h('code', { class: 'place' }, place(node))), h('pre', { class: 'code source' }, rows)];
}

/** Which kernel computes a node. */
function becomes(node, last) {
  if (!last) return h('p', {}, 'A later pass removes it: nothing computes it as such.');
  const by = fn().computedBy.get(last.id) || [];
  const buffer = fn().bufferOf.get(last.id);
  const parts = [];
  const computed = by.filter(each => !each.inline), inlined = by.filter(each => each.inline);
  if (computed.length) parts.push(h('p', {}, 'computed by ', computed.map(each => kernelLink(each.kernel))));
  if (inlined.length) {
    parts.push(h('p', {}, inlined.length > 1 ? `computed where it is read, by each of ${inlined.length} kernels:` : 'computed where it is read, by'),
      list(inlined.map(each => kernelLink(each.kernel)), 6));
  }
  if (buffer !== undefined) parts.push(h('p', {}, 'in memory: ', bufferLink(fn().buffers[buffer])));
  if (!parts.length) {
    parts.push(h('p', {}, node.functions.includes(state.fn) ? 'no code: it is another buffer under another shape, or only an index.'
      : `nothing in ${fn().name}: choose one of its functions above.`));
  }
  return parts;
}

const PLACES = { input: 'input', parameter: 'parameter', constant: 'data of the graph', array: 'array' };

function placeOf(buffer) {
  if (buffer.place === 'array') return 'array ' + buffer.index;
  if (buffer.place === 'parameter') return 'parameter ' + lastStage().parameters[buffer.index].name;
  return PLACES[buffer.place];
}

function bufferLink(buffer) {
  const node = lastStage().byId.get(buffer.node);
  return h('button', { class: 'link', onclick: () => goToBuffer(buffer.number) },
    h('b', {}, label(node)), ' ', h('code', {}, type(node)), ' ', bytesText(evaluate(buffer.bytes)), h('small', {}, ' ' + placeOf(buffer)));
}

// ---- a stage, a function

const STAGE_NAMES = {
  'source': 'Source', 'simplified': 'Simplified', 'differentiated': 'Differentiated', 'simplified-again': 'Simplified again',
  'specialised': 'Specialised',
};
const STAGE_WORDS = {
  'source': 'The graph as it was written; gradients are still ops.',
  'simplified': 'Equal values are one, constants are folded, and what would overflow or lose digits is written stably.',
  'differentiated': 'Gradient ops have become expressions, by reverse mode.',
  'simplified-again': 'What differentiation left is simplified, and movement is folded into contractions.',
  'specialised': 'Contractions, convolutions and large sums in the form in which they are computed. Kernels are made of this stage.',
};

function aboutStage() {
  const of = stage();
  const shown = of.nodes.filter(node => node.functions.includes(state.fn));
  const added = shown.filter(node => node.change === 'added'), changed = shown.filter(node => node.change === 'changed');
  const before = state.stage > 0 ? model.stages[state.stage - 1] : null;
  const removed = before ? of.removed.map(id => before.byId.get(id)).filter(node => node.functions.includes(state.fn)) : [];
  return [
    heading('stage', STAGE_NAMES[of.name] || of.name),
    h('p', {}, STAGE_WORDS[of.name] || ''),
    facts([['function', fn().name], ['ops', String(shown.length)], ['all functions', `${of.nodes.length} ops`]]),
    added.length ? section(`Added (${added.length})`, list(added.map(nodeLink))) : null,
    changed.length ? section(`Other operands (${changed.length})`, list(changed.map(nodeLink))) : null,
    removed.length ? section(`Removed (${removed.length})`, list(removed.map(nodeLink))) : null,
    h('p', { class: 'hint' }, 'Click a block to open it, an op to see its line, its kernel and what reads it. Keys: / search, [ ] stages, + − 0 zoom, arrows pan, e c open and close, 1–4 views.'),
  ].filter(Boolean);
}

const EXECUTIONS = {
  'launches': 'Launch by launch; the kernels of a launch do not depend on each other, and threads share them out where it pays.',
  'one-after-the-other': 'So little work that one method calls all kernels, one after the other.',
  'straight-line': 'So little work that one method has all kernels, without loops: values stay in registers.',
};

function aboutFunction() {
  const of = fn(), sum = totals(of), memory = memoryOf(of);
  return [
    heading('function', of.name),
    h('p', {}, EXECUTIONS[of.execution]),
    facts([
      ['kernels', `${of.kernels.length} in ${of.launches} launches`],
      ['estimated', `${flopsText(sum.flops)}, ${bytesText(sum.bytes)} moved`],
      ['arrays of a call', bytesText(memory.allocated)],
      ['live at most', of.launches ? `${bytesText(memory.peak)}, in launch ${memory.at}` : '0 B'],
      ...measuredWhole(of),
      ['with', of.dims.map(name => `${name} = ${state.dims[name]}`).join(', ')],
    ]),
    of.whole ? section('The one method', codeOf(of.kernels.length)) : null,
  ].filter(Boolean);
}

// ---- a kernel

function aboutKernel(kernel) {
  const last = lastStage(), of = fn();
  const c = cost(kernel), sum = totals(of);
  const joined = kernel.decisions.filter(decision => !decision.refusal), refused = kernel.decisions.filter(decision => decision.refusal);
  const nodes = ids => ids.map(id => nodeLink(last.byId.get(id)));
  const buffers = numbers => numbers.map(number => bufferLink(of.buffers[number]));
  return [
    heading(`kernel · launch ${kernel.launch}`, kernel.name, h('span', { class: 'mark ' + kernel.kind }, KERNEL_KINDS[kernel.kind])),
    facts([
      ['flops', c.flops === 0 ? 'none' : flopsText(c.flops)],
      ['bytes', `${bytesText(evaluate(kernel.read))} read, ${bytesText(evaluate(kernel.written))} written`],
      ['intensity', c.bytes ? (c.flops / c.bytes).toFixed(2) + ' flop/B: ' + c.bound + ' binds' : ''],
      ['estimated share', percent(c.time / sum.time)],
      ...measured(kernel),
    ]),
    kernel.lines.length ? section('For', h('p', {}, kernel.lines.map((line, i) => [i ? ', ' : '', h('code', {}, line)]))) : null,
    section(`Computes (${kernel.ops.length})`, list(nodes(kernel.ops), 7)),
    kernel.inlined.length ? section(`Computed while reading (${kernel.inlined.length})`, list(nodes(kernel.inlined), 3)) : null,
    kernel.reads.length ? section('Reads', list(buffers(kernel.reads), 8)) : null,
    kernel.writes.length ? section('Writes', list(buffers(kernel.writes), 8)) : null,
    refused.length ? section('Not fused', h('ul', { class: 'decisions refused' }, refused.map(decision => h('li', {},
      nodeLink(last.byId.get(decision.operand)), h('p', {}, decision.refusal))))) : null,
    joined.length ? section('Fused', h('ul', { class: 'decisions joined' }, joined.map(decision => h('li', {},
      nodeLink(last.byId.get(decision.reader)), h('p', {}, 'with its operand ', label(last.byId.get(decision.operand))))))) : null,
    section('Code', codeOf(kernel.number)),
  ].filter(Boolean);
}
const KERNEL_KINDS = { loop: 'loops', tile: 'contraction', alone: 'loops of its own' };

const code = new Map();

/** Loops and bytecode, which are read when they are asked for. */
function codeOf(number) {
  const holder = h('div', { class: 'codes' }, h('p', {}, '…'));
  const of = state.fn;
  if (!code.has(of)) code.set(of, chunk('code-' + of));
  code.get(of).then(all => {
    const each = all[number];
    holder.replaceChildren(
      h('pre', { class: 'code loops' }, each.loops.trimEnd()),
      ...[['scalar', 'Bytecode, scalar'], ['vector', 'Bytecode, Vector API']].filter(([name]) => each[name])
        .map(([name, title]) => {
          const text = h('pre', { class: 'code' });
          return h('details', { ontoggle: () => { text.textContent = each[name]; } }, h('summary', {}, `${title} (${each[name].split('\n').length} lines)`), text);
        }));
  });
  return holder;
}

// ---- a buffer

function aboutBuffer(buffer) {
  const node = lastStage().byId.get(buffer.node), of = fn();
  return [
    heading('buffer', label(node)),
    facts([
      ['in', placeOf(buffer)],
      ['elements', h('code', {}, type(node))],
      ['size', `${bytesText(evaluate(buffer.bytes))}${typeof buffer.bytes === 'string' ? ' = ' + buffer.bytes : ''}`],
      ['lives', buffer.place === 'array' ? `from launch ${buffer.first} to ${buffer.last >= of.launches ? 'the end of the call' : 'launch ' + buffer.last}` : 'before and after the call'],
    ]),
    node.file ? section('Source line', sourceText(node)) : null,
    section('Holds', list([nodeLink(node)])),
    buffer.writtenBy.length ? section('Written by', list(buffer.writtenBy.map(kernelLink))) : null,
    buffer.readBy.length ? section('Read by', list(buffer.readBy.map(kernelLink))) : null,
  ].filter(Boolean);
}
