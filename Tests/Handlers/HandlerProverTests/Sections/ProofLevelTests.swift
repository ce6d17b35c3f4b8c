import Contracts
import Testing

@Suite struct ProofLevelTests {
  @Test(arguments: [
    "return Response.json({ ok: true });",
    "if (req.body) { return Response.json({}); } else { return Response.text(\"\"); }",
    "const f = (r) => Response.json({}); return f(req);",
    "const r = Response.json({}); return { ...r, headers: { ...r.headers, \"x-a\": \"1\" } };",
    "return { status: 201, body: \"x\" };",
    "return fetch(\"https://a.com/\");",
    "const find = () => req.body ? Response.json({}) : undefined; const r = find(); if (r) return r; return Response.json({});",
    "const find = () => req.body ? Response.json({}) : undefined; const r = find(); if (r === undefined) return Response.json({}); return r;",
    "const find = () => req.body ? Response.json({}) : undefined; return find() ?? Response.json({});",
    "switch (req.method) { case \"GET\": return Response.json({}); default: return Response.json({}); }",
    "for (const x of [1]) { if (req.body) return Response.json({}); } return Response.json({});",
    "let r = Response.json({}); if (req.body) { r = Response.text(\"\"); } return r;",
    "return match (req.method) { when \"GET\": Response.json({}) default: Response.text(\"\") };",
    "if (req.body) return Response.json({}); assert false, \"there is a body\";",
    "if (req.body) { assert 0; } return Response.json({});",
  ]) func complete(body: String) throws {
    #expect(try prove(handler(body)).contract.proofLevel == .complete, "\(body)")
  }

  @Test(arguments: [
    "if (req.body) return Response.json({});",
    "if (req.body) return Response.json({}); assert req.path !== \"/\";",
    "if (req.body) { assert false; } else { console.log(1); }",
    "return undefined;",
    "return \"text\";",
    "return { body: \"x\" };",
    "return { status: req.query.s };",
    "return req.json();",
    "const find = () => req.body ? Response.json({}) : undefined; return find();",
    "return match (req.method) { when \"GET\": Response.json({}) };",
    "return req.body && Response.json({});",
    "let r; if (req.body) { r = Response.json({}); } return r;",
    "const table = { a: Response.json({}) }; return table[req.path];",
    "return JSON.tryParse(\"{}\").value ? Response.json({}) : Response.json({});",
    "switch (req.method) { case \"GET\": return Response.json({}); }",
    "switch (req.method) { case \"GET\": if (req.body) break; return Response.json({}); default: return Response.json({}); }",
    "return { ...(req.body ? { status: 200 } : { a: 1 }) };",
  ]) func partial(body: String) throws {
    #expect(try prove(handler(body)).contract.proofLevel == .partial, "\(body)")
  }

  @Test func sequencesRespond() throws {
    let source = """
      import { guard, pipe } from "zigttp:compose";
      const auth = (req) => req.headers.authorization ? undefined : Response.json({}, { status: 401 });
      const stamp = (res) => ({ ...res, headers: { ...res.headers, "x-a": "1" } });
      const plain = (req) => Response.json({ a: 1 });
      export const handler = guard(auth) |> plain |> guard(stamp);
      """
    #expect(try prove(source).contract.proofLevel == .complete)
    let piped = source.replacing(
      "guard(auth) |> plain |> guard(stamp)", with: "pipe(guard(auth), plain, guard(stamp))")
    #expect(try prove(piped).contract.proofLevel == .complete)
    let leaking = source.replacing("\"x-a\": \"1\"", with: "\"x-a\": env(\"A_SECRET\") ?? \"\"")
      .replacing("import {", with: "import { env } from \"zigttp:env\";\nimport {")
    #expect(try !prove(leaking).holds(.noSecretLeakage))
  }
}

@Suite struct StabilityTests {
  private let source = handler(
    """
    const found = routerMatch(routes, req);
    if (!found) return Response.json({}, { status: 404 });
    return found.handler(req);
    """,
    before: """
      const show = (r) => Response.json({ a: cacheGet("n", r.path), e: env("A"), t: env("X_TOKEN") });
      const routes = { "GET /a": show, "POST /b": (r) => fetch("https://a.com/", { method: "POST", body: r.body }) };
      """)

  @Test func movingALineChangesNothing() throws {
    let first = try prove(source).contract
    let moved = source.replacing("\n", with: "\n\n").replacing(
      "const show", with: "/* here */ const show")
    #expect(try prove(moved).contract == first)
  }

  @Test func anotherRunSaysTheSame() throws {
    let first = try prove(source)
    for _ in 0..<5 {
      let next = try prove(source)
      #expect(next.contract == first.contract)
      #expect(next.witnesses == first.witnesses)
    }
  }

  @Test func theDocumentIsSortedAndComplete() throws {
    let contract = try prove(source).contract
    #expect(contract.handlerPath == "handler.ts")
    #expect(Set(contract.properties.keys) == Set(Property.allCases))
    #expect(contract.env.literal == contract.env.literal.sorted())
    #expect(contract.modules == contract.modules.sorted())
  }

