// Views, stages, search, keys; and the start.

const TABS = ['graph', 'kernels', 'memory', 'words'];
let words = [];

function open(tab) {
  state.tab = tab;
  for (const each of TABS) {
    $('tab-' + each).setAttribute('aria-selected', String(each === tab));
    $('tab-' + each).tabIndex = each === tab ? 0 : -1;
    $('pane-' + each).hidden = each !== tab;
  }
  $('function').value = String(state.fn);
  drawDims();
  if (tab === 'graph') drawStages();
  if (tab === 'kernels') drawKernels();
  if (tab === 'memory') drawMemory();
  if (tab === 'words') drawWords();
}

/** Draws again what depends on a function, a stage or a dimension. */
function refresh(fitGraph) {
  open(state.tab);
  showDetails();
  if (state.tab === 'graph') return drawGraph({ fit: fitGraph });
  return Promise.resolve();
}

function goToStage(number) {
  if (number < 0 || number >= model.stages.length) return;
  const selected = state.selected && state.selected.node !== undefined ? model.stages[state.selected.stage].byId.get(state.selected.node) : null;
  state.stage = number;
  // What is selected is followed from stage to stage.
  let at = selected;
  while (at && at.stage < number) at = at.next === null ? null : model.stages[at.stage + 1].byId.get(at.next);
  while (at && at.stage > number) at = at.before === undefined ? null : model.stages[at.stage - 1].byId.get(at.before);
  state.selected = at ? { node: at.id, stage: number } : null;
  refresh(!at).then(() => { if (at) reveal(at.id); });
}

function drawStages() {
  $('stages').replaceChildren(...model.stages.map((each, number) => {
    const shown = each.nodes.filter(node => node.functions.includes(state.fn));
    const added = shown.filter(node => node.change === 'added').length, changed = shown.filter(node => node.change === 'changed').length;
    const removed = number ? each.removed.filter(id => model.stages[number - 1].byId.get(id).functions.includes(state.fn)).length : 0;
    return h('button', { class: 'stage', 'aria-pressed': String(number === state.stage), onclick: () => goToStage(number), title: STAGE_WORDS[each.name] },
      h('b', {}, STAGE_NAMES[each.name] || each.name),
      h('small', {}, `${shown.length} ops`, added ? h('span', { class: 'added' }, ` +${added}`) : '', changed ? h('span', { class: 'changed' }, ` ~${changed}`) : '',
        removed ? h('span', { class: 'going' }, ` −${removed}`) : ''));
  }));
}

function drawDims() {
  const wanted = fn().dims;
  if ($('dims').dataset.shown === wanted.join()) return;
  $('dims').dataset.shown = wanted.join();
  $('dims').replaceChildren(...wanted.map(name => h('label', { class: 'field' }, name + ' ', h('input', {
    type: 'number', min: 1, value: state.dims[name], id: 'dim-' + name,
    onchange: event => {
      const value = Math.floor(Number(event.target.value));
      if (value >= 1) state.dims[name] = value;
      event.target.value = state.dims[name];
      refresh(false);
    },
  }))));
}

/** A text whose names of kernels are links. */
function linked(line) {
  const numbers = new Map(fn().kernels.map(kernel => [kernel.name, kernel.number]));
  return line.split(/(\bk\d+_\w+)/).map(part => numbers.has(part) ? kernelLink(numbers.get(part)) : part);
}

function drawWords() {
  const own = words.filter(section => section.function === fn().name);
  $('pane-words').replaceChildren(h('article', {},
    h('h2', {}, fn().name),
    own.map(section => h('section', {}, h('h3', {}, section.title), h('ul', {}, section.lines.map(line => h('li', {}, linked(line)))))),
    own.length ? own[0].note ? h('p', { class: 'hint' }, 'With ' + own[0].note + '.') : null : h('p', { class: 'hint' }, 'Nothing to say.')));
}

// ---- search

let hits = [], chosen = -1;

function find(text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const found = [];
  for (const node of stage().nodes) {
    const own = [node.name || '', node.op, place(node), node.block || '', node.attributes && node.attributes.length < 60 ? node.attributes : '', label(node)];
    const at = own.findIndex(field => field.toLowerCase().includes(wanted));
    if (at >= 0) found.push({ node, rank: own.some(field => field.toLowerCase() === wanted) ? 0 : at === 0 ? 1 : at + 1 });
  }
  for (const each of model.functions) {
    for (const kernel of each.kernels) {
      if (kernel.name.toLowerCase().includes(wanted)) found.push({ kernel, rank: kernel.name.toLowerCase() === wanted ? 0 : 2 });
    }
  }
  return found.sort((a, b) => a.rank - b.rank);
}

