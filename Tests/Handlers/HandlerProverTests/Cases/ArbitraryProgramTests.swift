import Contracts
import ProverOracle
import TestSupport
import Testing

/// Programs by seed are proven and run: no property that is claimed is seen broken. `prover-oracle
/// programs` runs more.
@Suite struct ArbitraryProgramTests {
  @Test func noClaimIsSeenFalse() {
    let random = SeededGenerator()
    var told: [String] = []
    let tally = ProgramTally.run(seed: random.seed, count: 200) { told.append($0) }
    #expect(told == [], "\(random)")
    #expect(tally.programs > 150, "\(random)")
  }

  /// A program that breaks the property, whatever the prover says of it.
  private static let broken: [(Property, String, isStraight: Bool)] = [
    (.readOnly, #"cacheSet("n", "k", "v", 60); return Response.text("x");"#, false),
    (.readOnly, #"cacheDelete("z", "k"); return Response.text("x");"#, false),
    (.readOnly, #"rateCheck("k", 60, 5); return Response.text("x");"#, false),
    (.readOnly, #"sqlExec("put", { v: "a" }); return Response.text("x");"#, false),
    (.retrySafe, #"sqlExec("put", { v: "a" }); return Response.text("x");"#, false),
    (
      .noSecretLeakage, #"sqlExec("put", { v: env("API_KEY") }); return Response.text("x");"#, false
    ),
    (.inputValidated, #"sqlExec("put", { v: req.query.a }); return Response.text("x");"#, false),
    (
      .readOnly, #"fetch("https://a.example/", { method: "POST" }); return Response.text("x");"#,
      false
    ),
    (.deterministic, #"return Response.json(Math.random());"#, false),
    (.deterministic, #"return Response.json(Date.now() > 1750000000000);"#, false),
    (.deterministic, #"return fetch("https://a.example/");"#, false),
    (
      .deterministic,
      #"if (Math.random() > 0) cacheSet("n", uuid(), "v"); return Response.text("x");"#,
      false
    ),
    (.deterministic, #"assert Date.now() > 1750000000000; return Response.text("x");"#, false),
    (.retrySafe, #"cacheIncr("n", "k", 1); return Response.text("x");"#, false),
    (
      .retrySafe,
      #"cacheSet("n", "k", (cacheGet("n", "k") ?? "") + "1"); return Response.text("x");"#, false
    ),
    (.retrySafe, #"cacheSet("n", "k", uuid()); return Response.text("x");"#, false),
    (
      .retrySafe,
      #"fetch(`https://a.example/${cacheGet("z", "k")}`, { method: "PUT" }); return Response.text("x");"#,
      false
    ),
    (.idempotent, #"cacheIncr("n", "k", 1); return Response.text("x");"#, false),
    (.noSecretLeakage, #"return Response.json({ a: env("API_KEY") });"#, false),
    (
      .noSecretLeakage,
      #"logInfo([...env("API_KEY") ?? ""].reverse().join("-")); return Response.text("x");"#, false
    ),
    (.noSecretLeakage, #"return Response.text(base64Encode(env("API_KEY") ?? ""));"#, true),
    (.noSecretLeakage, #"return Response.json((env("API_KEY") ?? "").length);"#, true),
    (.noCredentialLeakage, #"return Response.json(req.headers);"#, false),
    (
      .noCredentialLeakage,
      #"cacheSet("n", req.headers.cookie ?? "", "v"); return Response.text("x");"#, false
    ),
    (.noCredentialLeakage, #"logInfo(jwtSign({ a: 1 }, "k")); return Response.text("x");"#, false),
    (
      .noCredentialLeakage,
      #"fetch("http://a.example/", { headers: { a: req.headers.cookie ?? "" } }); return Response.text("x");"#,
      false
    ),
    (.inputValidated, #"cacheSet("n", req.query.a ?? "", "v"); return Response.text("x");"#, false),
    (.inputValidated, #"rateCheck(req.query.a ?? "", 60, 5); return Response.text("x");"#, false),
    (
      .inputValidated, #"fetch(`https://a.example/${req.body}`); return Response.text("x");"#, false
    ),
    (.injectionSafe, #"return Response.html(`<p>${req.query.a}</p>`);"#, false),
    (.injectionSafe, #"return Response.redirect(req.query.a ?? "");"#, false),
    (
      .injectionSafe, #"return Response.html(`<a href="${escapeHtml(req.query.a ?? "")}">x</a>`);"#,
      false
    ),
    (
      .injectionSafe,
      #"return Response.html(`<script>${escapeHtml(req.query.a ?? "")}</script>`);"#, false
    ),
    (
      .injectionSafe,
      #"return Response.html(`<p onclick="${escapeHtml(req.query.a ?? "")}">x</p>`);"#, false
    ),
    (.piiContained, #"logInfo(req.query.a ?? ""); return Response.text("x");"#, false),
    (
      .piiContained,
      #"logInfo("a", { n: (req.query.a ?? "").length }); return Response.text("x");"#,
      true
    ),
    (.piiContained, #"fetch(`https://a.example/${req.path}`); return Response.text("x");"#, false),
    (.resultsSafe, #"return Response.json(JSON.tryParse(req.body ?? "").unwrap());"#, false),
    (.faultCovered, #"fetch("https://a.example/"); return Response.text("x");"#, false),
  ]

  @Test(arguments: broken.indices) func whatIsBrokenIsSeen(_ place: Int) {
    let (property, body, isStraight) = Self.broken[place]
    let program = ArbitraryProgram(
      text: "export const handler = (req) => { \(body) };", isStraight: isStraight)
    let verdict = Oracle.verdict(on: program, seed: UInt64(place))
    #expect(verdict?.broken[property] != nil, "\(body)")
    #expect(verdict?.claimed.contains(property) == false, "\(body)")
  }

  @Test(arguments: [
    // What stays between requests is there for it.
    #"if (req.body) sqlExec("put", { v: "a" }); return Response.json(sqlMany("all").length);"#,
    // A schema was asked.
    #"const r = validateJson("any", JSON.stringify(req.query.a ?? "")); if (r.ok) cacheSet("n", r.value, "v"); return Response.text("x");"#,
  ]) func whatIsAllowedIsNotTakenForBroken(_ body: String) throws {
    let program = ArbitraryProgram(text: "export const handler = (req) => { \(body) };")
    let verdict = try #require(Oracle.verdict(on: program, seed: 1))
    #expect(verdict.broken[.stateIsolated] == nil && verdict.broken[.inputValidated] == nil)
    #expect(verdict.claimed.isSuperset(of: [.stateIsolated, .inputValidated]))
  }

  @Test func aStoreIntoWhatWasMadeAtStartIsSeen() {
    let program = ArbitraryProgram(
      text: """
        const kept = { n: 1 };
        export const handler = (req) => { kept.n = 2; return Response.text("x"); };
        """)
    #expect(Oracle.verdict(on: program, seed: 1)?.broken[.stateIsolated] != nil)
  }
}
