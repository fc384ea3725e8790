// Lays out one block after the other, in a worker. A message: {id, nodes: [{id, width, height}], edges: [[from, to]]}.
onmessage = event => {
  const { id, nodes, edges } = event.data;
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({
    rankdir: 'TB', nodesep: 14, ranksep: 26, edgesep: 8, marginx: 0, marginy: 0,
    ranker: nodes.length > 60 ? 'longest-path' : 'network-simplex',
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, { width: node.width, height: node.height });
  for (const [from, to] of edges) graph.setEdge(from, to);
  dagre.layout(graph);
  postMessage({
    id,
    // Of nothing, it is -Infinity.
    width: Math.max(0, graph.graph().width),
    height: Math.max(0, graph.graph().height),
    nodes: graph.nodes().map(n => { const { x, y } = graph.node(n); return { id: n, x, y }; }),
    edges: graph.edges().map(e => ({ from: e.v, to: e.w, points: graph.edge(e).points })),
  });
};
