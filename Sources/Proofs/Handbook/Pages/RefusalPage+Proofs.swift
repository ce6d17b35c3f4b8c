import HandlerLanguage

extension RefusalPage {
  /// What proving finds, and not loading.
  static let proofs: [DiagnosticCode: RefusalPage] = [
    .unmatchableRoute: RefusalPage(
      "a route that no request matches",
      "A warning. A key of a router's table is a method, a space, and a path that starts with `/`.",
      refused:
        """
        import { routerMatch } from "zigttp:router";
        const routes = { "/a": (req) => Response.text("a") };
        export const handler = (req) => {
          const found = routerMatch(routes, req);
          return found ? found.handler(req) : Response.text("none", { status: 404 });
        };
        """,
      instead:
        """
        import { routerMatch } from "zigttp:router";
        const routes = { "GET /a": (req) => Response.text("a") };
        export const handler = (req) => {
          const found = routerMatch(routes, req);
          return found ? found.handler(req) : Response.text("none", { status: 404 });
        };
        """),
    .noResponse: RefusalPage(
      "a handler, or a path of it, that returns no Response",
      """
      A request for which nothing is returned, or something that is no Response, is answered with 500. \
      Where that is so on every path, the handler is refused; on some, it is a warning, and the proof \
      is partial.
      """,
      refused: "export const handler = (req) => { console.log(\"asked\"); };",
      instead: "export const handler = (req) => { return Response.text(\"hello\"); };"),
    .changeOfStart: RefusalPage(
      "a request that changes what was made at start",
      """
      A warning. What the module makes at start is frozen before the first request: instances of a \
      handler come and go, and nothing that one of them noted would be there the next time. A change \
      fails, and the request with it.
      """,
      refused:
        """
        const visits = [];
        export const handler = (req) => {
          visits.push(req.path);
          return Response.json({ count: visits.length });
        };
        """,
      instead:
        """
        import { cacheIncr } from "zigttp:cache";
        export const handler = (req) => Response.json({ count: cacheIncr("visits", "all") });
        """),
  ]
}
