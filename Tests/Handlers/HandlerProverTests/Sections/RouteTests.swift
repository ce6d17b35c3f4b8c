import Contracts
import Testing

@Suite struct RouteTests {
  private static let dispatch =
    "const found = routerMatch(routes, req); if (!found) return Response.json({}, { status: 404 }); return found.handler(req);"

  @Test func tablesAreRead() throws {
    let before = """
      const item = { "GET /items/:id": (r) => Response.json({}), "DELETE /items/:id": (r) => Response.json({}) };
      const routes = { ...item, "GET /files/*": (r) => Response.json({}), "POST /a/:x/b/:y": (r) => Response.json({}) };
      """
    let proof = try prove(handler(Self.dispatch, before: before))
    #expect(
      proof.contract.api.routes == [
        .init(method: "POST", path: "/a/:x/b/:y", pathParams: ["x", "y"]),
        .init(method: "GET", path: "/files/*", pathParams: []),
        .init(method: "DELETE", path: "/items/:id", pathParams: ["id"]),
        .init(method: "GET", path: "/items/:id", pathParams: ["id"]),
      ])
    #expect(!proof.contract.api.routesDynamic)
    #expect(proof.contract.proofLevel == .complete)
  }

  @Test func tablesComeFromOtherFiles() throws {
    let proof = try prove(
      handler(Self.dispatch, before: "import { routes } from \"./routes\";"),
      files: [
        "routes.ts": """
        import { more } from "./more";
        export const routes = { ...more, "GET /x": (r) => Response.json({}) };
        """,
        "more.ts": "export const more = { [\"POST\" + \" /y\"]: (r) => Response.json({}) };",
      ])
    #expect(proof.routes == ["GET /x", "POST /y"])
    #expect(!proof.contract.api.routesDynamic)
  }

  @Test func unknownTablesAreDynamic() throws {
    let body = "const found = routerMatch(JSON.parse(\"{}\"), req); return Response.json({});"
    #expect(try prove(handler(body)).contract.api.routesDynamic)
    let computed =
      "const found = routerMatch({ [`GET ${req.query.x}`]: 1 }, req); return Response.json({});"
    #expect(try prove(handler(computed)).contract.api.routesDynamic)
  }

  @Test func aKeyThatCannotMatchIsWarnedOf() throws {
    let proof = try prove(
      handler(Self.dispatch, before: "const routes = { \"/x\": (r) => Response.json({}) };"))
    #expect(proof.routes == [])
    #expect(proof.warnings.map(\.code) == ["ZT501"])
  }

  @Test(arguments: [
    ("if (req.method === \"GET\" && req.path === \"/a\") return Response.json({});", ["GET /a"]),
    (
      "if (req.path === \"/a\") { if (req.method === \"GET\") return Response.json({}); return Response.json({}, { status: 405 }); }",
      ["GET /a"]
    ),
    ("if (req.path === \"/a\") return Response.json({});", ["* /a"]),
    ("if (\"/a\" === req.path) return Response.json({});", ["* /a"]),
    ("if (req.url === \"/a\") return Response.json({});", ["* /a"]),
    (
      "if (req.path === \"/a\" || req.path === \"/b\") return Response.json({});", ["* /a", "* /b"]
    ),
    (
      "if ((req.method === \"GET\" || req.method === \"HEAD\") && req.path === \"/a\") return Response.json({});",
      ["GET /a", "HEAD /a"]
    ),
    ("if (req.path.startsWith(\"/api/\")) return Response.json({});", ["* /api/*"]),
    (
      "if (req.path.startsWith(\"/api/\")) { if (req.path === \"/api/x\") return Response.json({}); }",
      ["* /api/x"]
    ),
    (
      "if (req.path !== \"/a\") return Response.json({}, { status: 404 }); return Response.json({});",
      ["* /a"]
    ),
    (
      "if (!(req.path === \"/a\")) return Response.json({}, { status: 404 }); return Response.json({});",
      ["* /a"]
    ),
    (
      "const { method, path } = req; if (method === \"PUT\" && path === \"/a\") return Response.json({});",
      ["PUT /a"]
    ),
    (
      "const isA = req.path === \"/a\"; if (isA && req.method === \"GET\") return Response.json({});",
      ["GET /a"]
    ),
    (
      "const is = (m, p) => req.method === m && req.path === p; if (is(\"GET\", \"/a\")) return Response.json({}); if (is(\"POST\", \"/b\")) return Response.json({});",
      ["GET /a", "POST /b"]
    ),
    ("const a = () => Response.json({}); if (req.path === \"/a\") return a();", ["* /a"]),
    (
      "const a = (r) => r.method === \"GET\" ? Response.json({}) : Response.json({}, { status: 405 }); if (req.path === \"/a\") return a(req);",
      ["GET /a"]
    ),
    (
      "switch (req.path) { case \"/a\": return Response.json({}); case \"/b\": case \"/c\": return Response.json({}); default: return Response.json({}, { status: 404 }); }",
      ["* /a", "* /b", "* /c"]
    ),
    (
      "switch (`${req.method} ${req.path}`) { case \"GET /a\": return Response.json({}); case \"POST /b\": return Response.json({}); }",
      ["GET /a", "POST /b"]
    ),
    (
      "const key = req.method + \" \" + req.path; if (key === \"GET /a\") return Response.json({});",
      ["GET /a"]
    ),
    (
      "return match (req) { when { method: \"GET\", path: \"/a\" }: Response.json({}) when { path: \"/b\" }: Response.json({}) default: Response.json({}, { status: 404 }) };",
      ["* /b", "GET /a"]
    ),
    (
      "return match (req.path) { when \"/a\": Response.json({}) default: Response.json({}, { status: 404 }) };",
      ["* /a"]
    ),
    (
      "return req.path === \"/a\" ? Response.json({}) : Response.json({}, { status: 404 });",
      ["* /a"]
    ),
    ("const ok = Response.json({}); if (req.path === \"/a\") return ok;", ["* /a"]),
    (
      "const table = { \"GET /a\": (r) => Response.json({}), \"POST /b\": (r) => Response.json({}) }; const h = table[`${req.method} ${req.path}`]; if (h) return h(req);",
      ["GET /a", "POST /b"]
    ),
    ("if ([\"/a\", \"/b\"].includes(req.path)) return Response.json({});", ["* /a", "* /b"]),
    ("if (req.method === \"POST\") return Response.json({});", []),
    ("return Response.json({});", []),
    ("if (req.path === \"/a\" && req.path === \"/b\") return Response.json({});", []),
  ]) func branchesAreRead(body: String, routes: [String]) throws {
    let source = handler(body + " return Response.json({}, { status: 404 });")
    let proof = try prove(source)
    #expect(proof.routes == routes, "\(body)")
    #expect(!proof.contract.api.routesDynamic, "\(body)")
  }

  @Test(arguments: [
    "const parts = req.path.split(\"/\"); if (parts[1] === \"a\") return Response.json({});",
    "if (req.path.endsWith(\".json\")) return Response.json({});",
    "if (req.path.toLowerCase() === \"/a\") return Response.json({});",
    "if (req.path === req.query.p) return Response.json({});",
    "if (req.path.startsWith(env(\"PREFIX\") ?? \"/\")) return Response.json({});",
    "const table = { a: (r) => Response.json({}) }; const h = table[req.path.slice(1)]; if (h) return h(req);",
  ]) func otherTestsOfThePathAreDynamic(body: String) throws {
    let contract = try prove(handler(body + " return Response.json({});")).contract
    #expect(contract.api.routesDynamic, "\(body)")
    // Facts, not a filter: they do not lower the proof.
    #expect(contract.proofLevel == .complete, "\(body)")
  }

  @Test func usingThePathIsNotTestingIt() throws {
    let contract = try prove(
      handler("return Response.json({ path: req.path, n: req.path.length });")
    ).contract
    #expect(!contract.api.routesDynamic)
    #expect(contract.api.routes == [])
  }
}
