// A JSON document read, changed and written back.
export function handler(req) {
  const sent = req.json();
  if (!Array.isArray(sent?.items)) return Response.json({ error: "no items" }, { status: 400 });
  const items = sent.items.map((item) => ({ ...item, seen: true }));
  return Response.json({ items, count: items.length });
}
