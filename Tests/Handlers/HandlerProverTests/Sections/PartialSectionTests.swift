import Contracts
import HandlerLanguage
import HandlerProver
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Why a proof is partial: every section of the contract that is not complete, with its place.
@Suite struct PartialSectionTests {
  @Test(arguments: [
    ("env(req.path)", ["handler.ts:5:9: the env name is not a literal here"]),
    ("env(`A_${req.path}`)", ["handler.ts:5:9: the env name is not a literal here"]),
    ("env(\"A_\" + req.method)", ["handler.ts:5:9: the env name is not a literal here"]),
    ("env(...[\"A\"])", ["handler.ts:5:5: the env name is not a literal here"]),
    ("env(1)", ["handler.ts:5:9: the env name is 1 here, not a literal"]),
    ("[req.path].map(env)", ["handler.ts:5:5: the env name is not a literal here"]),
    ("req.path |> env", ["handler.ts:5:5: the env name is not a literal here"]),
    ("((n) => env(n))(req.path)", ["handler.ts:5:17: the env name is not a literal here"]),
    ("env(\"A\")", []),
    ("env(`A`)", []),
    ("env(req.body ? \"A\" : \"B\")", []),
    ("fetch(req.body)", ["handler.ts:5:11: the host that fetch connects to is not a literal here"]),
    (
      "fetchSync(`https://${req.path}/`)",
      ["handler.ts:5:15: the host that fetch connects to is not a literal here"]
    ),
    (
      "fetch(\"https://a.com\" + req.path)",
      ["handler.ts:5:11: the host that fetch connects to is not a literal here"]
    ),
    ("fetch(\"/x\")", ["handler.ts:5:11: \"/x\" is no URL of http or https with a host"]),
    (
      "fetch(undefined)",
      ["handler.ts:5:11: the host that fetch connects to is undefined here, not a literal"]
    ),
    ("fetch(\"https://a.com/\" + req.path)", []),
    ("cacheGet(req.path, \"k\")", ["handler.ts:5:14: the cache namespace is not a literal here"]),
    (
      "cacheSet(`n${req.path}`, \"k\", \"v\")",
      ["handler.ts:5:14: the cache namespace is not a literal here"]
    ),
    (
      "cacheDelete(req.query.n, \"k\")",
      ["handler.ts:5:17: the cache namespace is not a literal here"]
    ),
    (
      "cacheIncr(NS[req.path], \"k\")",
      [
        "handler.ts:5:15: the cache namespace is not a literal here"
      ]
    ),
    ("cacheStats(req.path)", ["handler.ts:5:16: the cache namespace is not a literal here"]),
    ("cacheStats()", []),
    ("cacheGet(NS.a, \"k\")", []),
    (
      "env(req.path), fetch(req.path), cacheGet(req.path, \"k\")",
      [
        "handler.ts:5:9: the env name is not a literal here",
        "handler.ts:5:26: the host that fetch connects to is not a literal here",
        "handler.ts:5:46: the cache namespace is not a literal here",
      ]
    ),
    (
      "JSON.tryParse(req.body).value",
      ["handler.ts:5:5: a Result | handler.ts:5:5: its value is used without a check"]
    ),
  ]) func aSection(expression: String, causes: [String]) throws {
    let source = """
      import { env } from "zigttp:env"; import { fetch } from "zigttp:fetch";
      import { cacheGet, cacheSet, cacheDelete, cacheIncr, cacheStats } from "zigttp:cache";
      const NS = { a: "x", b: "y" };
      export const handler = (req) => { const all = [
          \(expression)
      ]; return Response.json({}); };
      """
    #expect(try partialCauses(source) == causes)
  }

  @Test func dynamicRoutesDoNotCount() throws {
    let source = """
      import { routerMatch } from "zigttp:router";
      const handler = (req) => {
        const found = routerMatch({ [req.query.r]: (r) => Response.json({}) }, req);
        if (req.path.endsWith("x")) return Response.json({});
        return Response.json({ a: !found });
      };
      """
    #expect(try prove(source).contract.api.routesDynamic)
    #expect(try partialCauses(source) == [])
  }
}
