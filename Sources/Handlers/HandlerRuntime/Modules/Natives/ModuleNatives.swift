import Digests
import Encodings

/// Puts the functions of the virtual modules into a registry. They find the host's services through
/// the isolate, so that one registry serves every isolate.
enum ModuleNatives {
  /// Every module of the table, and the global `fetchSync`.
  /// - Parameter registry: holds `JSON.stringify` already, which the log writes its context with.
  static func register(in registry: inout NativeRegistry) {
    EnvironmentNatives.register(in: &registry)
    RouterNatives.register(in: &registry)
    CacheNatives.register(in: &registry)
    AuthNatives.register(in: &registry)
    CryptoNatives.register(in: &registry)
    ComposeNatives.register(in: &registry)
    URLNatives.register(in: &registry)
    IdentifierNatives.register(in: &registry)
    HTTPNatives.register(in: &registry)
    LogNatives.register(in: &registry)
    TextNatives.register(in: &registry)
    TimeNatives.register(in: &registry)
    FetchNatives.register(in: &registry)
    RateLimitNatives.register(in: &registry)
    SQLNatives.register(in: &registry)
    ValidateNatives.register(in: &registry)
    ScopeNatives.register(in: &registry)
    IONatives.register(in: &registry)
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
