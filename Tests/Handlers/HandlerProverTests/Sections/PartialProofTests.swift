import Contracts
import HandlerLanguage
import HandlerProver
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Why a proof is partial: every path that does not return a Response, with its place and its words.
@Suite struct PartialProofTests {
  @Test(arguments: [
    (
      "const handler = (req) => \"hello\";",
      ["handler.ts:1:26: this path returns \"hello\", which is not a Response"]
    ),
    (
      "const handler = (req) => 42;",
      ["handler.ts:1:26: this path returns 42, which is not a Response"]
    ),
    (
      "const handler = (req) => null;",
      ["handler.ts:1:26: this path returns null, which is not a Response"]
    ),
    (
      "const handler = (req) => [1];",
      ["handler.ts:1:26: this path returns an array, which is not a Response"]
    ),
    (
      "const handler = (req) => req;",
      ["handler.ts:1:26: this path returns the request, which is not a Response"]
    ),
    (
      "const handler = (req) => req.body;",
      ["handler.ts:1:26: this path returns undefined or a string, which is not a Response"]
    ),
    (
      "const handler = (req) => ({ body: \"x\" });",
      ["handler.ts:1:26: this path returns an object without a status, which is not a Response"]
    ),
    (
      "const handler = (req) => ({ status: req.query.s });",
      [
        "handler.ts:1:26: this path returns an object whose status may not be a number, which is not a Response"
      ]
    ),
    (
      "const handler = (req) => ({ ...(req.body ? { status: 200 } : { a: 1 }) });",
      [
        "handler.ts:1:26: this path returns an object that may have no status, which is not a Response"
      ]
    ),
    (
      "const handler = (req) => ({ [req.path]: 1, status: 200 });",
      [
        "handler.ts:1:26: this path returns an object with fields whose names are not known, which is not a Response"
      ]
    ),
    (
      "const handler = (req) => JSON.tryParse(\"1\");",
      ["handler.ts:1:26: this path returns a Result, which is not a Response"]
    ),
    (
      "const handler = (req) => parseInt;",
      ["handler.ts:1:26: this path returns a function, which is not a Response"]
    ),
    (
      "const handler = (req) => req.body && Response.json({});",
      ["handler.ts:1:26: this path may return undefined or a string, which is not a Response"]
    ),
    (
      "const handler = (req) => req.body ? Response.json({}) : 1;",
      ["handler.ts:1:57: this path returns 1, which is not a Response"]
    ),
  ]) func anExpression(source: String, causes: [String]) throws {
    #expect(try partialCauses(source) == causes)
  }

  private static let ended =
    "the function ends without a return: undefined, which is not a Response"

  @Test(arguments: [
    ("return;", ["handler.ts:2:3: this path returns undefined, which is not a Response"]),
    (
      "if (req.body) return;\n  return Response.json({});",
      ["handler.ts:2:17: this path returns undefined, which is not a Response"]
    ),
    (
      "if (req.body) return \"a\";\n  return 2;",
      [
        "handler.ts:2:24: this path returns \"a\", which is not a Response",
        "handler.ts:3:10: this path returns 2, which is not a Response",
      ]
    ),
    ("if (req.body) return Response.json({});", ["handler.ts:2:3: behind this `if` \(ended)"]),
    (
      "if (req.body) { return Response.json({}); } else { console.log(1); }",
      ["handler.ts:2:54: behind this statement \(ended)"]
    ),
    (
      "if (req.body) return Response.json({});\n  else if (req.path) { }\n  else return Response.json({});",
      ["handler.ts:3:22: behind this block \(ended)"]
    ),
    (
      "switch (req.method) { case \"GET\": return Response.json({}); }",
      ["handler.ts:2:3: behind this `switch` \(ended)"]
    ),
    (
      "switch (req.method) {\n    case \"GET\": if (req.body) break; return Response.json({});\n    default: return Response.json({});\n  }",
      ["handler.ts:3:31: behind this `break` \(ended)"]
    ),
    (
      "switch (req.method) {\n    case \"GET\": console.log(1); break;\n    default: return Response.json({});\n  }",
      ["handler.ts:3:17: behind this statement \(ended)"]
    ),
    (
      "for (const x of [1]) { return Response.json({}); }",
      ["handler.ts:2:3: behind this loop \(ended)"]
    ),
    ("assert req.body;", ["handler.ts:2:3: behind this `assert` \(ended)"]),
    (
      "function inner() { return 1; }",
      [
        "handler.ts:1:1: this function has no return: its value is undefined, which is not a Response"
      ]
    ),
    (
      "return match (req.method) { when \"GET\": Response.json({}) };",
      ["handler.ts:2:10: no arm of this match may fit: undefined, which is not a Response"]
    ),
    (
      "return match (req.method) { when \"GET\": 1 default: Response.json({}) };",
      ["handler.ts:2:43: this path returns 1, which is not a Response"]
    ),
    (
      "let r; if (req.body) { r = Response.json({}); } return r;",
      ["handler.ts:2:58: this path may return undefined, which is not a Response"]
    ),
    (
      "const t = { a: Response.json({}) }; return t[req.path];",
      ["handler.ts:2:46: this path may return undefined, which is not a Response"]
    ),
    (
      "return [\"a\"].find((x) => Response.json({}));",
      ["handler.ts:2:10: this path returns undefined or \"a\", which is not a Response"]
    ),
    (
      "return fetch(\"https://a.com/\").text();",
      ["handler.ts:2:10: this path returns a string, which is not a Response"]
    ),
  ]) func aStatement(body: String, causes: [String]) throws {
    let source = """
      function handler(req) {
        \(body.replacing("fetch(", with: "fetchSync("))
      }
      """
    #expect(try partialCauses(source) == causes)
  }