  @Test func declaredSpecsAreThoseOfReachableFunctions() throws {
    let source = """
      import type { Spec } from "zigttp:types";
      function unused(req): Response & Spec<"read-only"> { return Response.json({}); }
      export function handler(req): Response & Spec<"deterministic" | "retry_safe"> { return Response.json({}); }
      """
    #expect(try prove(source).contract.declaredSpecs == ["deterministic", "retry-safe"])
  }
}

@Suite struct RobustnessTests {
  @Test func deepRecursionEnds() throws {
    let body =
      "const f = (n) => n > 0 ? { next: f(n - 1) } : { n }; const g = (n) => n > 0 ? h(n) : 0; const h = (n) => g(n - 1) + f(n).n; return Response.json([f(3), g(3)]);"
    #expect(try prove(handler(body)).contract.proofLevel == .complete)
  }

  @Test func whatIsKnownAtTwoPlacesDiffers() throws {
    let body = """
      const x = req.body ? { a: 1 } : undefined;
      const is = { ...x, b: 1 }.a === 1;
      const was = { ...x, b: 1 }.a !== 1;
      if (x !== undefined && is && was) return Response.json({});
      return Response.json({ is: !is });
      """
    #expect(try prove(handler(body)).contract.proofLevel == .complete)
  }

  @Test func longChainsOfHelpersEnd() throws {
    var helpers = "const f0 = (v) => v;\n"
    for index in 1...400 { helpers += "const f\(index) = (v) => f\(index - 1)(v);\n" }
    let source = handler("return Response.json(f400(env(\"A_SECRET\")));", before: helpers)
    #expect(try !prove(source).holds(.noSecretLeakage))
  }

  @Test func longSumsAndChainsEnd() throws {
    let sum = (0..<200).map { "\"a\($0)\"" }.joined(separator: " + ")
    let chain = (0..<60).map { "if (req.path === \"/\($0)\") return Response.json({});" }
      .joined(separator: " else ")
    let proof = try prove(handler("const s = \(sum); \(chain) return Response.json(s);"))
    #expect(proof.contract.api.routes.count == 60)
  }

  @Test func manyRoutesThroughOneHelperEnd() throws {
    let routes = (0..<200).map { "if (req.path === \"/\($0)\") return go(\($0));" }.joined()
    let helpers =
      "const a = (n) => b(n); const b = (n) => c(n); const c = (n) => Response.json(n); const go = (n) => a(n);"
    let proof = try prove(handler(routes + "return go(0);", before: helpers))
    #expect(proof.contract.api.routes.count == 200)
    #expect(proof.contract.proofLevel == .complete)
  }
}

@Suite struct FormTests {
  @Test(arguments: [
    "export default (req) => Response.json({ t: env(\"A_TOKEN\") });",
    "export default function (req) { return Response.json({ t: env(\"A_TOKEN\") }); }",
    "export default function named(req) { return Response.json({ t: env(\"A_TOKEN\") }); }",
    "const go = function inner(n, v) { return n === 0 ? v : inner(n - 1, v); }; export const handler = (req) => Response.json(go(2, env(\"A_TOKEN\")));",
    "export function handler({ body }) { return Response.json({ t: env(\"A_TOKEN\") }); }",
    "function go(req) { return late(); } function late() { return Response.json(env(\"A_TOKEN\")); } export const handler = go;",
    "export function handler(req) { return inner(); function inner() { return Response.json(env(\"A_TOKEN\")); } }",
    "const make = () => ({ inner: { go: (v) => v } }); export const handler = (req) => Response.json(make().inner.go(env(\"A_TOKEN\")));",
  ]) func everyFormOfHandlerIsFollowed(source: String) throws {
    let proof = try prove("import { env } from \"zigttp:env\";\n" + source)
    #expect(!proof.holds(.noSecretLeakage), "\(source)")
    #expect(proof.contract.proofLevel == .complete, "\(source)")
    #expect(proof.contract.env.literal == ["A_TOKEN"])
  }

  /// A sequence of guards that holds itself is called again and again; what comes of it is found
  /// without end of the stack, and is not less than what one turn gives.
  @Test(arguments: ["h", "pipe(guard(g), h)", "(r) => h(r)"])
  func aSequenceThatHoldsItselfIsProven(_ last: String) throws {
    let proof = try prove(
      """
      import { guard, pipe } from "zigttp:compose";
      import { env } from "zigttp:env";
      const g = (req) => req.method === "GET" ? undefined : Response.json({ a: env("API_KEY") });
      const handler = (req) => {
        let h = (r) => "no response";
        h = pipe(guard(g), \(last));
        return h(req);
      };
      """)
    #expect(proof.contract.proofLevel == .partial)
    #expect(proof.contract.env.literal == ["API_KEY"])
    #expect(!proof.holds(.noSecretLeakage))
  }
}
