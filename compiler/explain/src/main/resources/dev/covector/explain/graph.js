// The graph of a stage: blocks that open, laid out one by one.

const NODE_HEIGHT = 38, BADGE = 15, TITLE = 24, PAD = 12, MOST_TOGETHER = 48;
const measure = document.createElement('canvas').getContext('2d');

function textWidth(text, font) {
  measure.font = font;
  return measure.measureText(text).width;
}
const BOLD = '600 12px system-ui, sans-serif', SMALL = '11px ui-monospace, monospace';
const cut = (text, most) => text.length > most ? text.slice(0, most - 1) + '…' : text;

// ---- what is to be seen

/** What is the same for all elements, a constant or an extent, also repeated to a shape: it is written at what reads it. */
function literal(in_, node) {
  let at = node;
  while (at.op === 'broadcast' || at.op === 'reshape') at = in_.byId.get(at.inputs[0]);
  return (at.op === 'constant' || at.op === 'extent') && at.shape.length === 0 ? at.attributes : null;
}

/** The blocks of the shown function at the shown stage, and in which of them each node is. */
function blocks() {
  const of = stage(), shown = of.nodes.filter(node => node.functions.includes(state.fn));
  const root = block('', '', null);
  const all = new Map([['', root]]);
  for (const node of shown) {
    node.folded = literal(of, node) !== null && node.results.length + node.updates.length === 0;
    if (node.folded) continue;
    let at = root, path = '';
    for (const name of node.block ? node.block.split('/') : []) {
      path = path ? path + '/' + name : name;
      if (!all.has(path)) {
        all.set(path, block(path, name, at));
        at.items.push(all.get(path));
      }
      at = all.get(path);
    }
    at.items.push(node);
  }
  for (const each of [...all.values()]) together(each, all);
  const home = new Map();
  for (const each of all.values()) for (const item of each.items) if (!item.items) home.set(item.id, each);
  count(root);
  return { root, all, home, nodes: shown.filter(node => !node.folded) };
}

const block = (key, name, parent) => ({ key, name, parent, items: [] });

/** More than a screen of ops in one block: neighbours, in the order of the graph, go into blocks of their own. */
function together(of, all) {
  const nodes = of.items.filter(item => !item.items);
  if (of.items.length <= MOST_TOGETHER || nodes.length < 12) return;
  const size = Math.max(12, Math.ceil(Math.sqrt(nodes.length)));
  const groups = [];
  for (let from = 0; from < nodes.length; from += size) {
    const some = nodes.slice(from, from + size);
    const key = (of.key ? of.key + '/' : '') + '#' + some[0].id;
    const lines = [...new Set(some.map(place).filter(Boolean))];
    const made = block(key, lines.length === 1 ? lines[0] : `${label(some[0])} … ${label(some[some.length - 1])}`, of);
    made.items = some;
    groups.push(made);
    all.set(key, made);
  }
  of.items = of.items.filter(item => item.items).concat(groups);
}

/** How many ops a block has, and what the pass did to them. */
function count(of) {
  of.count = 0;
  of.marks = { added: 0, changed: 0, going: 0 };
  for (const item of of.items) {
    if (item.items) {
      count(item);
      of.count += item.count;
      for (const mark of Object.keys(of.marks)) of.marks[mark] += item.marks[mark];
    } else {
      of.count++;
      if (item.change) of.marks[item.change]++;
      if (stage().going.has(item.id)) of.marks.going++;
    }
  }
}

const PHASES = new Set(['gradient', 'update', 'initial']);
const isOpen = of => of.key === '' || state.opened.has(of.key);
const keyOf = item => item.items ? 'b:' + item.key : 'n:' + item.id;

/** From the outermost block on: where a node is. */
function ancestors(view, node) {
  const chain = [];
  for (let at = view.home.get(node.id); at; at = at.parent) chain.unshift(at);
  return chain;
}

/** What stands for a node now: itself, or the closed block that it is in; with the open blocks around. */
function standing(view, node) {
  const chain = ancestors(view, node);
  for (let i = 0; i < chain.length; i++) {
    if (!isOpen(chain[i])) return { item: chain[i], around: chain.slice(0, i) };
  }
  return { item: node, around: chain };
}

