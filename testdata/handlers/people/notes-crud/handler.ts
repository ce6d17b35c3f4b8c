// Notes as a REST resource, kept in the cache with an index of their ids.
import { routerMatch } from "zigttp:router";
import { notFound, problem } from "./lib/responses";
import { all, create, find, remove, replace } from "./lib/store";

function parse(body: string | undefined) {
  const parsed = JSON.tryParse(body ?? "");
  if (!parsed.ok) return { error: "the body is not JSON" };
  const { title, text = "" } = parsed.value ?? {};
  if (typeof title !== "string" || title.trim() === "") return { error: "title is required" };
  if (title.length > 200) return { error: "title is too long" };
  return { note: { title: title.trim(), text: String(text) } };
}

const routes = {
  "GET /notes": () => Response.json({ notes: all() }),
  "POST /notes": (req) => {
    const { error, note } = parse(req.body);
    if (error) return problem(400, error);
    const created = create(note);
    return Response.json(created, { status: 201, headers: { location: `/notes/${created.id}` } });
  },
  "GET /notes/:id": ({ params }) => {
    const note = find(params.id);
    return note ? Response.json(note) : notFound("note");
  },
  "PUT /notes/:id": (req) => {
    if (!find(req.params.id)) return notFound("note");
    const { error, note } = parse(req.body);
    return error ? problem(400, error) : Response.json(replace(req.params.id, note));
  },
  "DELETE /notes/:id": ({ params }) =>
    remove(params.id) ? Response.text("", { status: 204 }) : notFound("note"),
};

export function handler(req: Request): Response {
  const match = routerMatch(routes, req);
  if (match === undefined) return notFound("page");
  req.params = match.params;
  return match.handler(req);
}
