// Counts the visits of known pages, and shows them as a page.
import { cacheGet, cacheIncr } from "zigttp:cache";

const pages = ["home", "prices", "about"];

const Row = ({ page, count }) => <tr><td>{page}</td><td>{count}</td></tr>;

export function handler(req) {
  if (req.method === "POST") {
    const page = pages.find((one) => `/${one}` === req.path);
    if (!page) return Response.text("no such page", { status: 404 });
    return Response.json({ page, count: cacheIncr("visits", page) });
  }
  const rows = pages.map((page) => <Row page={page} count={cacheGet("visits", page) ?? "0"} />);
  return Response.html(renderToString(<table>{rows}</table>));
}
