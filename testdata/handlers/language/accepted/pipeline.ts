import { guard, pipe } from "zigttp:compose";
import { requireUser } from "./lib-guards";
const trim = (s: string) => s.trim();
const upper = (s: string) => s.toUpperCase();
const addHeader = guard((res) => ({ ...res, headers: { ...res.headers, "x-a": "1" } }));
const alias = addHeader;
function main(req) {
  const name = req.query.name ?? " you " |> trim |> upper |> ((s) => s + "!");
  return Response.text(name);
}
const other = pipe(guard(() => undefined), main);
export const handler = requireUser |> main |> (alias) |> guard((res) => res);
