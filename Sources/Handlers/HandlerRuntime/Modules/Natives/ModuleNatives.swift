import Digests
import Encodings
import HandlerLanguage

/// Puts the functions of the virtual modules into a registry. They find the host's services through
/// the isolate, so that one registry serves every isolate.
enum ModuleNatives {
  /// Every function of the table, and the global `fetchSync`.
  /// - Parameter registry: holds `JSON.stringify` already, which the log writes its context with.
  static func register(in registry: inout NativeRegistry) {
    for group in Set(ModuleFunction.allCases.map(group(of:))) { register(group, in: &registry) }
  }

  /// Natives that are registered together.
  private enum Group {
    case environment, router, cache, auth, crypto, compose, url, identifier, http, log, text, time
    case fetch, rateLimit, sql, validate, scope, io
  }

  /// Who has the native of a function. The list is spelled out, so that a new function does not
  /// compile before somebody has said who has it; that it is there a test asks.
  private static func group(of function: ModuleFunction) -> Group {
    switch function {
    case .env: .environment
    case .routerMatch: .router
    case .cacheGet, .cacheSet, .cacheDelete, .cacheIncr, .cacheStats: .cache
    case .parseBearer, .jwtVerify, .jwtSign, .verifyWebhookSignature, .timingSafeEqual: .auth
    case .sha256, .hmacSha256, .base64Encode, .base64Decode: .crypto
    case .composeGuard, .composePipe: .compose
    case .urlParse, .urlSearchParams, .urlEncode, .urlDecode: .url
    case .uuid, .ulid, .nanoid: .identifier
    case .parseCookies, .setCookie, .negotiate, .parseContentType, .cors: .http
    case .logDebug, .logInfo, .logWarn, .logError: .log
    case .escapeHtml, .unescapeHtml, .slugify, .truncate, .mask: .text
    case .formatIso, .formatHttp, .parseIso, .addSeconds: .time
    case .fetch: .fetch
    case .rateCheck, .rateReset: .rateLimit
    case .sql, .sqlOne, .sqlMany, .sqlExec: .sql
    case .schemaCompile, .schemaDrop, .validateJson, .validateObject, .coerceJson, .decodeJson,
      .decodeForm, .decodeQuery:
      .validate
    case .scope, .scopeUsing, .scopeEnsure: .scope
    case .ioParallel, .ioRace: .io
    }
  }

  private static func register(_ group: Group, in registry: inout NativeRegistry) {
    switch group {
    case .environment: EnvironmentNatives.register(in: &registry)
    case .router: RouterNatives.register(in: &registry)
    case .cache: CacheNatives.register(in: &registry)
    case .auth: AuthNatives.register(in: &registry)
    case .crypto: CryptoNatives.register(in: &registry)
    case .compose: ComposeNatives.register(in: &registry)
    case .url: URLNatives.register(in: &registry)
    case .identifier: IdentifierNatives.register(in: &registry)
    case .http: HTTPNatives.register(in: &registry)
    case .log: LogNatives.register(in: &registry)
    case .text: TextNatives.register(in: &registry)
    case .time: TimeNatives.register(in: &registry)
    case .fetch: FetchNatives.register(in: &registry)
    case .rateLimit: RateLimitNatives.register(in: &registry)
    case .sql: SQLNatives.register(in: &registry)
    case .validate: ValidateNatives.register(in: &registry)
    case .scope: ScopeNatives.register(in: &registry)
    case .io: IONatives.register(in: &registry)
    }
  }
}

/// `zigttp:env`.
enum EnvironmentNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.env] = { c throws(Fault) in
      let name = try c.swiftArgument(0, "name", of: "env")
      let host = try c.isolateHost()
      let services = host.services
      host.hasAskedEnvironment = true
      guard services.policy.allowsEnvironment(name) else {
        throw Fault("env: the name is not in the contract", kind: .refused)
      }
      guard let found = services.value(of: name) else { return .undefined }
      return try c.value(found)
    }
  }
}

/// `zigttp:crypto`.
enum CryptoNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.sha256] = { c throws(Fault) in
      try c.value(Digest.sha256(of: try c.utf8Argument(0, "value", of: "sha256")).hex)
    }
    registry.modules[.hmacSha256] = { c throws(Fault) in
      let key = try c.utf8Argument(0, "key", of: "hmacSha256")
      let message = try c.utf8Argument(1, "message", of: "hmacSha256")
      return try c.value(Hex.encode(HMACSHA256.code(key: key, message: message)))
    }
    registry.modules[.base64Encode] = { c throws(Fault) in
      try c.value(utf8: Base64.encodedUTF8(try c.utf8Argument(0, "value", of: "base64Encode")))
    }
    registry.modules[.base64Decode] = { c throws(Fault) in
      guard let bytes = Base64.decodeLenient(try c.utf8Argument(0, "value", of: "base64Decode"))
      else {
        throw Fault("base64Decode: the value is not base64")
      }
      return try c.value(utf8: bytes)
    }
  }
}

/// `zigttp:id`.
enum IdentifierNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.uuid] = { c throws(Fault) in
      try c.value(Identifiers.uuid(random: try c.services().random))
    }
    registry.modules[.ulid] = { c throws(Fault) in
      let services = try c.services()
      return try c.value(
        Identifiers.ulid(milliseconds: services.clock.milliseconds(), random: services.random))
    }
    registry.modules[.nanoid] = { c throws(Fault) in
      let length = try c.integerArgument(
        0, "length", in: 1...Identifiers.nanoidLength.most, of: "nanoid",
        absent: Identifiers.nanoidLength.standard)
      return try c.value(Identifiers.nanoid(length: length, random: try c.services().random))
    }
  }
}
