import HandlerLanguage
import HandlerProver
import Testing

/// What proving tells beside the proof: paths without an answer, and changes that fail.
@Suite struct TellingTests {
  private func told(_ body: String, before: String = "") throws -> [String] {
    let proof = try prove(handler(body, before: before))
    #expect(proof.warnings.allSatisfy { $0.severity == .warning })
    #expect(proof.refusals.allSatisfy { $0.severity == .error })
    return (proof.refusals + proof.warnings).map { "\($0.severity) \($0.code): \($0.message)" }
  }

  @Test(arguments: [
    (
      "console.log(1);",
      "behind this statement the function ends without a return: undefined, which is not a Response"
    ),
    ("return \"text\";", "this path returns \"text\", which is not a Response"),
    (
      "return { ok: true };",
      "this path returns an object without a status, which is not a Response"
    ),
    ("return 3;", "this path returns 3, which is not a Response"),
    ("const f = () => \"a\"; return f();", "this path returns \"a\", which is not a Response"),
    (
      "return (r) => Response.text(\"a\");", "this path returns a function, which is not a Response"
    ),
  ]) func aHandlerThatAnswersNothingIsRefused(body: String, what: String) throws {
    #expect(
      try told(body) == [
        "error ZT502: \(what): no path of the handler returns one, and no request is answered"
      ])
  }

  @Test func eachOfItsPathsIsNamed() throws {
    let found = try told("if (req.body) return \"a\"; return 1;")
    #expect(found.count == 2)
    #expect(found.allSatisfy { $0.hasPrefix("error ZT502: this path returns ") })
  }

  @Test(arguments: [
    (
      "if (req.body) return Response.json({});",
      "behind this `if` the function ends without a return: undefined, which is not a Response"
    ),
    (
      "if (req.body) return { a: 1 }; return Response.json({});",
      "this path returns an object without a status, which is not a Response"
    ),
    (
      "const f = () => { if (req.body) return Response.json({}); }; return f();",
      "behind this `if` the function ends without a return: undefined, which is not a Response"
    ),
    (
      "const find = () => req.body ? Response.json({}) : undefined; return find();",
      "this path returns undefined, which is not a Response"
    ),
  ]) func aPathThatAnswersNothingIsWarnedOf(body: String, what: String) throws {
    #expect(
      try told(body) == ["warning ZT502: \(what): a request that comes here is answered with 500"])
  }

  @Test(arguments: [
    "return Response.json({});", "return { status: 201, body: \"x\" };",
    "return { status: req.query.s };", "return JSON.parse(req.body);",
    "return fetch(\"https://a.com/\");", "assert false, Response.text(\"a\");",
    "const find = () => req.body ? Response.json({}) : undefined; return find() ?? Response.json({});",
    "const f = (n) => f(n - 1); return f(1);",
    "if (req.body) return Response.json({}); assert false;",
    "const made = Object.fromEntries([[\"status\", 200]]); return made;",
    "return { ...req.json() };", "return [Response.text(\"a\")][0];",
  ]) func whatMayBeAnAnswerIsTakenForOne(body: String) throws {
    #expect(try told(body) == [])
  }

  @Test func aGuardThatLetsARequestGoOnAnswersNothing() throws {
    let source = """
      import { guard, pipe } from "zigttp:compose";
      const known = guard((req) => { if (!req.headers.a) return Response.text("no", { status: 401 }); });
      export const handler = pipe(known, (req) => Response.text("a"));
      """
    let proof = try prove(source)
    #expect(proof.warnings == [] && proof.refusals == [])
  }

  @Test(arguments: [
    ("hits.push(req.path);", "an array made at start is changed"),
    ("hits.sort();", "an array made at start is changed"),
    ("hits[0] = 1;", "an object made at start is changed"),
    ("seen[req.path] = true;", "an object made at start is changed"),
    ("seen.deep.a = 1;", "an object made at start is changed"),
    ("Object.assign(seen, { a: 1 });", "Object.assign changes an object made at start"),
    ("const mine = seen; mine.a = 1;", "an object made at start is changed"),
    ("const add = (list) => { list.push(1); }; add(hits);", "an array made at start is changed"),
  ]) func aChangeOfWhatWasMadeAtStartIsWarnedOf(body: String, what: String) throws {
    #expect(
      try told(
        body + " return Response.text(\"a\");",
        before: "const hits = [1]; const seen = { deep: {} };")
        == ["warning ZT503: \(what), which fails in every request that comes here"])
  }

  @Test(arguments: [
    "const mine = [...hits]; mine.push(1);", "const mine = { ...seen }; mine.a = 1;",
    "const mine = hits.toSorted(); mine.push(2);",
    "const one = req.body ? seen : {}; one.a = 1;", "req.user = seen;",
    "const add = (list) => { list.push(1); }; add(req.body ? hits : []);",
  ]) func whatMayBeTheRequestsOwnIsNot(body: String) throws {
    let before = "const hits = [1]; const seen = { deep: {} }; hits.push(2); seen.b = 1;"
    #expect(try told(body + " return Response.text(\"a\");", before: before) == [])
  }
}