/** The edges that can be seen, each with its ends and, in the innermost block around both, the items that hold them. */
function visibleEdges(view) {
  const stands = new Map(view.nodes.map(node => [node.id, standing(view, node)]));
  const edges = new Map();
  for (const node of view.nodes) {
    const to = stands.get(node.id);
    for (const input of new Set(node.inputs)) {
      const from = stands.get(input);
      if (!from || from.item === to.item) continue;
      const key = keyOf(from.item) + '>' + keyOf(to.item);
      if (edges.has(key)) {
        edges.get(key).count++;
        continue;
      }
      let depth = 0;
      while (depth + 1 < Math.min(from.around.length, to.around.length) && from.around[depth + 1] === to.around[depth + 1]) depth++;
      edges.set(key, {
        from: from.item, to: to.item, count: 1, within: from.around[depth],
        outerFrom: from.around[depth + 1] || from.item, outerTo: to.around[depth + 1] || to.item,
      });
    }
  }
  return [...edges.values()].filter(edge => edge.outerFrom !== edge.outerTo);
}

// ---- sizes and places

function texts(node) {
  const own = node.name && node.name !== node.attributes ? node.name : '';
  const scalars = node.inputs.map(id => literal(stage(), stage().byId.get(id))).filter(value => value !== null && value !== undefined);
  const main = node.op;
  const extra = cut([own, node.attributes || ''].filter(Boolean).join('  '), 38);
  const second = type(node) + (scalars.length ? '   with ' + cut(scalars.join(', '), 24) : '');
  const badges = [];
  for (const result of node.results) if (result.fn === state.fn) badges.push('→ ' + result.name);
  for (const update of node.updates) if (update.fn === state.fn) badges.push('⇒ ' + update.name);
  return { main, extra, second, badges };
}

function sizeOf(item) {
  if (item.items) {
    const sub = blockSub(item);
    return { width: Math.ceil(Math.max(textWidth(cut(item.name, 40), BOLD) + 56, textWidth(sub, SMALL) + 30, 120)), height: 44 };
  }
  const t = texts(item);
  const width = Math.max(textWidth(t.main, BOLD) + (t.extra ? textWidth(t.extra, SMALL) + 10 : 0), textWidth(t.second, SMALL),
    ...t.badges.map(badge => textWidth(badge, BOLD)));
  return { width: Math.ceil(width + 26), height: NODE_HEIGHT + BADGE * t.badges.length };
}

function blockSub(of) {
  const marks = [];
  if (of.marks.added) marks.push('+' + of.marks.added);
  if (of.marks.changed) marks.push('~' + of.marks.changed);
  if (of.marks.going) marks.push('−' + of.marks.going);
  return of.count + (of.count === 1 ? ' op' : ' ops') + (marks.length ? '  ' + marks.join(' ') : '');
}

let worker = null;
const waiting = new Map();
let requests = 0;

function layouter() {
  if (!worker) {
    worker = new Worker(URL.createObjectURL(new Blob([$('layout-source').textContent], { type: 'text/javascript' })));
    worker.onmessage = event => {
      waiting.get(event.data.id)(event.data);
      waiting.delete(event.data.id);
    };
  }
  return worker;
}

const laidOut = new Map();

/** Places of boxes and routes between them; the same again for the same boxes. */
function layout(nodes, edges) {
  const key = JSON.stringify([nodes, edges]);
  if (!laidOut.has(key)) {
    laidOut.set(key, new Promise(done => {
      const id = requests++;
      waiting.set(id, done);
      layouter().postMessage({ id, nodes, edges });
    }));
  }
  return laidOut.get(key);
}

/** Lays out an open block and what is open in it; adds x and y of the middle, and sizes, by the items' keys. */
async function arrange(of, edges) {
  const inner = new Map();
  const nodes = [];
  for (const item of of.items) {
    let size = sizeOf(item);
    if (item.items && isOpen(item)) {
      const arranged = await arrange(item, edges);
      inner.set(item, arranged);
      size = { width: Math.max(arranged.width + 2 * PAD, size.width), height: arranged.height + TITLE + PAD + 6 };
    }
    nodes.push({ id: keyOf(item), width: size.width, height: size.height });
  }
  const own = [...new Map(edges.filter(edge => edge.within === of)
    .map(edge => [keyOf(edge.outerFrom) + '>' + keyOf(edge.outerTo), [keyOf(edge.outerFrom), keyOf(edge.outerTo)]])).values()];
  const result = await layout(nodes, own);
  const sizes = new Map(nodes.map(node => [node.id, node]));
  return {
    of, inner, width: result.width, height: result.height,
    places: new Map(result.nodes.map(({ id, x, y }) => [id, { x, y, ...sizes.get(id) }])),
    routes: new Map(result.edges.map(edge => [edge.from + '>' + edge.to, edge.points])),
  };
}

