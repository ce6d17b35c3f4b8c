// A small site out of a table, with types, caching and 304.
import { sha256 } from "zigttp:crypto";

const page = (title: string, body: string) => `<!doctype html>
<html>
  <head><title>${title}</title><link rel="stylesheet" href="/style.css"></head>
  <body>${body}</body>
</html>`;

const types = {
  html: "text/html; charset=utf-8",
  css: "text/css",
  js: "text/javascript",
  svg: "image/svg+xml",
};

const contents = {
  "/index.html": page("Home", "<h1>Home</h1><p><a href=\"/about.html\">About</a></p>"),
  "/about.html": page("About", "<h1>About</h1>"),
  "/style.css": "body { font: 16px/1.5 sans-serif; max-width: 40em; margin: auto }",
  "/app.js": "document.title += ' - ready';",
  "/logo.svg": `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>`,
};

const files = Object.fromEntries(
  Object.entries(contents).map(([path, body]) => {
    const extension = path.slice(path.lastIndexOf(".") + 1);
    return [path, { body, type: types[extension], etag: `"${sha256(body).slice(0, 12)}"` }];
  }),
);

export function handler(req: Request): Response {
  if (req.method !== "GET" && req.method !== "HEAD") {
    return Response.text("method not allowed", { status: 405, headers: { allow: "GET, HEAD" } });
  }
  const file = files[req.path === "/" ? "/index.html" : req.path];
  if (file === undefined) return Response.text("not found", { status: 404 });
  const headers = { etag: file.etag, "cache-control": "public, max-age=3600" };
  if (req.headers["if-none-match"] === file.etag) return Response.text("", { status: 304, headers });
  return Response.text(file.body, { headers: { ...headers, "content-type": file.type } });
}
