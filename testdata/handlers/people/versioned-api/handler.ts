// The same books in two versions of an API.
import { routerMatch } from "zigttp:router";
import { v1 } from "./v1";
import { v2 } from "./v2";

const prefixed = (prefix: string, table) =>
  Object.fromEntries(
    Object.entries(table).map(([route, run]) => {
      const [method, path] = route.split(" ");
      return [`${method} ${prefix}${path}`, run];
    }),
  );

const routes = { ...prefixed("/v1", v1), ...prefixed("/v2", v2) };

const deprecated = (response) => ({
  ...response,
  headers: { ...response.headers, deprecation: "true", link: '</v2>; rel="successor-version"' },
});

export function handler(req: Request): Response {
  const found = routerMatch(routes, req);
  if (!found) return Response.json({ error: "no such resource" }, { status: 404 });
  req.params = found.params;
  const response = found.handler(req);
  return req.path.startsWith("/v1/") ? deprecated(response) : response;
}
