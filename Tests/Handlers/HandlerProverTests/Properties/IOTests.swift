import Contracts
import Testing

@Suite struct IOTests: ModuleProofs {
  static let imports = #"import { parallel, race } from "zigttp:io";"#

  private static let key = #"const k = env("API_SECRET") ?? "";"#
  private static let two =
    #"const [a, b] = parallel([() => fetch("https://a.com/"), () => fetch("https://b.com/")]);"#

  @Test func effectsAreThoseOfAllFunctions() throws {
    for call in [
      "parallel([() => 1, () => CALL])", "race([() => 1, () => CALL])",
      "parallel([1, 2].map((n) => () => CALL))", "race(...[[() => CALL]])",
    ] {
      func body(_ inner: String) -> String {
        Self.key + call.replacing("CALL", with: inner) + "; return Response.json(1);"
      }
      try expect(.readOnly, false, body(#"cacheSet("n", "k", "v")"#))
      try expect(.noSecretLeakage, false, body("logInfo(k)"))
      try expect(.noSecretLeakage, true, body("logInfo(\"x\")"))
      try expect(.readOnly, true, body("1"))
    }
    let proof = try prove(
      handler(Self.two + "return Response.json(1, { status: 500 });", before: Self.imports))
    #expect(proof.contract.egress.hosts.sorted() == ["a.com", "b.com"])
  }

  @Test func resultsAreInOrder() throws {
    let pair = Self.key + "const [a, b] = parallel([() => k, () => \"x\"]);"
    try expect(.noSecretLeakage, false, pair + "return Response.json(a);")
    try expect(.noSecretLeakage, true, pair + "return Response.json(b);")
    try expect(
      .noSecretLeakage, false,
      Self.key + "return Response.json(race([() => \"x\", () => k]));")
  }

  @Test func everyAnswerHasToBeLookedAt() throws {
    try expect(
      .faultCovered, true,
      Self.two
        + "if (!a.ok || !b.ok) return Response.text(\"\", { status: 502 }); return Response.json(1);"
    )
    try expect(
      .faultCovered, false,
      Self.two + "if (!a.ok) return Response.text(\"\", { status: 502 }); return Response.json(1);")
    try expect(.faultCovered, false, Self.two + "return Response.json(1);")
  }

  @Test func whoWinsARaceIsChance() throws {
    try expect(.deterministic, false, "return Response.json(race([() => 1, () => 2]));")
    try expect(.deterministic, true, "return Response.json(parallel([() => 1, () => 2]));")
  }

  @Test func whatOneStoresAnotherSees() throws {
    try expect(
      .noSecretLeakage, false,
      Self.key
        + "const o = { v: \"\" }; parallel([() => logInfo(o.v), () => { o.v = k; }]); return Response.json(1);"
    )
  }
}
