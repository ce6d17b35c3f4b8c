// The best ten. Scores are kept in the module, which is what one does in other servers.
const scores = [
  { player: "ada", points: 310 },
  { player: "grace", points: 290 },
];

const byPoints = (a, b) => b.points - a.points;

function top(n: number) {
  return scores.sort(byPoints).slice(0, n);
}

function add({ player, points }) {
  if (typeof player !== "string" || !Number.isFinite(points)) {
    return Response.json({ error: "player and points" }, { status: 400 });
  }
  scores.push({ player, points });
  return Response.json({ rank: scores.sort(byPoints).findIndex((s) => s.player === player) + 1 });
}

export const handler = (req) => {
  switch (req.method) {
    case "GET":
      return Response.json(top(Number(req.query.n ?? "10")));
    case "POST":
      return add(req.json() ?? {});
    default:
      return Response.json({ error: "GET or POST" }, { status: 405 });
  }
};
