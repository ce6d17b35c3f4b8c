import Contracts
import Testing

@Suite struct ScopeTests: ModuleProofs {
  static let imports = #"import { ensure, scope, using } from "zigttp:scope";"#

  private static let key = #"const k = env("API_SECRET") ?? "";"#

  @Test func whatABodyGivesIsWhatTheScopeGives() throws {
    try expect(
      .noSecretLeakage, false, Self.key + #"return scope("a", () => Response.text(k));"#)
    try expect(
      .noSecretLeakage, true, Self.key + #"return scope("a", () => Response.text("x"));"#)
    try expect(
      .readOnly, false, #"scope("a", () => cacheSet("n", "k", "v")); return Response.json(1);"#)
    try expect(
      .faultCovered, true,
      #"const r = scope("a", () => fetch("https://a.com/")); return Response.json(1, { status: r.ok ? 200 : 502 });"#
    )
    try expect(
      .faultCovered, false,
      #"const r = scope("a", () => fetch("https://a.com/")); return Response.json(1);"#)
  }

  @Test func whatACleanUpDoesIsDone() throws {
    for registered in [
      "ensure(() => CALL)", "using(1, () => CALL)", "scope(\"a\", () => { ensure(() => CALL); })",
      "ensure(...[() => CALL])", "using(...[1, () => CALL])",
    ] {
      func body(_ call: String) -> String {
        Self.key + registered.replacing("CALL", with: call) + "; return Response.json(1);"
      }
      try expect(.readOnly, false, body(#"cacheSet("n", "k", "v")"#))
      try expect(.noSecretLeakage, false, body("logInfo(k)"))
      try expect(.noSecretLeakage, true, body("logInfo(\"x\")"))
      try expect(.deterministic, true, body("1"))
      try expect(.inputValidated, false, body(#"cacheSet("n", "k", req.body)"#))
    }
    try expect(
      .noSecretLeakage, false, Self.key + "using(k, (x) => logInfo(x)); return Response.json(1);")
    try expect(
      .noSecretLeakage, false, Self.key + "return Response.text(using(k, (x) => 1));")
  }

  /// It runs later: what is stored in the meantime is what it sees.
  @Test func aCleanUpSeesWhatIsStoredAfterIt() throws {
    try expect(
      .noSecretLeakage, false,
      Self.key
        + "const o = { a: \"\" }; ensure(() => logInfo(o.a)); o.a = k; return Response.json(1);")
    try expect(
      .noSecretLeakage, false,
      Self.key
        + "const o = { a: \"\" }; ensure(() => logInfo(o.a)); o.a = k; JSON.parse(\"1\"); o.a = \"\"; return Response.json(1);"
    )
    try expect(
      .noSecretLeakage, false,
      Self.key + "let v = \"\"; ensure(() => logInfo(v)); v = k; return Response.json(1);")
    try expect(
      .noSecretLeakage, false,
      Self.key
        + "const r = Response.json({}); ensure(() => { r.body = k; }); return r;")
  }

  /// It runs whatever happened: a check behind it says nothing of it.
  @Test func aCheckBehindItIsNoneForIt() throws {
    let read = #"const r = JSON.tryParse(req.body ?? "");"#
    try expect(
      .resultsSafe, false,
      read
        + "ensure(() => logInfo(r.value)); if (!r.ok) return Response.json(1, { status: 400 }); return Response.json(2);"
    )
  }

  @Test func aFailureInACleanUpIsNotCovered() throws {
    try expect(
      .faultCovered, false,
      #"ensure(() => { const r = fetch("https://a.com/"); if (!r.ok) logError("no"); }); return Response.json(1);"#
    )
  }

  @Test func whetherItIsRegisteredDecidesWhetherItIsRun() throws {
    try expect(
      .retrySafe, false,
      #"if (cacheGet("n", "a") === "x") ensure(() => cacheSet("n", "k", "v")); return Response.json(1);"#
    )
  }
}
