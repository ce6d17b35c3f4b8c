// Liveness and readiness for an orchestrator: what we depend on must answer.
import { fetch } from "zigttp:fetch";

const dependencies = {
  billing: "https://billing.example.com/health",
  search: "https://search.example.com/health",
};

function probe([name, url]) {
  const res = fetch(url, { method: "HEAD" });
  return { name, up: res.ok, status: res.status };
}

export function handler(req: Request): Response {
  if (req.path === "/livez") return Response.text("ok");
  if (req.path !== "/readyz") return Response.text("not found", { status: 404 });
  const checks = Object.entries(dependencies).map(probe);
  const ready = checks.every((check) => check.up);
  return Response.json({ ready, checks }, { status: ready ? 200 : 503 });
}
