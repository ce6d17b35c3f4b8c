/// What a function takes in one place, as far as a literal that stands there shows whether it fits.
enum ParameterShape {
  /// Text; numbers and booleans count as what they print.
  case text
  case number
  /// Text, or an object of texts.
  case query
  case any
  /// An object with these fields, each of its shape.
  case options([(name: String, shape: ParameterShape)])
  /// An object of names that are not known.
  case fields
  /// The same, and no array in its place.
  case record

  /// What the parameters of a module's function take; nothing is known of one that is not here.
  ///
  /// By the table's own names, so that functions and their shapes can come in any order.
  static func parameters(of function: ModuleFunction) -> [ParameterShape] {
    known[function.rawValue] ?? []
  }

  /// What the members of `Response` take.
  static func parameters(of member: BuiltinMember) -> [ParameterShape] {
    guard member.global == .response else { return [] }
    return [.any, .options([("status", .number), ("headers", .fields)])]
  }

  /// What `fetch` takes besides the address.
  static let fetchOptions = ParameterShape.options([
    ("method", .text), ("headers", .fields), ("body", .text), ("redirect", .text),
  ])

  private static let known: [String: [ParameterShape]] = [
    "auth.parseBearer": [.text],
    "auth.jwtVerify": [
      .text, .text,
      .options([("issuer", .text), ("audience", .text), ("iss", .text), ("aud", .text)]),
    ],
    "auth.jwtSign": [.any, .text],
    "auth.verifyWebhookSignature": [.text, .text, .text],
    "auth.timingSafeEqual": [.text, .text],
    "crypto.sha256": [.text],
    "crypto.hmacSha256": [.text, .text],
    "crypto.base64Encode": [.text],
    "crypto.base64Decode": [.text],
    "cache.cacheGet": [.text, .text],
    "cache.cacheSet": [.text, .text, .text, .number],
    "cache.cacheDelete": [.text, .text],
    "cache.cacheIncr": [.text, .text, .number, .number],
    "cache.cacheStats": [.text],
    "url.urlParse": [.text],
    "url.urlSearchParams": [.text],
    "url.urlEncode": [.text],
    "url.urlDecode": [.text],
    "id.nanoid": [.number],
    "http.parseCookies": [.text],
    "http.setCookie": [
      .text, .text,
      .options([
        ("path", .text), ("domain", .text), ("maxAge", .number), ("maxAgeSeconds", .number),
        ("expires", .text), ("sameSite", .text), ("httpOnly", .any), ("secure", .any),
        ("partitioned", .any),
      ]),
    ],
    "http.negotiate": [.text],
    "http.parseContentType": [.text],
    "http.cors": [
      .text,
      .options([
        ("methods", .any), ("headers", .any), ("exposeHeaders", .any), ("maxAge", .number),
        ("maxAgeSeconds", .number), ("credentials", .any),
      ]),
    ],
    "text.escapeHtml": [.text],
    "text.unescapeHtml": [.text],
    "text.slugify": [.text],
    "text.truncate": [.text, .number, .text],
    "text.mask": [.text, .number],
    "fetch.fetch": [.text, fetchOptions],
    "sql.sqlOne": [.text, .record],
    "sql.sqlMany": [.text, .record],
    "sql.sqlExec": [.text, .record],
    "time.formatIso": [.number],
    "time.formatHttp": [.number],
    "time.parseIso": [.text],
    "time.addSeconds": [.number, .number],
    "ratelimit.rateCheck": [.text, .number, .number],
    "ratelimit.rateReset": [.text],
    "validate.schemaDrop": [.text],
    "validate.validateJson": [.text, .text],
    "validate.validateObject": [.text, .any],
    "validate.coerceJson": [.text, .text],
    "decode.decodeJson": [.text, .text],
    "decode.decodeForm": [.text, .text],
    "decode.decodeQuery": [.text, .query],
    "scope.scope": [.text],
  ]
}
