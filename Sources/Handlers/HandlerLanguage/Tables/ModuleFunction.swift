/// Every function of the virtual modules (`zigttp:env`, `zigttp:cache`, …). What each means is its
/// row in ``ModuleTable``; the raw value is `module.name`.
///
/// The parser's import check, the prover and the runtime all switch over this one list, so that a
/// function cannot be known to one of them and unknown to another.
public enum ModuleFunction: String, CaseIterable, Sendable, Hashable {
  case env = "env.env"
  case routerMatch = "router.routerMatch"
  case parseBearer = "auth.parseBearer"
  case jwtVerify = "auth.jwtVerify"
  case jwtSign = "auth.jwtSign"
  case verifyWebhookSignature = "auth.verifyWebhookSignature"
  case timingSafeEqual = "auth.timingSafeEqual"
  case sha256 = "crypto.sha256"
  case hmacSha256 = "crypto.hmacSha256"
  case base64Encode = "crypto.base64Encode"
  case base64Decode = "crypto.base64Decode"
  case cacheGet = "cache.cacheGet"
  case cacheSet = "cache.cacheSet"
  case cacheDelete = "cache.cacheDelete"
  case cacheIncr = "cache.cacheIncr"
  case cacheStats = "cache.cacheStats"
  case sql = "sql.sql"
  case sqlOne = "sql.sqlOne"
  case sqlMany = "sql.sqlMany"
  case sqlExec = "sql.sqlExec"
  case composeGuard = "compose.guard"
  case composePipe = "compose.pipe"
  case urlParse = "url.urlParse"
  case urlSearchParams = "url.urlSearchParams"
  case urlEncode = "url.urlEncode"
  case urlDecode = "url.urlDecode"
  case uuid = "id.uuid"
  case ulid = "id.ulid"
  case nanoid = "id.nanoid"
  case parseCookies = "http.parseCookies"
  case setCookie = "http.setCookie"
  case negotiate = "http.negotiate"
  case parseContentType = "http.parseContentType"
  case cors = "http.cors"
  case logDebug = "log.logDebug"
  case logInfo = "log.logInfo"
  case logWarn = "log.logWarn"
  case logError = "log.logError"
  case escapeHtml = "text.escapeHtml"
  case unescapeHtml = "text.unescapeHtml"
  case slugify = "text.slugify"
  case truncate = "text.truncate"
  case mask = "text.mask"
  case fetch = "fetch.fetch"
  case formatIso = "time.formatIso"
  case formatHttp = "time.formatHttp"
  case parseIso = "time.parseIso"
  case addSeconds = "time.addSeconds"
  case rateCheck = "ratelimit.rateCheck"
  case rateReset = "ratelimit.rateReset"

  /// The module's name without `zigttp:`.
  public var module: String { String(rawValue.prefix { $0 != "." }) }
  /// The export's name.
  public var name: String { String(rawValue.drop { $0 != "." }.dropFirst()) }
}
