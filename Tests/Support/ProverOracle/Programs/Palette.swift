import TestSupport

/// What one arbitrary program is made of: a few of all the sources and sinks, so that each property
/// is kept by many programs and lost by many.
struct Palette {
  /// Without a question, a loop or a callback that changes anything: what such a program puts out
  /// depends on data alone, so that two runs with other data can be compared.
  var isStraight: Bool
  var sources: [String]
  var sinks: [String]
  var answers: [String]
  var texts: [String]
  var carriers: [String]
  var hasResults: Bool
  var hasFetch: Bool
  var hasKept: Bool
  var hasCache: Bool

  init(_ random: inout SeededGenerator) {
    func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }
    isStraight = chance(3)
    var sources = ["env(\"REGION\") ?? \"\"", "env(\"MODE\") ?? \"\"", "\"text\""]
    if chance(3) { sources += isStraight ? Self.plainSecrets : Sources.secrets }
    if chance(4) { sources += Sources.credentials }
    if !isStraight, chance(6) { sources += Sources.sessions }
    if chance(2) { sources += Sources.request + ["req.path", "req.url", "req.method"] }
    if chance(4) { sources += Sources.volatile }
    if chance(4) { sources += Sources.stored }
    if chance(5) {
      sources += [
        "JSON.stringify(jwtVerify(req.headers[\"x-token\"] ?? \"\", \"k\").value ?? {})",
        "String(jwtVerify(req.headers[\"x-token\"] ?? \"\", \"k\").isOk())",
      ]
    }
    var sinks: [String] = []
    if chance(3) { sinks += Sinks.logs }
    if chance(3) { sinks += Sinks.writes }
    if chance(8) { sinks += Sinks.counts }
    if chance(4) { sinks += Sinks.egress }
    if chance(8) { sinks += Sinks.plainHeaders + Self.sentHeaders }
    var answers = Sinks.bodies
    if chance(3) { answers += Sinks.fields }
    if chance(4) { answers += Sinks.pages }
    if chance(3) { answers = ["return Response.text(\"done\");"] }
    (self.sources, self.sinks, self.answers) = (sources, sinks, answers)
    hasCache = chance(4)
    var texts = Ways.texts
    if !isStraight { texts += Ways.branches }
    if hasCache { texts += Ways.cached }
    self.texts = isStraight ? texts.filter(Self.isStraight) : texts
    carriers = isStraight ? Carriers.all.filter(Self.isStraight) : Carriers.all
    if isStraight {
      self.sinks = sinks.filter(Self.isStraight)
      self.sources = sources.filter(Self.isStraight)
      self.answers = answers.filter(Self.isStraight)
    }
    hasResults = !isStraight && chance(3)
    hasFetch = !isStraight && chance(5)
    hasKept = !isStraight && chance(4)
  }

  private static let plainSecrets = Sources.secrets.filter { !$0.contains("jwtSign") }
  /// What credentials are for: a header to a host over TLS.
  private static let sentHeaders = [
    "fetch(\"https://a.example/\", { headers: { authorization: @ } });",
    "fetch(\"https://a.example/\", { method: \"PUT\", headers: { \"x-key\": `Bearer ${@}` } });",
  ]

  /// Whether a template asks nothing: `??` and the methods that compare only what is theirs stay.
  private static func isStraight(_ template: String) -> Bool {
    !questions.contains { template.contains($0) }
  }
  private static let questions = [
    " === ", " !== ", " > ", " < ", " <= ", "if (", "for (", " ? ", " && ", " || ", "switch",
    "match (",
    "forEach", "filter", "find", "toSorted", "sort(", "some", "every", "reduce", "assert", "||=",
    "&&=",
    "timingSafeEqual", "negotiate", "cacheStats", "cacheDelete", "rate", "headers.has",
    "(env(\"MODE\") ??",
    "validate", "coerceJson", "decodeJson", "decodeForm", "decodeQuery", "sql", "race(",
    "cacheIncr", "slugify", "JSON.tryParse", "jwtVerify", "trim", "parseContentType", "truncate",
  ]
}
