import Contracts
import Testing

/// Handlers that leak `TOKEN`, each by another way; without the leak they are clean.
let leaks: [(name: String, before: String, body: String)] = [
  ("direct", "", "return Response.text(TOKEN);"),
  ("status", "", "return Response.json({}, { status: Number(TOKEN) });"),
  ("header", "", #"return Response.json({}, { headers: { "x-a": TOKEN } });"#),
  ("header set later", "", #"const r = Response.json({}); r.headers.set("x-a", TOKEN); return r;"#),
  ("log", "", "logInfo(TOKEN); return Response.json({});"),
  ("log context", "", #"logError("x", { deep: [TOKEN] }); return Response.json({});"#),
  ("console", "", "console.log(`t=${TOKEN}`); return Response.json({});"),
  ("assert", "", "assert req.body, `no body ${TOKEN}`; return Response.json({});"),
  ("cache key", "", #"cacheSet("a", TOKEN, "1", 5); return Response.json({});"#),
  ("cache value", "", #"cacheSet("a", "k", TOKEN, 5); return Response.json({});"#),
  ("cache increment", "", #"cacheIncr("a", TOKEN); return Response.json({});"#),
  ("url", "", #"fetch(`https://a.com/?t=${TOKEN}`); return Response.json({});"#),
  (
    "egress body", "",
    #"fetch("https://a.com/", { method: "POST", body: TOKEN }); return Response.json({});"#
  ),
  (
    "header to a readable host", "",
    #"fetch("http://a.com/", { headers: { "x-t": TOKEN } }); return Response.json({});"#
  ),
  (
    "header to a dynamic host", "",
    #"fetch(req.body, { headers: { "x-t": TOKEN } }); return Response.json({});"#
  ),
  (
    "header of dynamic name", "",
    #"fetch("https://a.com/", { headers: { [req.body]: TOKEN } }); return Response.json({});"#
  ),
  ("helper", "const wrap = (v) => ({ v });", "return Response.json(wrap(TOKEN));"),
  ("two helpers", "const a = (v) => b(v); const b = (v) => v;", "return Response.json(a(TOKEN));"),
  ("default parameter", "const f = (v = TOKEN) => v;", "return Response.json(f());"),
  ("rest parameter", "const f = (...all) => all;", "return Response.json(f(1, TOKEN));"),
  ("spread argument", "const f = (a, b) => b;", "return Response.json(f(...[1, TOKEN]));"),
  ("object spread", "", "const a = { t: TOKEN }; return Response.json({ ...a });"),
  ("array spread", "", "const a = [TOKEN]; return Response.json([0, ...a]);"),
  ("destructuring", "", "const { a: { b } } = { a: { b: TOKEN } }; return Response.json(b);"),
  (
    "destructuring rest", "",
    "const { a, ...rest } = { a: 1, b: TOKEN }; return Response.json(rest);"
  ),
  ("array pattern", "", "const [x, y] = [1, TOKEN]; return Response.json(y);"),
  ("computed field", "", "const o = {}; o[req.path] = TOKEN; return Response.json(o.x);"),
  ("dynamic read", "", "const o = { a: TOKEN }; return Response.json(o[req.path]);"),
  ("closure", "", "const f = () => TOKEN; return Response.json([1].map(f));"),
  (
    "closure over a local", "",
    "let x = 1; const f = () => { x = TOKEN; }; f(); return Response.json(x);"
  ),
  ("function in an object", "const o = { f: (v) => v };", "return Response.json(o.f(TOKEN));"),
  ("function in an array", "const fs = [(v) => v];", "return Response.json(fs[0](TOKEN));"),
  ("returned function", "const make = (v) => () => v;", "return Response.json(make(TOKEN)());"),
  (
    "function in a map of functions", "const o = { f: (v) => v };",
    "return Response.json(o[req.path](TOKEN));"
  ),
  ("map", "", "return Response.json([TOKEN].map((t) => t.length + t));"),
  ("filter", "", "return Response.json([TOKEN].filter(Boolean));"),
  ("reduce", "", "return Response.json([TOKEN].reduce((a, b) => a + b, \"\"));"),
  ("flatMap", "", "return Response.json([[TOKEN]].flatMap((t) => t));"),
  ("find", "", "return Response.json([TOKEN].find((t) => true));"),
  ("push", "", "const a = []; a.push(TOKEN); return Response.json(a);"),
  ("splice", "", "const a = [1]; a.splice(0, 1, TOKEN); return Response.json(a);"),
  ("join", "", "return Response.text([TOKEN].join());"),
  ("sort", "", "return Response.json([TOKEN, \"a\"].toSorted());"),
  ("entries", "", "return Response.json(Object.entries({ a: TOKEN }));"),
  ("fromEntries", "", "return Response.json(Object.fromEntries([[\"a\", TOKEN]]));"),
  ("keys", "", "return Response.json(Object.keys({ [TOKEN]: 1 }));"),
  ("assign", "", "const o = {}; Object.assign(o, { t: TOKEN }); return Response.json(o);"),
  ("for of", "", "let out; for (const t of [TOKEN]) { out = t; } return Response.json(out);"),
  ("JSON", "", "return Response.text(JSON.stringify({ t: TOKEN }));"),
  ("JSON and back", "", "return Response.json(JSON.parse(JSON.stringify({ t: TOKEN })).t);"),
  ("replacer", "", "return Response.text(JSON.stringify([1], (k, v) => TOKEN));"),
  ("text methods", "", "return Response.text(TOKEN.slice(1).toUpperCase().padStart(9));"),
  ("split", "", "return Response.json(TOKEN.split(\"\"));"),
  ("character", "", "return Response.json(TOKEN[0]);"),
  ("length", "", "return Response.json(TOKEN.length);"),
  ("replace with a function", "", "return Response.text(\"a\".replace(\"a\", () => TOKEN));"),
  ("base64", "", "return Response.text(base64Encode(TOKEN));"),
  ("sha256", "", "return Response.text(sha256(TOKEN));"),
  ("hmac message", "", "return Response.text(hmacSha256(\"k\", TOKEN));"),
  ("mask showing too much", "", "return Response.text(mask(TOKEN, 5));"),
  ("mask showing what is asked", "", "return Response.text(mask(TOKEN, req.query.n));"),
  ("truncate", "", "return Response.text(truncate(TOKEN, 3));"),
  ("ternary", "", "return Response.text(req.body ? TOKEN : \"\");"),
  ("coalesce", "", "return Response.text(req.body ?? TOKEN);"),
  ("logical assignment", "", "let x = req.body; x ??= TOKEN; return Response.json(x);"),
  ("compound assignment", "", "let x = \"a\"; x += TOKEN; return Response.json(x);"),
  (
    "match", "",
    "return match (req) { when { path: \"/x\" }: Response.text(TOKEN) default: Response.json({}) };"
  ),
  ("match binding", "", "return Response.json(match ({ t: TOKEN }) { when { t: x }: x });"),
  ("pipeline", "const id = (v) => v;", "return TOKEN |> id |> Response.text;"),
  (
    "response kept", "",
    "const r = Response.text(TOKEN); const s = { ...r, status: 201 }; return s;"
  ),
  (
    "cookie", "",
    #"return Response.json({}, { headers: { "set-cookie": setCookie("a", TOKEN) } });"#
  ),
  (
    "through the request", "const f = (r) => Response.text(r.mine);",
    "req.mine = TOKEN; return f(req);"
  ),
  (
    "routed", "const routes = { \"GET /x\": () => Response.text(TOKEN) };",
    "const found = routerMatch(routes, req); if (!found) return Response.json({}, { status: 404 }); return found.handler(req);"
  ),
  (
    "routed through a spread",
    "const some = { \"GET /x\": () => Response.text(TOKEN) }; const routes = { ...some };",
    "const found = routerMatch(routes, req); if (!found) return Response.json({}); return found.handler(req);"
  ),
  (
    "recursion", "const f = (n, v) => n === 0 ? v : f(n - 1, v);",
    "return Response.json(f(3, TOKEN));"
  ),
  ("under a conversion", "", "return Response.json({ t: String(TOKEN), n: parseInt(TOKEN) });"),
  ("redirect", "", "return Response.redirect(`/x?t=${TOKEN}`);"),
  ("dynamic method name", "", "const m = req.body; return Response.json(TOKEN[m]());"),
]

@Suite struct SecretLeakTests {
  @Test(arguments: leaks.map(\.name)) func everyWayOutIsSeen(name: String) throws {
    let leak = try #require(leaks.first { $0.name == name })
    let before = "const TOKEN = env(\"API_TOKEN\") ?? \"\";\n\(leak.before)"
    try expect(.noSecretLeakage, false, of: handler(leak.body, before: before))
    // The same handler with a harmless value in place of the secret.
    let clean = "const TOKEN = env(\"API_HOST\") ?? \"\";\n\(leak.before)"
    try expect(.noSecretLeakage, true, of: handler(leak.body, before: clean))
  }

  @Test(arguments: leaks.map(\.name)) func credentialsGoTheSameWays(name: String) throws {
    let leak = try #require(leaks.first { $0.name == name })
    // Module-level helpers that name the token need it as a global of the module.
    guard !leak.before.contains("TOKEN") else { return }
    let body = "const TOKEN = req.headers.authorization ?? \"\";\n\(leak.body)"
    try expect(.noCredentialLeakage, false, of: handler(body, before: leak.before))
    let clean = "const TOKEN = req.headers.accept ?? \"\";\n\(leak.body)"
    try expect(.noCredentialLeakage, true, of: handler(clean, before: leak.before))
  }

  @Test(arguments: [
    #"return Response.json({ ok: env("API_TOKEN") === req.query.t });"#,
    #"return Response.json({ ok: !env("API_TOKEN") });"#,
    #"return Response.json({ ok: typeof env("API_TOKEN") });"#,
    #"return Response.json({ ok: Boolean(env("API_TOKEN")) });"#,
    #"return Response.json({ ok: (env("API_TOKEN") ?? "").startsWith("x") });"#,
    #"return Response.json({ ok: ["a"].includes(env("API_TOKEN")) });"#,
    #"return Response.json({ ok: (env("API_TOKEN") ?? "").length > 3 });"#,
    #"return Response.text(hmacSha256(env("API_TOKEN") ?? "", "message"));"#,
    #"return Response.text(mask(env("API_TOKEN") ?? "", 4));"#,
    #"return env("API_TOKEN") ? Response.json({ a: 1 }) : Response.json({ a: 2 });"#,
    #"fetch("https://api.a.com/x", { headers: { authorization: `Bearer ${env("API_TOKEN")}` } }); return Response.json({});"#,
    #"fetch("http://localhost:8080/x", { headers: { "x-t": env("API_TOKEN") } }); return Response.json({});"#,
    #"const all = { t: env("API_TOKEN"), n: 1 }; return Response.json({ n: all.n });"#,
    #"const f = (v) => v; f(env("API_TOKEN")); return Response.json(f(1));"#,
    #"return Response.json({ host: env("API_HOST") });"#,
  ]) func thisIsNoLeak(body: String) throws {
    try expect(.noSecretLeakage, true, of: handler(body))
  }

  @Test func namesOfUnknownEnvAreSecret() throws {
    try expect(
      .noSecretLeakage, false, of: handler("return Response.text(env(req.query.n) ?? \"\");"))
  }

  @Test func overridesDecide() throws {
    let source = handler("return Response.text(env(\"API_TOKEN\") + env(\"PLAIN\"));")
    let config = try prove(source, secrets: ["API_TOKEN": false])
    #expect(config.holds(.noSecretLeakage))
    #expect(config.contract.env.secret == [])
    let secret = try prove(source, secrets: ["API_TOKEN": false, "PLAIN": true])
    #expect(!secret.holds(.noSecretLeakage))
    #expect(secret.contract.env.secret == ["PLAIN"])
  }

  @Test func theCacheGivesBackWhatWasWritten() throws {
    let body =
      #"cacheSet("a", "k", env("API_TOKEN") ?? "", 5); return Response.text(cacheGet("a", "k") ?? "");"#
    #expect(
      try prove(handler(body)).losses(.noSecretLeakage).contains("secret API_TOKEN -> response"))
    let other =
      #"cacheSet("a", "k", env("API_TOKEN") ?? "", 5); return Response.text(cacheGet("b", "k") ?? "");"#
    #expect(
      try !prove(handler(other)).losses(.noSecretLeakage).contains("secret API_TOKEN -> response"))
    let unknown =
      #"cacheSet(req.path, "k", env("API_TOKEN") ?? "", 5); return Response.text(cacheGet("b", "k") ?? "");"#
    #expect(
      try prove(handler(unknown)).losses(.noSecretLeakage).contains("secret API_TOKEN -> response"))
  }

  @Test func deadCodeLeaksNothing() throws {
    let before = "const unused = () => logInfo(env(\"API_TOKEN\"));"
    try expect(.noSecretLeakage, true, of: handler("return Response.json({});", before: before))
    try expect(
      .noSecretLeakage, true,
      of: handler("return Response.json({}); logInfo(env(\"API_TOKEN\"));"))
  }

  @Test func aWitnessNamesSourceAndSink() throws {
    let proof = try prove(handler("return Response.json({ t: env(\"API_TOKEN\") });"))
    let witness = try #require(proof.witnesses.first { $0.property == .noSecretLeakage })
    #expect(witness.steps.map(\.what) == ["secret API_TOKEN", "response"])
    #expect(witness.steps[0].path == "handler.ts")
    #expect(witness.steps[0].line == 15)
  }
}

@Suite struct CredentialTests {
  @Test(arguments: [
    "return Response.json(req.headers);",
    "return Response.json({ ...req.headers });",
    "return Response.json(Object.values(req.headers));",
    "return Response.json(req.headers[req.query.name]);",
    "return Response.json(req.headers.get(\"Cookie\"));",
    "return Response.json(req.headers[\"X-API-Key\"]);",
    "return Response.json(req.headers[\"proxy-authorization\"]);",
    "return Response.json(req);",
    "logInfo(\"request\", req); return Response.json({});",
    "return Response.json(parseCookies(req.headers.cookie));",
    "const { authorization } = req.headers; return Response.json(authorization);",
    "const { headers: { cookie } } = req; return Response.json(cookie);",
    "return Response.json({}, { headers: req.headers });",
    "for (const [k, v] of Object.entries(req.headers)) logInfo(v); return Response.json({});",
  ]) func credentialsThatLeak(body: String) throws {
    try expect(.noCredentialLeakage, false, of: handler(body))
  }

  @Test(arguments: [
    "return Response.json(req.headers.accept);",
    "return Response.json(req.headers.get(\"user-agent\"));",
    "const { accept } = req.headers; return Response.json(accept);",
    "return req.headers.authorization ? Response.json(req.body) : Response.json({}, { status: 401 });",
    "return Response.json({ ok: req.headers.authorization === \"x\" });",
    "return Response.json({ url: req.url, method: req.method, query: req.query, body: req.body });",
    "return Response.json({ has: req.headers.has(\"cookie\") });",
    "fetch(\"https://a.com/\", { headers: { authorization: req.headers.authorization } }); return Response.json({});",
  ]) func credentialsThatStay(body: String) throws {
    try expect(.noCredentialLeakage, true, of: handler(body))
  }
}

/// Harmless statements put before and around a leak do not hide it, and do not make one.
@Suite struct LeakMutationTests {
  private static let frames: [@Sendable (String) -> String] = [
    { $0 },
    { "const go = () => { \($0) }; return go();" },
    { "const table = { go: (q) => { \($0) } }; return table.go(req);" },
    { "if (req.query.x) { \($0) } return Response.json({});" },
    { "for (const i of [1, 2]) { \($0) } return Response.json({});" },
    { "switch (req.method) { case \"GET\": { \($0) } default: return Response.json({}); }" },
    { "const later = [() => { \($0) }]; const [first] = later; return first();" },
    { "const twice = (f) => f() ?? f(); return twice(() => { \($0) });" },
    {
      "const found = routerMatch({ \"GET /\": (q) => { \($0) } }, req); if (!found) return Response.json({}); return found.handler(req);"
    },
    { "const outer = (f) => (...all) => f(...all); return outer(() => { \($0) })(1, 2);" },
  ]

  @Test(arguments: 0..<10) func aLeakFlipsThePropertyWhereverItStands(index: Int) throws {
    let around = Self.frames[index]
    let clean = "return Response.json({ a: env(\"PLAIN\") });"
    for property in [Property.noSecretLeakage, .noCredentialLeakage, .stateIsolated, .readOnly] {
      try expect(property, true, of: handler(around(clean), before: "const kept = [];"))
    }
    let mutations: [(Property, String)] = [
      (.noSecretLeakage, "logInfo(env(\"A_TOKEN\")); "),
      (.noCredentialLeakage, "logInfo(req.headers.cookie); "),
      (.stateIsolated, "kept.push(1); "),
      (.readOnly, "cacheSet(\"n\", \"k\", \"v\"); "),
      (.piiContained, "logInfo(req.path); "),
      (.inputValidated, "cacheSet(\"n\", req.path, \"v\"); "),
      (.resultsSafe, "JSON.tryParse(\"\").value; "),
      (.faultCovered, "fetch(\"https://a.com/\"); "),
      (.retrySafe, "cacheIncr(\"n\", \"k\"); "),
      (.deterministic, "cacheSet(\"n\", \"k\", uuid()); "),
    ]
    for (property, mutation) in mutations {
      try expect(property, false, of: handler(around(mutation + clean), before: "const kept = [];"))
    }
  }
}
