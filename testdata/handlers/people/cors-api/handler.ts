// An API for two browser apps, with preflight.
import { cors } from "zigttp:http";
import { guard } from "zigttp:compose";

const origins = ["https://app.example.com", "https://admin.example.com"];
const options = { methods: ["GET", "PUT"], headers: ["content-type"], maxAge: 600 };

const headersFor = (req) => {
  const origin = req.headers.origin;
  return origins.includes(origin) ? { ...cors(origin, options), vary: "origin" } : {};
};

function preflight(req) {
  req.cors = headersFor(req);
  if (req.method !== "OPTIONS") return undefined;
  return Response.text("", { status: 204, headers: req.cors });
}

function settings(req) {
  const { cors: headers } = req;
  switch (req.method) {
    case "GET":
      return Response.json({ theme: "light", pageSize: 20 }, { headers });
    case "PUT": {
      const body = req.json();
      if (body === undefined) return Response.json({ error: "not JSON" }, { status: 400, headers });
      const { theme = "light", pageSize = 20 } = body;
      return Response.json({ theme, pageSize: Number(pageSize) }, { headers });
    }
    default:
      return Response.json({ error: "method not allowed" }, { status: 405, headers });
  }
}

export const handler = guard(preflight) |> settings;
