// Feedback with a default for a body that cannot be read.
import { cacheSet } from "zigttp:cache";
import { sha256 } from "zigttp:crypto";

const kinds = ["bug", "idea", "praise"];

function read(body: string | undefined) {
  const parsed = JSON.tryParse(body ?? "");
  return parsed.ok ? parsed.value : {};
}

export function handler(req) {
  if (req.method !== "POST") return Response.json({ kinds });
  const { kind, stars, text } = read(req.body);
  if (!kinds.includes(kind)) return Response.json({ error: "kind", kinds }, { status: 400 });
  const points = Math.round(Number(stars ?? 3));
  if (!(points >= 1 && points <= 5)) return Response.json({ error: "1 to 5 stars" }, { status: 400 });
  const entry = JSON.stringify({ kind, points, text: String(text ?? "").slice(0, 500) });
  cacheSet("feedback", sha256(entry), entry, 0);
  return Response.json({ kind, points }, { status: 201 });
}
