import { json, serve } from "../server.mjs";

serve((body) => {
  const items = JSON.parse(body).items.map((item) => ({ ...item, seen: true }));
  return json({ items, count: items.length });
});
