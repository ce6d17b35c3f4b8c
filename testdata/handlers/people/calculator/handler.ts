// GET /calc/:op/:a/:b, as a pipeline.
import { pipe } from "zigttp:compose";
import { routerMatch } from "zigttp:router";

const operations = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => (b === 0 ? undefined : a / b),
  pow: (a, b) => a ** b,
};

const read = ({ op, a, b }) => ({ run: operations[op], a: Number(a), b: Number(b) });

const compute = ({ run, a, b }) =>
  run === undefined
    ? { error: "no such operation" }
    : Number.isNaN(a) || Number.isNaN(b)
      ? { error: "both operands must be numbers" }
      : { result: run(a, b) };

const answer = (outcome) =>
  match (outcome) {
    when { error: message }: Response.json({ error: message }, { status: 400 })
    when { result: value }: Response.json({ result: value })
    default: Response.json({ error: "division by zero" }, { status: 422 })
  };

const calc = (req) => req.params |> read |> compute |> answer;

const route = (req) => {
  const found = routerMatch({ "GET /calc/:op/:a/:b": calc }, req);
  if (!found) return Response.json({ usage: "/calc/add/1/2" }, { status: 404 });
  req.params = found.params;
  return found.handler(req);
};

export const handler = pipe(route);
