import Contracts
import ProverOracle
import Testing

/// Whatever carries a value from a source to a sink is followed, whatever it is.
@Suite struct CarrierTests {
  static func program(_ carrier: String, _ value: String, _ rest: String) -> String {
    handler(
      "const x = \(value);\nconst n = Number(x);\nconst out = \(Carriers.filled(carrier));\n\(rest)",
      before: more)
  }

  private static let more = """
    import { schemaCompile, validateJson, validateObject, coerceJson } from "zigttp:validate";
    import { decodeJson, decodeForm, decodeQuery } from "zigttp:decode";
    import { scope, using, ensure } from "zigttp:scope";
    import { parallel, race } from "zigttp:io";
    schemaCompile("any", {});
    schemaCompile("number", { type: "number" });
    """

  @Test(arguments: Carriers.all) func secrets(_ carrier: String) throws {
    let rest = "return Response.json({ out });"
    try expect(.noSecretLeakage, false, of: Self.program(carrier, "env(\"API_KEY\") ?? \"\"", rest))
    try expect(.noSecretLeakage, true, of: Self.program(carrier, "env(\"REGION\") ?? \"\"", rest))
  }

  @Test(arguments: Carriers.all) func credentials(_ carrier: String) throws {
    let rest = "console.log(out); return Response.text(\"x\");"
    try expect(
      .noCredentialLeakage, false, of: Self.program(carrier, "req.headers.cookie ?? \"\"", rest))
    try expect(
      .noCredentialLeakage, true, of: Self.program(carrier, "req.headers.accept ?? \"\"", rest))
  }

  @Test(arguments: Carriers.all) func requestData(_ carrier: String) throws {
    let rest = "console.log(out); return Response.text(\"x\");"
    try expect(.piiContained, false, of: Self.program(carrier, "req.query.a ?? \"\"", rest))
    try expect(.piiContained, true, of: Self.program(carrier, "env(\"REGION\") ?? \"\"", rest))
  }

  @Test(arguments: Carriers.all) func chance(_ carrier: String) throws {
    let rest = "return Response.json({ out });"
    try expect(.deterministic, false, of: Self.program(carrier, "String(Math.random())", rest))
    try expect(.deterministic, true, of: Self.program(carrier, "String(req.query.a)", rest))
  }

  @Test(arguments: Carriers.all) func whatEarlierRequestsStored(_ carrier: String) throws {
    let rest = "cacheSet(\"n\", \"k\", JSON.stringify({ out }), 60); return Response.text(\"x\");"
    try expect(.retrySafe, false, of: Self.program(carrier, "cacheGet(\"n\", \"z\") ?? \"\"", rest))
    try expect(.retrySafe, true, of: Self.program(carrier, "req.query.a ?? \"\"", rest))
  }
}
