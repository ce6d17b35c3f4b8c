import Contracts
import Testing

@Suite struct AuthTests: ModuleProofs {
  static let imports = """
    import {
      parseBearer, jwtVerify, jwtSign, verifyWebhookSignature, timingSafeEqual
    } from "zigttp:auth";
    import { rateCheck, rateReset } from "zigttp:ratelimit";
    """
  private static let verified = """
    const r = jwtVerify(parseBearer(req.headers.authorization) ?? "", env("JWT_SECRET") ?? "");
    if (!r.ok) return Response.json({}, { status: 401 });
    """
  private static let signed = "const t = jwtSign({ sub: \"7\" }, env(\"JWT_SECRET\") ?? \"\");"

  @Test func aBearerTokenIsACredential() throws {
    let token = #"const t = parseBearer(req.query.t) ?? "";"#
    try expect(.noCredentialLeakage, false, token + "return Response.text(t);")
    try expect(.noCredentialLeakage, false, token + "logInfo(t); return Response.text(\"\");")
    try expect(.noCredentialLeakage, true, token + "return Response.json(t === \"x\");")
  }

  @Test func verifiedClaimsAreValidatedRequestData() throws {
    let body = Self.verified + #"cacheSet("n", "k", r.value.sub); return Response.json(r.value);"#
    try expect(.noCredentialLeakage, true, body)
    try expect(.noSecretLeakage, true, body)
    try expect(.resultsSafe, true, body)
    try expect(.faultCovered, true, body)
    // They are still of the request, and still not escaped.
    try expect(
      .piiContained, false, Self.verified + "logInfo(r.value.sub); return Response.json(1);")
    try expect(
      .injectionSafe, false, Self.verified + "return Response.html(`<p>${r.value.sub}</p>`);")
    // An escape is undone when they are decoded.
    try expect(
      .injectionSafe, false,
      #"const r = jwtVerify(escapeHtml(req.body ?? ""), "s"); assert r.ok; return Response.html(`<p>${r.value.a}</p>`);"#
    )
    // The token itself is not validated by it.
    try expect(
      .inputValidated, false,
      #"const r = jwtVerify(req.body, "s"); assert r.ok; cacheSet("n", "k", req.body); return Response.json(1);"#
    )
  }

  @Test(arguments: [
    #"cacheSet("n", r.value.sub, r.value.name, 60);"#,
    #"const key = `user:${r.value.sub}`; cacheSet("n", key.toLowerCase(), "v", 60);"#,
    #"const { sub, ...rest } = r.value; cacheSet("n", sub, JSON.stringify(rest), 60);"#,
    #"for (const role of r.value.roles) cacheSet("n", role, "1", 60);"#,
    #"cacheSet("n", "k", r.value["https://a.com/role"].trim().slice(0, 3), 60);"#,
    #"const roles = r.value.roles.map((role) => role.trim()); cacheSet("n", "k", roles[0], 60);"#,
    #"fetch(`https://a.com/users/${r.value.org.id}`);"#,
  ]) func aClaimThatIsTakenOutStaysValidated(body: String) throws {
    try expect(.inputValidated, true, Self.verified + body + "return Response.json(1);")
    // What of the request chooses among claims is not of the token.
    let chosen = body.replacing("r.value", with: "r.value[req.query.name]")
    try expect(.inputValidated, false, Self.verified + chosen + "return Response.json(1);")
    // It is as raw as it was, and the request's.
    try expect(
      .injectionSafe, false,
      Self.verified + "const t = r.value.roles[0]; return Response.html(`<p>${t}</p>`);")
    try expect(
      .piiContained, false,
      Self.verified + "logInfo(r.value.roles[0].trim()); return Response.json(1);")
  }

  @Test func whetherATokenIsGoodDependsOnTheClock() throws {
    try expect(.deterministic, false, Self.verified + "return Response.json(1);")
    try expect(
      .deterministic, true,
      Self.signed + "return Response.text(timingSafeEqual(t, \"x\") ? \"a\" : \"b\");")
  }

