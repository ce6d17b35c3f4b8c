// The pages of a site, for search engines.
import { escapeHtml } from "zigttp:text";

const pages = [{ path: "/", changed: "2024-01-01" }, { path: "/about", changed: "2024-02-01" }];

export const handler = (req) => {
  const host = req.headers.host ?? "example.com";
  const urls = pages.map(({ path, changed }) =>
    `<url><loc>https://${escapeHtml(host)}${path}</loc><lastmod>${changed}</lastmod></url>`);
  return Response.text(`<?xml version="1.0"?><urlset>${urls.join("")}</urlset>`, { headers: { "content-type": "application/xml" } });
};