  @Test func helpersAreFollowedToWhereTheyReturn() throws {
    let files = [
      "lib.ts": """
      const inner = (v) => v ? Response.json({}) : "nothing";
      export const answer = (v) => {
        return inner(v);
      };
      """
    ]
    let source = """
      import { answer } from "./lib";
      export function handler(req) {
        if (req.query.a) return answer(req.body);
        return Response.json({});
      }
      """
    #expect(
      try partialCauses(source, files: files) == [
        "lib.ts:1:46: this path returns \"nothing\", which is not a Response"
          + " | lib.ts:3:10: what this gives is returned"
          + " | handler.ts:3:27: what this gives is returned"
      ])
  }

  @Test func everyWayToCallAHelperIsFollowed() throws {
    for call in [
      "f(req)", "t.f(req)", "t[\"f\"](req)", "t?.f(req)", "f?.(req)", "req |> f",
      "((r) => f(r))(req)",
      "t[req.path](req)",
    ] {
      let source = """
        const f = (req) => req.body ? Response.json({}) : 7;
        const t = { f };
        const handler = (req) => \(call);
        """
      let causes = try partialCauses(source)
      #expect(
        causes.contains {
          $0.hasPrefix("handler.ts:1:51: this path returns 7, which is not a Response | ")
        }, "\(call): \(causes)")
    }
  }

  @Test func whatACallerHandlesIsNoCause() throws {
    let find = "const find = (req) => req.body ? Response.json({}) : undefined;\n"
    let handled = find + "const handler = (req) => find(req) ?? Response.json({});"
    #expect(try partialCauses(handled) == [])
    let not = find + "const handler = (req) => find(req) ?? \"none\";"
    #expect(
      try partialCauses(not) == [
        "handler.ts:2:26: this path may return \"none\", which is not a Response"
      ])
    let mixed = find + "const handler = (req) => (req.body ? find : fetchSync)(\"https://a.com/\");"
    #expect(
      try partialCauses(mixed).first?.hasPrefix("handler.ts:1:54: this path returns undefined")
        == true)
  }

  @Test func sequencesAreFollowed() throws {
    let source = """
      import { guard, pipe } from "zigttp:compose";
      const auth = (req) => req.headers.authorization ? undefined : "no";
      const plain = (req) => { if (req.body) return Response.json({}); };
      const stamp = (res) => ({ a: 1 });
      export const handler = guard(auth) |> plain |> guard(stamp);
      """
    let wanted = [
      "handler.ts:2:63: this path returns \"no\", which is not a Response",
      "handler.ts:3:26: behind this `if` \(Self.ended)",
      "handler.ts:4:24: this path returns an object without a status, which is not a Response",
    ]
    #expect(try partialCauses(source) == wanted)
    let piped = source.replacing(
      "guard(auth) |> plain |> guard(stamp)", with: "pipe(guard(auth), plain, guard(stamp))")
    #expect(try partialCauses(piped) == wanted)
  }

  @Test func elementsAreNoResponses() throws {
    let page = "const Page = () => <p>hi</p>;\n"
    #expect(
      try partialCauses("const handler = (req) => <p>{req.path}</p>;", tsx: true) == [
        "handler.tsx:1:26: this path returns a JSX element, which is not a Response"
      ])
    #expect(
      try partialCauses(page + "const handler = (req) => <Page/>;", tsx: true) == [
        "handler.tsx:2:26: this path returns a JSX element, which is not a Response"
      ])
    #expect(
      try partialCauses(
        page + "const handler = (req) => Response.html(renderToString(<Page/>));", tsx: true) == [])
  }

  @Test func whereNothingReturnsTheHandlerIsNamed() throws {
    #expect(
      try partialCauses("const handler = (req) => handler(req);") == [
        "handler.ts:1:17: no path of the handler is seen to return"
      ])
    #expect(
      try partialCauses("export const handler = parseInt;") == [
        "handler.ts:1:14: the handler may give a number, which is not a Response"
      ])
    #expect(try partialCauses("const f = () => Response.json({}); export default f;") == [])
  }

  @Test func handlersThatAreNotFunctionsOfThePlainKindAreRefusedInstead() throws {
    let loaded = Program.load(entry: "handler.ts") { _ in
      Array("export const handler = async (req) => Response.json({});".utf8)
    }
    #expect(loaded.program == nil)
  }

  @Test func noMoreThanEightOfACause() throws {
    let returns = (0..<20).map { "if (req.path === \"/\($0)\") return \($0);" }.joined(
      separator: "\n")
    let causes = try partialCauses("const handler = (req) => {\n\(returns)\nreturn 1; };")
    #expect(causes.count == Proof.mostWitnesses)
    #expect(causes.first == "handler.ts:2:31: this path returns 0, which is not a Response")
  }

  @Test func longChainsOfHelpersEnd() throws {
    var helpers = "const f0 = (v) => v.body ? \"x\" : 1;\n"
    for index in 1...400 { helpers += "const f\(index) = (v) => f\(index - 1)(v);\n" }
    let proof = try prove(helpers + "const handler = (req) => f400(req);")
    #expect(proof.isExplained)
    #expect(proof.causes.count == 2)
    #expect(proof.witnesses.first?.steps.count == 402)
  }
}
