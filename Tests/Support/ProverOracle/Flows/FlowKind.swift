import Contracts

/// Sources, ways and sinks by which one property is lost.
struct FlowKind: Sendable {
  /// Where a flow begins.
  struct Source: Sendable {
    var expression: String
    /// What the constant `KEPT` of the module level is, where the expression is that constant.
    var kept: String?

    init(_ expression: String, kept: String? = nil) {
      self.expression = expression
      self.kept = kept
    }
  }

  var property: Property
  var sources: [Source]
  /// Something of the same kind that loses nothing.
  var harmless: String
  var steps: FlowWriter.Steps
  /// Statements; `@` is the value.
  var sinks: [String]

  private init(
    _ property: Property, _ sources: [String], kept: [String] = [], harmless: String,
    _ steps: FlowWriter.Steps, _ sinks: [String]
  ) {
    self.property = property
    self.sources = sources.map { Source($0) } + kept.map { Source("KEPT", kept: $0) }
    self.harmless = harmless
    self.steps = steps
    self.sinks = sinks
  }

  private static let texts = FlowWriter.Steps(ways: Ways.texts, carriers: Carriers.all)
  private static let cachedTexts = FlowWriter.Steps(
    ways: Ways.texts + Ways.cached, carriers: Carriers.all)
  private static let branchedTexts = FlowWriter.Steps(
    ways: Ways.texts + Ways.branches, carriers: Carriers.all)
  private static let verbatimTexts = FlowWriter.Steps(
    ways: Ways.verbatimTexts, carriers: Carriers.verbatim)
  private static let verbatimCachedTexts = FlowWriter.Steps(
    ways: Ways.verbatimTexts + Ways.cached, carriers: Carriers.verbatim)
  private static let things = FlowWriter.Steps(ways: Ways.things)
  private static let setting = "env(\"REGION\") ?? \"\""
  private static let done = " return Response.text(\"done\");"

