// Badges for a README: /badge/coverage/87 and /badge/status/passing.
import { routerMatch } from "zigttp:router";
import { escapeHtml } from "zigttp:text";

const colours = [
  [90, "#4c1"],
  [75, "#a4a61d"],
  [50, "#fe7d37"],
];
const colourOf = (percent: number) => colours.find(([least]) => percent >= least)?.[1] ?? "#e05d44";

const statuses = { passing: "#4c1", failing: "#e05d44", unknown: "#9f9f9f" };

function badge(label: string, value: string, colour: string) {
  const width = 10 + 7 * (label.length + value.length);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20">
  <rect width="${width}" height="20" fill="${colour}"/>
  <text x="5" y="14">${escapeHtml(label)}: ${escapeHtml(value)}</text>
</svg>`;
  return Response.text(svg, {
    headers: { "content-type": "image/svg+xml", "cache-control": "max-age=300" },
  });
}

const routes = {
  "GET /badge/coverage/:percent": ({ params }) => {
    const percent = Number(params.percent);
    if (Number.isNaN(percent)) return Response.text("not a number", { status: 400 });
    return badge("coverage", `${percent}%`, colourOf(percent));
  },
  "GET /badge/status/:status": ({ params }) =>
    badge("status", params.status, statuses[params.status] ?? statuses.unknown),
};

export function handler(req) {
  const found = routerMatch(routes, req);
  if (!found) return Response.text("not found", { status: 404 });
  req.params = found.params;
  return found.handler(req);
}
