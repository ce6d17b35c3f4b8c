import Foundation

/// Handlers that several suites deploy.
enum Samples {
  /// Two routes, one env name with a default.
  static let greeter = """
    import { env } from "zigttp:env";
    import { routerMatch } from "zigttp:router";

    const routes = {
      "GET /health": () => Response.json({ ok: true }),
      "GET /hello/:name": (req) =>
        Response.json({ greeting: env("GREETING") ?? "hello", name: req.params.name }),
    };

    export function handler(req) {
      const found = routerMatch(routes, req);
      if (found === undefined) return Response.json({ error: "not found" }, { status: 404 });
      req.params = found.params;
      return found.handler(req);
    }
    """

  /// The same with a route more.
  static let greeterWithRoute = greeter.replacingOccurrences(
    of: "const routes = {",
    with: "const routes = {\n  \"GET /version\": () => Response.text(\"1\"),")

  /// The same without its env name.
  static let greeterWithoutEnv = greeter.replacingOccurrences(
    of: "env(\"GREETING\") ?? \"hello\"", with: "\"hello\""
  ).replacingOccurrences(of: "import { env } from \"zigttp:env\";\n", with: "")

  /// One line.
  static let hello = "export const handler = () => Response.json({ hello: \"world\" });\n"
}