  /// The statements, and an answer behind each.
  private static func after(_ sinks: [String]) -> [String] { sinks.map { $0 + done } }
  /// What a branch tells, at last.
  private static let asked = [
    "if (@ === env(\"MODE\")) return Response.text(\"a\"); return Response.text(\"c\");",
    "return Response.text(@.startsWith(env(\"MODE\") ?? \"\") ? \"b\" : \"c\");",
    "assert @ !== env(\"MODE\"); return Response.text(\"a\");",
    "return match (@ + env(\"MODE\")) { when \"b\": Response.text(\"a\") default: Response.text(\"c\") };",
    "return Response.text(\"a\", { status: @ > (env(\"MODE\") ?? \"\") ? 200 : 404 });",
    "if (@ > (env(\"MODE\") ?? \"\")) cacheSet(\"out\", \"k\", \"v\", 60);" + done,
    "for (const c of @ + env(\"MODE\")) { cacheSet(\"out\", \"k\", \"v\", 60); }" + done,
    "@ === env(\"MODE\") || cacheDelete(\"out\", \"k\");" + done,
    "[1, 2].filter((x) => x > (@ + env(\"MODE\")).length).forEach((x) => cacheSet(\"out\", \"k\", \"v\"));"
      + done,
    "const f# = () => { if (@ === env(\"MODE\")) return; cacheSet(\"out\", \"k\", \"v\"); }; f#();"
      + done,
  ]
  private static let askedWrites = asked.filter { $0.contains("cache") }
  /// Every kind.
  static let all: [FlowKind] = [
    FlowKind(
      .noSecretLeakage,
      Sources.secrets,
      kept: [
        "env(\"DB_PASSWORD\") ?? \"\"", "((name) => env(name) ?? \"\")(\"PIN_SECRET\")",
        "JSON.stringify({ a: env(\"API_KEY\") })",
      ], harmless: setting, texts,
      Sinks.answers + Self.after(Sinks.logs) + Self.after(Sinks.writes) + Self.after(Sinks.counts)
        + Self.after(Sinks.egress) + Self.after(Sinks.plainHeaders)),
    FlowKind(
      .noCredentialLeakage,
      Sources.credentials, harmless: setting, texts,
      Sinks.answers + Self.after(Sinks.logs) + Self.after(Sinks.writes) + Self.after(Sinks.counts)
        + Self.after(Sinks.egress) + Self.after(Sinks.plainHeaders)),
    FlowKind(
      .noCredentialLeakage,
      Sources.sessions,
      harmless: setting, texts,
      Sinks.fields + Self.after(Sinks.logs) + Self.after(Sinks.writes) + Self.after(Sinks.counts)
        + Self.after(Sinks.egress) + Self.after(Sinks.plainHeaders)),
    FlowKind(
      .piiContained, Sources.request + ["req.path", "req.url", "req.method"], harmless: setting,
      cachedTexts,
      Self.after(Sinks.logs) + Self.after(Sinks.egress) + Self.after(Sinks.plainHeaders)),
    FlowKind(
      .deterministic,
      Sources.volatile, harmless: setting, branchedTexts,
      Sinks.answers + asked + Self.after(Sinks.writes)),
    FlowKind(
      .retrySafe,
      Sources.stored, harmless: setting, branchedTexts,
      askedWrites + Self.after(Sinks.writes)
        + [
          "fetch(`https://a.example/${@}`, { method: \"PUT\" });" + done,
          "fetch(\"https://a.example/\", { method: \"DELETE\", body: @ });" + done,
          "fetch(\"https://a.example/\", { method: \"PUT\", headers: { a: @ } });" + done,
        ]),
    FlowKind(
      .inputValidated, Sources.request, harmless: setting, verbatimTexts,
      Self.after(Sinks.writes) + Self.after(Sinks.egress)
        + ["cacheIncr(\"out\", @, 1);" + done, "rateCheck(@, 60, 5);" + done]),
    FlowKind(
      .injectionSafe, Sources.request + ["fetch(\"https://a.example/\").text()"], harmless: setting,
      verbatimCachedTexts,
      [
        "return Response.html(`<p>${@}</p>`);", "return Response.html(@);",
        "return Response.html(\"<p>\" + @ + \"</p>\");", "return Response.redirect(@);",
        "return Response.text(@, { headers: { \"content-type\": \"text/html\" } });",
        "return Response.text(\"x\", { status: 302, headers: { location: @ } });",
        "return Response.html(renderToString(<a href={@}>a</a>));",
        "return Response.html(renderToString(<script>{@}</script>));",
        "return Response.html(renderToString(<p onclick={@}>a</p>));",
        "return Response.html(renderToString(<style>{@}</style>));",
        "return Response.html(renderToString(h(\"a\", { href: @ }, \"a\")));",
        "return { status: 200, headers: { \"content-type\": \"text/html\" }, body: @ };",
        "const res = Response.html(\"\"); res.body = [\"<p>\", @].join(\"\"); return res;",
        "return Response.html(`<p title=${escapeHtml(@)}>a</p>`);",
        "return Response.html(unescapeHtml(escapeHtml(@)));",
      ]),
    FlowKind(
      .stateIsolated, [],
      kept: [
        "{ n: 0, a: { n: 0 } }", "[1, 2]", "((o) => o)({ n: 1 })", "({ a: { n: 0 } }).a",
        "[{ n: 1 }].map((x) => x)[0]", "JSON.parse(\"{}\")",
      ], harmless: "JSON.parse(\"[1]\")", things,
      [
        "@.n = 1;", "@[\"n\"] = 1;", "@.n += 1;", "@.n ??= 1;", "Object.assign(@, { n: 2 });",
        "@[env(\"MODE\") ?? \"a\"] = 1;", "((o) => { o.n = 1; })(@);",
        "[@].forEach((o) => { o.n = 1; });",
        "const o# = @; o#.n ||= 1;", "({ a: @ }).a.n = 1;",
      ].map { $0 + done }),
    FlowKind(
      .stateIsolated, [], kept: ["[1, 2]", "[[1], [2]][0]", "range(3)", "\"a,b\".split(\",\")"],
      harmless: "JSON.parse(\"[1]\")", things,
      [
        "@.push(1);", "@.pop();", "@.shift();", "@.unshift(0);", "@.reverse();", "@.sort();",
        "@.splice(0, 1);", "@.fill(0);", "@.copyWithin(0, 1);", "@[0] = 1;", "@.length = 0;",
      ].map { $0 + done }),
    FlowKind(
      .resultsSafe,
      [
        "JSON.tryParse(req.body ?? \"\")", "jwtVerify(req.query.t ?? \"\", \"k\")",
        "rateCheck(\"k\", 60, 5)", "[req.body ?? \"\"].map(JSON.tryParse)[0]",
        "validateJson(\"number\", req.body)", "validateObject(\"number\", req.query.a)",
        "coerceJson(\"number\", req.body)", "decodeJson(\"number\", req.body)",
        "decodeForm(\"number\", req.body)", "decodeQuery(\"number\", req.query)",
      ], harmless: "{ ok: true, value: 1 }", things,
      [
        "const u# = @.value;", "const { value } = @;", "@[\"value\"];", "JSON.stringify(@);",
        "const v# = Object.values(@);", "const v# = { ...@ };", "const { ok, ...rest } = @;",
        "const v# = Object.assign({}, @);",
      ].map { $0 + done } + ["return Response.json({ a: @ });"]),
    FlowKind(
      .faultCovered,
      [
        "JSON.tryParse(req.body ?? \"\")", "jwtVerify(req.query.t ?? \"\", \"k\")",
        "rateCheck(\"k\", 60, 5)", "fetch(\"https://a.example/\")",
        "validateJson(\"number\", req.body)", "decodeQuery(\"number\", req.query)",
        "parallel([() => fetch(\"https://a.example/\")])[0]",
        "fetch(\"https://a.example/\", { method: \"POST\" })", "fetchSync(\"https://a.example/\")",
      ], harmless: "{ ok: true, value: 1, status: 200 }", things,
      [
        "return Response.text(\"a\");", "return Response.json({ ok: @.ok });",
        "if (@.ok) return Response.text(\"a\"); return Response.text(\"b\");",
        "return @.ok ? Response.text(\"a\") : Response.text(\"b\", { status: 201 });",
        "return Response.text(\"a\", { status: @.ok ? 200 : 204 });",
        "if (!@.ok) { logInfo(\"bad\"); } return Response.text(\"a\");",
        "return match (@) { when { ok: true }: Response.text(\"a\") default: Response.text(\"b\") };",
      ]),
    FlowKind(
      .readOnly,
      [
        "() => cacheSet(\"n\", \"k\", \"v\", 60)", "() => cacheDelete(\"n\", \"k\")",
        "() => { cacheIncr(\"n\", \"k\", 1); return 1; }", "() => rateReset(\"k\")",
        "() => rateCheck(\"k\", 1, 2)", "() => fetch(\"https://a.example/\", { method: \"POST\" })",
        "() => fetch(\"https://a.example/\", { method: env(\"M\") })",
        "() => sqlExec(\"put\", { v: 1 })", "() => parallel([() => sqlExec(\"set\", { v: 1 })])",
        "() => scope(\"s\", () => ensure(() => cacheDelete(\"n\", \"k\")))", "cacheSet",
        "cacheDelete",
      ], kept: ["() => cacheSet(\"n\", \"k\", \"v\", 60)", "cacheDelete"], harmless: "() => 1",
      things,
      [
        "@(\"n\", \"k\", \"v\");", "@?.(\"n\", \"k\", \"v\");",
        "[1].map(() => @(\"n\", \"k\", \"v\"));",
        "[\"n\"].forEach(@);", "\"n\" |> ((x) => @(x));", "[2, 1].sort(@);", "[2, 1].reduce(@);",
        "Array.from([1], @);",
        "JSON.stringify({ a: 1 }, @);", "\"a\".replace(\"a\", @);",
        "[1].filter(@);", "[1].find(@);", "[1].flatMap(@);", "[1].some(@);", "[1].every(@);",
        "({ a: @ }).a(\"n\", \"k\", \"v\");", "({ a: @ })[\"a\"](\"n\", \"k\", \"v\");",
        "renderToString(h(@, null));", "const K# = @; renderToString(<K# />);",
        "((f) => f(\"n\", \"k\", \"v\"))(@);", "[1, 2].toSorted(@);", "[1].findLast(@);",
        "parallel([@]);", "race([@, () => 1]);", "scope(\"s\", @);",
        "scope(\"s\", () => ensure(@));",
        "scope(\"s\", () => { using(\"n\", @); });", "[1].reduceRight(@, 0);",
        "\"a\".replaceAll(\"a\", @);", "[1].findIndex(@);",
      ].map { $0 + done }),
  ]
}