// ---- drawing

let drawn = { boxes: new Map(), width: 0, height: 0 };
let generation = 0;
const camera = { x: 0, y: 0, scale: 1 };

async function drawGraph({ keep, fit, centre } = {}) {
  const mine = ++generation;
  const view = blocks();
  const edges = visibleEdges(view);
  const busy = setTimeout(() => { $('busy').hidden = false; }, 150);
  const arranged = await arrange(view.root, edges);
  clearTimeout(busy);
  if (mine !== generation) return;
  $('busy').hidden = true;
  const anchor = keep && drawn.boxes.get(keep);
  const boxes = new Map(), routes = new Map();
  flatten(arranged, 0, 0, boxes, routes);
  const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.key : null;
  const backgrounds = s('g'), lines = s('g', { class: 'edges' }), fronts = s('g');
  for (const [key, box] of boxes) (box.open ? backgrounds : fronts).append(box.item.items ? drawBlock(box, key) : drawNode(box, key));
  for (const edge of edges) lines.append(drawEdge(edge, boxes, routes));
  const scene = s('g', { id: 'scene' }, backgrounds, lines, fronts);
  $('drawing').replaceChildren(arrowHead(), scene);
  drawn = { boxes, width: arranged.width, height: arranged.height, view };
  if (anchor && boxes.get(keep)) {
    const box = boxes.get(keep);
    camera.x += (anchor.left - box.left) * camera.scale;
    camera.y += (anchor.top - box.top) * camera.scale;
  }
  if (fit) fitAll(); else look();
  if (centre) centreOn(centre);
  markSelection();
  if (focused) {
    const again = $('drawing').querySelector(`[data-key="${CSS.escape(focused)}"]`);
    if (again) again.focus({ preventScroll: true });
  }
  drawLegend();
}

function flatten(arranged, dx, dy, boxes, routes) {
  for (const item of arranged.of.items) {
    const key = keyOf(item), at = arranged.places.get(key);
    const left = dx + at.x - at.width / 2, top = dy + at.y - at.height / 2;
    const inner = arranged.inner.get(item);
    boxes.set(key, { item, left, top, width: at.width, height: at.height, open: !!inner });
    if (inner) flatten(inner, left + (at.width - inner.width) / 2, top + TITLE + 6, boxes, routes);
  }
  for (const [key, points] of arranged.routes) routes.set(key, points.map(p => ({ x: p.x + dx, y: p.y + dy })));
}

const arrowHead = () => s('defs', {}, s('marker', { id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: 'userSpaceOnUse', orient: 'auto' },
  s('path', { d: 'M0 0.8 L7.5 4 L0 7.2 z', class: 'arrow' })));

/** What an item is for: nothing, or gradient, update, initial. */
function phase(item) {
  const first = (item.items ? item.key : item.block || '').split('/')[0];
  return PHASES.has(first) ? first : '';
}

function drawEdge(edge, boxes, routes) {
  const route = routes.get(keyOf(edge.outerFrom) + '>' + keyOf(edge.outerTo));
  const from = boxes.get(keyOf(edge.from)), to = boxes.get(keyOf(edge.to));
  let points = route.slice();
  if (edge.from !== edge.outerFrom) points = [{ x: from.left + from.width / 2, y: from.top + from.height }, ...points];
  if (edge.to !== edge.outerTo) points = [...points, { x: to.left + to.width / 2, y: to.top }];
  return s('path', { d: curve(points), 'data-from': keyOf(edge.from), 'data-to': keyOf(edge.to), 'marker-end': 'url(#arrow)', class: (edge.count > 3 ? 'many ' : '') + (phase(edge.from) === '' && phase(edge.to) !== '' ? 'aside' : '') });
}

/** Through the middles of the legs, bent at their ends. */
function curve(points) {
  let path = `M${points[0].x} ${points[0].y}`;
  for (let i = 1; i < points.length - 1; i++) {
    const a = points[i], b = points[i + 1];
    path += ` Q${a.x} ${a.y} ${i === points.length - 2 ? b.x : (a.x + b.x) / 2} ${i === points.length - 2 ? b.y : (a.y + b.y) / 2}`;
  }
  if (points.length === 2) path += ` L${points[1].x} ${points[1].y}`;
  return path;
}

