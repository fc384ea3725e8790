// The explanation, and what is looked up in it again and again.

const $ = id => document.getElementById(id);

/** A chunk of the page: gzip in base64. */
async function chunk(id) {
  const bytes = Uint8Array.from(atob($('data-' + id).textContent), c => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return JSON.parse(await new Response(stream).text());
}

/** An element with attributes, listeners (on…) and children, which are elements or texts. */
function element(namespace, tag, attributes, children) {
  const made = namespace ? document.createElementNS(namespace, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(name, value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false) made.append(child);
  }
  return made;
}
const h = (tag, attributes, ...children) => element(null, tag, attributes, children);
const s = (tag, attributes, ...children) => element('http://www.w3.org/2000/svg', tag, attributes, children);

/** What is shown. */
const state = {
  tab: 'graph', stage: 0, fn: 0, opened: new Set(), selected: null, colour: 'kind', dims: {}, order: 'launch',
};
let model;
let sources = {};

// ---- formulas of named dimensions

const formulas = new Map();

/** What a dimension is for the extents that names have now: 3, "batch" or "4*floordiv(batch+63,64)". */
function evaluate(dim) {
  if (typeof dim === 'number') return dim;
  if (!formulas.has(dim)) formulas.set(dim, formula(dim));
  return formulas.get(dim)();
}

function formula(text) {
  const tokens = text.match(/[A-Za-z_][A-Za-z_0-9]*|\d+|[-+*(),]/g);
  let at = 0;
  const next = () => tokens[at++];
  const sum = () => {
    let left = tokens[at] === '-' ? (next(), negated(product())) : product();
    while (tokens[at] === '+' || tokens[at] === '-') {
      const sign = next(), a = left, b = product();
      left = sign === '+' ? () => a() + b() : () => a() - b();
    }
    return left;
  };
  const negated = a => () => -a();
  const product = () => {
    let left = atom();
    while (tokens[at] === '*') {
      next();
      const a = left, b = atom();
      left = () => a() * b();
    }
    return left;
  };
  const atom = () => {
    const token = next();
    if (token === '-') return negated(atom());
    if (/\d/.test(token[0])) return () => Number(token);
    if (token === 'floordiv') {
      next();
      const a = sum();
      next();
      const b = sum();
      next();
      return () => Math.floor(a() / b());
    }
    return () => state.dims[token];
  };
  return sum();
}

// ---- numbers for people

function scaled(number, units, unit) {
  let i = 0;
  while (number >= 999.5 && i < units.length - 1) {
    number /= 1000;
    i++;
  }
  const digits = number >= 99.5 || i === 0 ? 0 : number >= 9.95 ? 1 : 2;
  return number.toFixed(digits) + ' ' + units[i] + unit;
}
const bytesText = n => scaled(n, ['', 'k', 'M', 'G', 'T'], 'B');
const flopsText = n => scaled(n, ['', 'k', 'M', 'G', 'T'], 'flop');
const percent = x => x >= 0.0995 ? (100 * x).toFixed(0) + ' %' : x >= 0.00095 ? (100 * x).toFixed(1) + ' %' : x > 0 ? '< 0.1 %' : '0 %';

// ---- indices

/** Adds to what was read: nodes by id, readers, successors, and what a kernel computes. */
function index(explanation) {
  model = explanation;
  explanation.stages.forEach((stage, number) => {
    stage.number = number;
    stage.byId = new Map(stage.nodes.map(node => [node.id, node]));
    stage.going = new Set();
    for (const node of stage.nodes) {
      node.stage = number;
      node.readers = [];
      node.results = [];
      node.updates = [];
    }
    for (const node of stage.nodes) {
      for (const input of new Set(node.inputs)) stage.byId.get(input).readers.push(node.id);
      node.next = null;
    }
    stage.functions.forEach((fn, i) => {
      for (const result of fn.results) stage.byId.get(result.node).results.push({ fn: i, name: result.name });
      for (const update of fn.updates) {
        stage.byId.get(update.value).updates.push({ fn: i, name: label(stage.byId.get(update.parameter)) });
      }
    });
    if (number > 0) {
      const before = explanation.stages[number - 1];
      before.going = new Set(stage.removed);
      for (const node of stage.nodes) {
        if (node.before !== undefined) before.byId.get(node.before).next = node.id;
      }
    }
  });
  const last = explanation.stages[explanation.stages.length - 1];
  explanation.functions.forEach((fn, number) => {
    fn.number = number;
    fn.computedBy = new Map();
    fn.bufferOf = new Map();
    fn.buffers.forEach((buffer, i) => fn.bufferOf.set(buffer.node, i));
    fn.kernels.forEach((kernel, i) => {
      kernel.number = i;
      kernel.fn = number;
      for (const id of kernel.ops) into(fn.computedBy, id, { kernel: i, inline: false });
      for (const id of kernel.inlined) into(fn.computedBy, id, { kernel: i, inline: true });
      kernel.lines = [...new Set(kernel.ops.map(id => place(last.byId.get(id))).filter(Boolean))];
    });
    fn.buffers.forEach((buffer, i) => {
      buffer.number = i;
      buffer.readBy = fn.kernels.filter(kernel => kernel.reads.includes(i)).map(kernel => kernel.number);
      buffer.writtenBy = fn.kernels.filter(kernel => kernel.writes.includes(i)).map(kernel => kernel.number);
    });
  });
}

function into(map, key, value) {
  if (!map.has(key)) map.set(key, []);
  map.get(key).push(value);
}

const lastStage = () => model.stages[model.stages.length - 1];
const stage = () => model.stages[state.stage];
const fn = () => model.functions[state.fn];

/** What a node is called: by the user, or by its op and number. */
const label = node => node.name || node.op + '_' + node.id;
const type = node => node.dtype + '[' + node.shape.join(',') + ']';
const place = node => node.file ? node.file + ':' + node.line : '';

/** What a node has become in the last stage; null if it is gone. */
function successor(node) {
  let at = node;
  while (at && at.stage < model.stages.length - 1) at = at.next === null ? null : model.stages[at.stage + 1].byId.get(at.next);
  return at;
}

/** The kernels of the shown function that compute a node of any stage. */
function kernelsOf(node) {
  const at = successor(node);
  return at && fn().computedBy.get(at.id) || [];
}

const kernelColour = number => `hsl(${(number * 137.508) % 360} 60% 50%)`;

// ---- estimates

/** A machine does about so many flops while it moves a byte; what takes longer decides. */
const FLOPS_A_BYTE = 4;
/** What a named dimension is until somebody says. */
const ASSUMED = 32;

function cost(kernel) {
  const flops = evaluate(kernel.flops), bytes = evaluate(kernel.read) + evaluate(kernel.written);
  return { flops, bytes, time: Math.max(flops / FLOPS_A_BYTE, bytes), bound: flops / FLOPS_A_BYTE > bytes ? 'arithmetic' : 'memory' };
}

function totals(of) {
  const sum = { flops: 0, bytes: 0, time: 0 };
  for (const kernel of of.kernels) {
    const c = cost(kernel);
    sum.flops += c.flops;
    sum.bytes += c.bytes;
    sum.time += c.time;
  }
  return sum;
}

/** What kind of op it is, for colours. */
function kind(node) {
  switch (node.op) {
    case 'input': return 'input';
    case 'parameter': return 'parameter';
    case 'constant': case 'iota': case 'extent': case 'random_bits': case 'placeholder': return 'leaf';
    case 'dot': case 'conv': return 'contraction';
    case 'reshape': case 'broadcast': case 'transpose': case 'slice': case 'reverse': case 'pad': case 'concat': case 'windows':
      return 'movement';
    case 'gather': case 'scatter_add': case 'argsort': return 'indexed';
    case 'gradient': case 'stop_gradient': case 'custom_gradient': return 'symbolic';
    default: return /^(reduce|window|arg|partial|cumsum)/.test(node.op) ? 'reduction' : 'elementwise';
  }
}
const KINDS = ['input', 'parameter', 'contraction', 'reduction', 'elementwise', 'movement', 'indexed', 'symbolic', 'leaf'];
