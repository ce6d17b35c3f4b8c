// Pictures of one host, passed on with a longer life.
import { fetch } from "zigttp:fetch";

export const handler = (req) => {
  const id = Number(req.query.id);
  if (!Number.isSafeInteger(id) || id < 1) return Response.text("id", { status: 400 });
  const answer = fetch(`https://images.example.com/${id}.png`);
  if (!answer.ok) return Response.text("no picture", { status: 404 });
  return { ...answer, headers: { "content-type": "image/png", "cache-control": "max-age=86400" } };
};