  @Test func aSecretInATokenStaysOne() throws {
    try expect(
      .noSecretLeakage, false,
      #"const r = jwtVerify(env("SERVICE_TOKEN") ?? "", "s"); assert r.ok; return Response.json(r.value);"#
    )
    try expect(
      .noSecretLeakage, false,
      #"return Response.text(jwtSign({ a: env("API_SECRET") ?? "" }, "s"));"#)
    try expect(
      .noCredentialLeakage, false,
      #"return Response.text(jwtSign({ a: req.headers.cookie ?? "" }, "s"));"#)
  }

  @Test func resultsMustBeChecked() throws {
    let token = #"const r = jwtVerify(req.body, "s");"#
    try expect(.resultsSafe, false, token + "return Response.json(r.value);")
    try expect(.faultCovered, false, token + "return Response.json(r.ok);")
    let rate = #"const r = rateCheck("k", 1, 5);"#
    try expect(.resultsSafe, false, rate + "return Response.json(r.value);")
    try expect(.faultCovered, false, rate + "return Response.json({});")
    try expect(
      .faultCovered, true,
      rate + "if (!r.ok) return Response.json({}, { status: 429 }); return Response.json({});")
  }

  @Test(arguments: [
    ("return Response.json({ t });", true), ("return Response.text(t);", true),
    (#"return Response.json({}, { headers: { "set-cookie": setCookie("s", t) } });"#, true),
    (#"return Response.json({}, { headers: { "Set-Cookie": [setCookie("s", t)] } });"#, true),
    (#"return { status: 200, headers: { "set-cookie": t }, body: t };"#, true),
    ("return Response.json({ ok: t === req.query.t });", true),
    (#"return Response.json({}, { headers: { "x-token": t } });"#, false),
    (#"return Response.json({}, { headers: { [req.query.n ?? ""]: t } });"#, false),
    (#"const r = Response.json({}); r.headers.set("x-a", t); return r;"#, false),
    (#"const r = Response.json({}); return { ...r, headers: { ...r.headers, "x-a": t } };"#, false),
    ("return Response.redirect(`/in?t=${t}`);", false),
    ("return Response.json({}, { status: Number(t) });", false),
    ("logInfo(t); return Response.json({});", false),
    (#"cacheSet("n", "k", t); return Response.json({});"#, false),
    (#"rateCheck(t, 1, 1); return Response.json({});"#, false),
    (#"fetch(`https://a.com/?t=${t}`); return Response.json({});"#, false),
    (
      #"fetch("https://a.com/", { headers: { authorization: t } }); return Response.json({});"#,
      false
    ),
    (#"cacheSet("n", "k", t.split(".")[1]); return Response.json({});"#, false),
  ]) func aSessionTokenGoesToTheBodyOrItsCookie(body: String, holds: Bool) throws {
    try expect(.noCredentialLeakage, holds, Self.signed + body)
    try expect(.noSecretLeakage, true, Self.signed + body)
  }

  @Test func answersOfComparisonsCarryNothing() throws {
    let body = #"""
      const good = verifyWebhookSignature(req.body, req.headers["x-sig"], env("HOOK_SECRET") ?? "");
      const same = timingSafeEqual(req.headers.authorization, env("API_TOKEN"));
      return Response.json({ good, same });
      """#
    try expect(.noSecretLeakage, true, body)
    try expect(.noCredentialLeakage, true, body)
    try expect(.readOnly, true, body)
    // What the cache held is told all the same.
    try expect(
      .retrySafe, false,
      #"if (timingSafeEqual(cacheGet("n", "a"), "x")) cacheSet("n", "k", "v"); return Response.json(1);"#
    )
  }

  @Test func rateChecksWriteAndCount() throws {
    let check = #"const r = rateCheck("k", 1, 5); assert r.ok;"#
    for property in [Property.readOnly, .retrySafe, .deterministic, .idempotent] {
      try expect(property, false, check + "return Response.json({});")
    }
    try expect(.readOnly, false, #"rateReset("k"); return Response.json({});"#)
    try expect(.retrySafe, true, #"rateReset("k"); return Response.json({});"#)
    for call in ["rateCheck(k, 1, 5)", "rateReset(k)", "rateReset(...[k])"] {
      let secret = #"const k = env("API_SECRET") ?? "";"#
      try expect(.noSecretLeakage, false, secret + call + "; return Response.json({});")
      let credential = #"const k = req.headers.authorization ?? "";"#
      try expect(.noCredentialLeakage, false, credential + call + "; return Response.json({});")
      let request = #"const k = req.query.k ?? "";"#
      try expect(.inputValidated, false, request + call + "; return Response.json({});")
    }
  }
}