function drawNode(box, key) {
  const node = box.item, t = texts(node);
  const going = stage().going.has(node.id);
  const computed = kernelsOf(node).filter(by => !by.inline);
  const fill = state.colour === 'kernel' && computed.length ? kernelColour(computed[0].kernel) : null;
  const marks = [node.change, going ? 'going' : ''].filter(Boolean);
  const said = [t.main, t.extra, type(node), place(node), ...t.badges, ...marks.map(mark => MARKS[mark])].filter(Boolean).join(', ');
  return s('g', {
    class: ['node', kind(node), ...marks].join(' '), transform: `translate(${box.left} ${box.top})`, 'data-key': key, tabindex: 0, role: 'button',
    'aria-label': said, onclick: () => select({ node: node.id, stage: state.stage }), onkeydown: pressed,
  },
  s('title', {}, said),
  s('rect', { width: box.width, height: box.height, rx: 6, class: 'body' }),
  s('rect', { x: 0, y: 0, width: 5, height: box.height, rx: 2, class: 'stripe', style: fill ? 'fill:' + fill : null }),
  s('text', { x: 13, y: 16, class: 'op' }, t.main, t.extra ? s('tspan', { class: 'extra', dx: 8 }, t.extra) : null),
  s('text', { x: 13, y: 31, class: 'type' }, t.second),
  t.badges.map((badge, i) => s('text', { x: 13, y: 32 + BADGE * (i + 1), class: 'badge' }, badge)));
}

const MARKS = { added: 'added by this pass', changed: 'has other operands since this pass', going: 'removed by the next pass' };

function drawBlock(box, key) {
  const of = box.item;
  const marks = Object.keys(of.marks).filter(mark => of.marks[mark]);
  const said = `block ${of.name}, ${blockSub(of)}, ${box.open ? 'open' : 'closed'}`;
  const group = s('g', {
    class: ['block', box.open ? 'open' : 'closed', phase(of) ? 'of-' + phase(of) : '', ...(box.open ? [] : marks)].join(' '), transform: `translate(${box.left} ${box.top})`,
    'data-key': key, tabindex: 0, role: 'button', 'aria-expanded': String(box.open), 'aria-label': said,
    onclick: event => { event.stopPropagation(); toggle(of.key); }, onkeydown: pressed,
  },
  s('title', {}, said + ' – click to ' + (box.open ? 'close' : 'open')));
  if (!box.open) group.append(s('rect', { x: 4, y: 4, width: box.width, height: box.height, rx: 8, class: 'under' }));
  group.append(s('rect', { width: box.width, height: box.height, rx: 8, class: 'body' }));
  group.append(s('text', { x: 12, y: box.open ? 17 : 18, class: 'sign' }, box.open ? '−' : '+'));
  group.append(s('text', { x: 28, y: box.open ? 17 : 18, class: 'op' }, cut(of.name, 40)));
  if (!box.open) group.append(s('text', { x: 12, y: 35, class: 'type' }, blockSub(of)));
  return group;
}

function pressed(event) {
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.dispatchEvent(new MouseEvent('click', { bubbles: false }));
  }
}

function drawLegend() {
  const shown = new Set(drawn.view.nodes.map(kind));
  $('legend').replaceChildren(
    ...(state.colour === 'kind' ? KINDS.filter(each => shown.has(each)).map(each => h('span', { class: 'key ' + each }, h('i'), each)) : [h('span', {}, 'stripe: kernel')]),
    ...Object.entries({ added: 'added', changed: 'other operands', going: 'removed next' }).filter(([mark]) => drawn.view.root.marks[mark])
      .map(([mark, text]) => h('span', { class: 'key ' + mark }, h('i'), text)));
}

// ---- opening and closing

function toggle(key) {
  if (state.opened.has(key)) {
    for (const other of [...state.opened]) if (other === key || other.startsWith(key + '/')) state.opened.delete(other);
  } else {
    state.opened.add(key);
  }
  return drawGraph({ keep: 'b:' + key });
}

/** Opens all blocks that are closed now and stand in an open one. */
function openLevel() {
  for (const box of drawn.boxes.values()) if (box.item.items && !box.open) state.opened.add(box.item.key);
  return drawGraph({ fit: true });
}