function showHits() {
  hits = find($('search').value);
  chosen = hits.length ? 0 : -1;
  const most = 60;
  $('found').replaceChildren(
    ...hits.slice(0, most).map((hit, i) => h('li', { role: 'option', id: 'hit-' + i, 'aria-selected': String(i === chosen), onmousedown: event => { event.preventDefault(); take(i); } },
      hit.node ? [h('b', {}, label(hit.node)), h('code', {}, type(hit.node)), h('small', {}, [hit.node.op, hit.node.block, place(hit.node)].filter(Boolean).join(' · '))]
        : [h('b', {}, hit.kernel.name), h('small', {}, `kernel of ${model.functions[hit.kernel.fn].name}`)])),
    hits.length > most ? h('li', { class: 'hint' }, `${hits.length - most} more`) : '',
    !hits.length && $('search').value.trim() ? h('li', { class: 'hint' }, 'nothing at this stage') : '');
  $('found').hidden = !$('search').value.trim();
  $('search').setAttribute('aria-expanded', String(!$('found').hidden));
  choose(chosen);
}

function choose(number) {
  chosen = number;
  [...$('found').children].forEach((item, i) => {
    if (item.getAttribute('role') !== 'option') return;
    item.setAttribute('aria-selected', String(i === chosen));
    if (i === chosen) item.scrollIntoView({ block: 'nearest' });
  });
  if (chosen >= 0) $('search').setAttribute('aria-activedescendant', 'hit-' + chosen);
  else $('search').removeAttribute('aria-activedescendant');
}

function take(number) {
  const hit = hits[number];
  if (!hit) return;
  $('found').hidden = true;
  $('search').setAttribute('aria-expanded', 'false');
  if (hit.node) {
    goToNode(hit.node);
  } else {
    state.fn = hit.kernel.fn;
    goToKernel(hit.kernel.number);
  }
}

function listenToSearch() {
  $('search').addEventListener('input', showHits);
  $('search').addEventListener('focus', () => { if ($('search').value.trim()) showHits(); });
  $('search').addEventListener('blur', () => { $('found').hidden = true; });
  $('search').addEventListener('keydown', event => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const count = Math.min(hits.length, 60);
      if (count) choose((chosen + (event.key === 'ArrowDown' ? 1 : count - 1)) % count);
    } else if (event.key === 'Enter') {
      take(chosen);
    } else if (event.key === 'Escape') {
      $('search').value = '';
      showHits();
      $('search').blur();
    }
  });
}

// ---- keys

function listenToKeys() {
  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const graphKeys = state.tab === 'graph' ? {
      '+': () => zoom(1.25), '=': () => zoom(1.25), '-': () => zoom(0.8), '0': fitAll, 'e': openLevel, 'c': closeAll,
      '[': () => goToStage(state.stage - 1), ']': () => goToStage(state.stage + 1),
    } : {};
    const keys = { '/': () => $('search').focus(), 'Escape': () => select(null), ...graphKeys };
    TABS.forEach((tab, i) => { keys[String(i + 1)] = () => view(tab); });
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  for (const tab of TABS) {
    $('tab-' + tab).addEventListener('click', () => view(tab));
    $('tab-' + tab).addEventListener('keydown', event => {
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? TABS.length - 1 : 0;
      if (!step) return;
      const next = TABS[(TABS.indexOf(tab) + step) % TABS.length];
      view(next);
      $('tab-' + next).focus();
    });
  }
}

function view(tab) {
  state.tab = tab;
  return refresh(!$('scene'));
}

// ---- the start

async function start() {
  const [explanation, dims] = await Promise.all([chunk('explanation'), chunk('dims')]);
  index(explanation);
  Object.assign(state.dims, dims);
  const all = model.functions;
  for (const each of all) for (const name of each.dims) if (!(name in state.dims)) state.dims[name] = ASSUMED;
  // Where most happens: a training step rather than the prediction in it.
  state.fn = all.reduce((best, each, i) => i < all.length - 1 && each.kernels.length > all[best].kernels.length ? i : best, 0);
  $('function').append(...all.map((each, i) => h('option', { value: i }, i === all.length - 1 ? each.name + ' (first values)' : each.name)));
  $('function').onchange = event => {
    state.fn = Number(event.target.value);
    state.selected = null;
    refresh(true);
  };
  listenToCanvas();
  listenToSearch();
  listenToKeys();
  state.stage = 0;
  await refresh(true);
  document.documentElement.dataset.ready = Math.round(performance.now());
  [sources, words, profile] = await Promise.all([chunk('sources'), chunk('words'), chunk('profile')]);
  if (state.selected || state.tab !== 'graph') refresh(false);
  document.documentElement.dataset.complete = Math.round(performance.now());
}

start();
