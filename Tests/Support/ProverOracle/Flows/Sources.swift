/// Expressions with which data comes into a handler.
enum Sources {
  /// Of the request.
  static let request = [
    "req.query.a ?? \"\"", "req.body ?? \"\"", "req.text()", "String(req.json()?.a)",
    "JSON.stringify(req.json())", "req.headers[\"x-a\"] ?? \"\"",
    "req.headers.get(\"x-a\") ?? \"\"",
    "req.query[env(\"MODE\") ?? \"a\"] ?? \"\"", "JSON.stringify(req.query)",
    "Object.keys(req.query).join(\"\")",
    "(({ query: { a = \"\" } }) => a)(req)",
    "String(JSON.tryParse(req.body ?? \"\").ok ? req.body : req.query.b)",
    "String(routerMatch({ \"GET /b/:id\": (r) => 1 }, req)?.params.id)",
  ]
  /// Of secret settings.
  static let secrets: [String] = [
    "env(\"API_KEY\") ?? \"\"", "env(env(\"MODE\") ?? \"\") ?? \"\"",
    "sha256(env(\"API_KEY\") ?? \"\")", "hmacSha256(\"a\", env(\"API_KEY\") ?? \"\")",
    "mask(env(\"API_KEY\") ?? \"\", 9)", "jwtSign({ a: env(\"API_KEY\") }, \"k\")",
    "JSON.stringify([\"A_TOKEN\", \"B\"].map((name) => env(name)))",
    "[\"DB_PASSWORD\"].map(env).join(\"\")",
  ]
  /// Of what a request brings to show who sends it.
  static let credentials: [String] = [
    "req.headers.cookie ?? \"\"", "req.headers.get(\"Authorization\") ?? \"\"",
    "req.headers[\"x-api-key\"] ?? \"\"", "JSON.stringify(req.headers)",
    "req.headers[env(\"HEADER\") ?? \"a\"] ?? \"\"", "JSON.stringify({ ...req.headers })",
    "parseBearer(req.headers.authorization ?? \"\") ?? \"\"", "parseBearer(\"a\") ?? \"\"",
    "parseCookies(req.headers.cookie ?? \"\").session ?? \"\"",
    "JSON.stringify(parseCookies(\"a\"))",
    "parseCookies(\"a\").session ?? \"\"", "Object.values(req.headers).join(\"\")",
    "(({ headers: { cookie } }) => cookie ?? \"\")(req)",
    "(({ headers: { accept, ...rest } }) => JSON.stringify(rest))(req)",
  ]
  /// Session tokens.
  static let sessions: [String] = [
    "jwtSign({ a: 1 }, env(\"SIGNING_KEY\") ?? \"\")", "jwtSign(\"{}\", \"k\")",
  ]
  /// Of the clock, of chance, of the network.
  static let volatile: [String] = [
    "String(Math.random())", "String(Date.now())", "uuid()", "ulid()", "nanoid(8)",
    "fetch(\"https://a.example/\").text()",
    "parallel([() => fetch(\"https://a.example/\")])[0].text()",
    "race([() => Math.random(), () => 1]).toFixed(9)",
    "String(fetch(\"https://a.example/\").status)",
    "String(rateCheck(\"k\", 1, 2).ok)", "String(jwtVerify(\"a\", \"b\").ok)",
    "[Math.random].map((f) => f()).join(\"\")",
    "JSON.stringify(fetchSync(\"https://a.example/\").json())",
    "[1].map(uuid)[0]", "fetch(\"https://a.example/\").headers.get(\"a\") ?? \"\"",
  ]
  /// Of what earlier requests left, and some of chance.
  static let stored: [String] = [
    "String(sqlOne(\"all\")?.v)", "JSON.stringify(sqlMany(\"all\"))",
    "String(sqlExec(\"drop\", { v: \"a\" }).changes)",
    "cacheGet(\"z\", \"k\") ?? \"\"", "String(cacheStats(\"z\").hits)",
    "String(cacheDelete(\"z\", \"k\"))", "String(rateReset(\"k\"))", "String(Math.random())",
    "cacheGet(env(\"NS\") ?? \"a\", \"k\") ?? \"\"", "uuid()", "String(cacheStats().size)",
    "[\"k\"].map((k) => cacheGet(\"z\", k)).join(\"\")", "String(jwtVerify(\"a\", \"b\").ok)",
  ]
}