function closeAll() {
  state.opened.clear();
  return drawGraph({ fit: true });
}

/** Shows a node of the shown stage, whatever block it is in. */
function reveal(id) {
  const view = blocks();
  const node = stage().byId.get(id);
  const at = node.folded ? stage().byId.get(node.readers.find(reader => view.home.has(reader))) : node;
  if (!at || !view.home.has(at.id)) return drawGraph();
  for (const around of ancestors(view, at)) if (around.key) state.opened.add(around.key);
  return drawGraph({ centre: 'n:' + at.id });
}

function markSelection() {
  const key = state.selected && state.selected.node !== undefined && state.selected.stage === state.stage ? 'n:' + state.selected.node : null;
  for (const each of $('drawing').querySelectorAll('.selected, .hot')) each.classList.remove('selected', 'hot');
  if (!key) return;
  const found = $('drawing').querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (found) found.classList.add('selected');
  for (const edge of $('drawing').querySelectorAll(`[data-from="${CSS.escape(key)}"], [data-to="${CSS.escape(key)}"]`)) edge.classList.add('hot');
}

// ---- the camera

function look() {
  const scene = $('scene');
  if (scene) scene.setAttribute('transform', `translate(${camera.x} ${camera.y}) scale(${camera.scale})`);
}

function fitAll() {
  const { clientWidth: width, clientHeight: height } = $('canvas');
  const top = 46, room = height - top - 44;
  const whole = Math.min((width - 40) / drawn.width, room / drawn.height, 1.25);
  // What is too long to be read as a whole begins at its beginning.
  camera.scale = Math.max(whole, 0.5);
  camera.x = (width - drawn.width * camera.scale) / 2;
  camera.y = top + Math.max(0, (room - drawn.height * camera.scale) / 2);
  look();
}

function zoom(factor, x = $('canvas').clientWidth / 2, y = $('canvas').clientHeight / 2) {
  const scale = Math.min(3, Math.max(0.03, camera.scale * factor));
  camera.x = x - (x - camera.x) * scale / camera.scale;
  camera.y = y - (y - camera.y) * scale / camera.scale;
  camera.scale = scale;
  look();
}

function pan(dx, dy) {
  camera.x += dx;
  camera.y += dy;
  look();
}

function centreOn(key) {
  const box = drawn.boxes.get(key);
  if (!box) return;
  camera.scale = Math.max(camera.scale, 0.8);
  camera.x = $('canvas').clientWidth / 2 - (box.left + box.width / 2) * camera.scale;
  camera.y = $('canvas').clientHeight / 2 - (box.top + box.height / 2) * camera.scale;
  look();
}

function listenToCanvas() {
  const canvas = $('canvas');
  canvas.addEventListener('wheel', event => {
    event.preventDefault();
    const bounds = canvas.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), event.clientX - bounds.left, event.clientY - bounds.top);
  }, { passive: false });
  let from = null, moved = false;
  canvas.addEventListener('pointerdown', event => {
    if (event.button === 0 && !event.target.closest('#tools')) from = { x: event.clientX, y: event.clientY };
    moved = false;
  });
  addEventListener('pointermove', event => {
    if (!from) return;
    if (moved || Math.hypot(event.clientX - from.x, event.clientY - from.y) > 4) {
      moved = true;
      canvas.classList.add('dragging');
      pan(event.clientX - from.x, event.clientY - from.y);
      from = { x: event.clientX, y: event.clientY };
    }
  });
  addEventListener('pointerup', () => {
    from = null;
    canvas.classList.remove('dragging');
  });
  // A drag that ends on an op is no click on it; a click on nothing deselects.
  canvas.addEventListener('click', event => {
    if (moved) event.stopPropagation();
    else if (!event.target.closest('[data-key], #tools')) select(null);
  }, true);
  canvas.addEventListener('keydown', event => {
    const step = 60;
    const moves = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (moves[event.key]) {
      event.preventDefault();
      pan(...moves[event.key]);
    }
  });
  $('zoom-in').onclick = () => zoom(1.25);
  $('zoom-out').onclick = () => zoom(0.8);
  $('fit').onclick = fitAll;
  $('open-all').onclick = openLevel;
  $('close-all').onclick = closeAll;
  $('colour').onchange = event => {
    state.colour = event.target.value;
    drawGraph();
  };
}
