import Digests
import Encodings

/// `zigttp:auth`.
enum AuthNatives {
  static func register(in registry: inout NativeRegistry) {
    registry.modules[.parseBearer] = { c throws(Fault) in
      let header = Array(try c.headerArgument(0, "header", of: "parseBearer").utf8)
      guard let token = bearer(header) else { return .undefined }
      return try c.value(utf8: token)
    }
    registry.modules[.jwtVerify] = verify
    registry.modules[.jwtSign] = sign
    registry.modules[.verifyWebhookSignature] = { c throws(Fault) in
      let secret = try secret(c, 2, of: "verifyWebhookSignature")
      guard c.arguments[0].isString, c.arguments[1].isString else { return .false }
      let body = try BodyBytes.of(c.arguments[0].string, c.heap)
      try c.spend(body.count)
      let signature = try c.utf8Argument(1, "signature", of: "verifyWebhookSignature")
      guard let code = code(of: signature) else { return .false }
      return Value(ConstantTime.isEqual(HMACSHA256.code(key: secret, message: body), code))
    }
    registry.modules[.timingSafeEqual] = { c throws(Fault) in
      // A header or a setting that is not there equals nothing, not even another such.
      guard c.arguments[0].isString, c.arguments[1].isString else { return .false }
      let a = try c.unitsArgument(0, "a", of: "timingSafeEqual")
      return Value(ConstantTime.isEqual(a, try c.unitsArgument(1, "b", of: "timingSafeEqual")))
    }
  }

  /// The token behind `Bearer`, in any case; nil where there is none or it holds something else.
  /// Reference: RFC 6750, section 2.1.
  private static func bearer(_ header: [UInt8]) -> [UInt8]? {
    let scheme = Array("bearer".utf8)
    let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    guard header.count > scheme.count, header.prefix(6).map({ $0 | 0x20 }) == scheme,
      isSpace(header[scheme.count])
    else { return nil }
    var token = header.dropFirst(scheme.count).drop(while: isSpace)
    while let last = token.last, isSpace(last) { token.removeLast() }
    guard !token.isEmpty, !token.contains(where: isSpace) else { return nil }
    return Array(token)
  }

  /// An HMAC-SHA-256 as services send it: hex or base64, `sha256=` before it or not.
  private static func code(of signature: [UInt8]) -> [UInt8]? {
    let prefix = Array("sha256=".utf8)
    let text = signature.starts(with: prefix) ? Array(signature.dropFirst(prefix.count)) : signature
    if text.count == 64 {
      return Hex.decode(String(decoding: text.map(lower), as: UTF8.self))
    }
    return Base64.decodeLenient(text).flatMap { $0.count == 32 ? $0 : nil }
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "F") ~= byte ? byte | 0x20 : byte
  }

  private static func secret(
    _ c: CallContext, _ index: Int, of function: StaticString
  ) throws(Fault) -> [UInt8] {
    let secret = try c.utf8Argument(index, "secret", of: function)
    // Anybody can sign with it.
    guard !secret.isEmpty else { throw Fault("\(function): the secret is empty") }
    return secret
  }

  private static let sign: Native = { c throws(Fault) in
    let secret = try secret(c, 1, of: "jwtSign")
    let claims = c.arguments[0]
    let text: StringRef
    if claims.isString {
      guard case .success(let parsed) = try JSONText.attempt(claims.string, c), isPlain(parsed)
      else { throw Fault("jwtSign: claims is not the text of a JSON object") }
      text = claims.string
    } else {
      guard isPlain(claims), let written = try JSONWriter.text(of: claims, c) else {
        throw Fault("jwtSign: claims must be an object, not \(Conversion.kindName(of: claims))")
      }
      text = written
    }
    let bytes = try c.heap.utf8(text)
    try c.spend(bytes.count)
    return try c.value(utf8: JSONWebToken.sign(claims: bytes, secret: secret))
  }

  private static func isPlain(_ value: Value) -> Bool {
    value.isObject && value.object.objectClass == .plain
  }

  // MARK: jwtVerify

  private static let verify: Native = { c throws(Fault) in
    let options = try Expected(c)
    func failure(_ why: String) throws(Fault) -> Value { try ResultObject.failure(why, c) }
    guard c.arguments[0].isString else { return try failure("there is no token") }
    guard c.arguments[1].isString else { return try failure("the secret is missing") }
    let token = try c.utf8Argument(0, "token", of: "jwtVerify")
    let secret = try c.utf8Argument(1, "secret", of: "jwtVerify")
    if secret.isEmpty { return try failure("the secret is empty") }
    guard let parts = JSONWebToken.parts(of: token) else {
      return try failure("the token is malformed")
    }
    // The code is computed whatever the header asks for, which is not the one to decide that.
    let isSigned = parts.isSigned(with: secret)
    guard let header = try object(parts.header, c) else {
      return try failure("the token is malformed")
    }
    guard let algorithm = try c.heap.property(header, key: try c.heap.string("alg")),
      algorithm.isString, try c.swiftText(algorithm) == "HS256"
    else { return try failure("the token's algorithm is not HS256") }
    // What has to be understood is not (RFC 7515, section 4.1.11).
    if try c.heap.property(header, key: try c.heap.string("crit")) != nil {
      return try failure("the token has critical extensions")
    }
    guard isSigned else { return try failure("the signature is wrong") }
    guard let claims = try object(parts.payload, c) else {
      return try failure("the claims are not an object")
    }
    if let why = try options.refusal(of: claims, c) { return try failure(why) }
    return try ResultObject.success(Value(claims), c)
  }

  private static func object(_ bytes: [UInt8], _ c: CallContext) throws(Fault) -> ObjectRef? {
    guard case .success(let value) = try JSONText.attempt(try c.heap.string(utf8: bytes), c),
      isPlain(value)
    else { return nil }
    return value.object
  }

  /// What the caller asks of the claims.
  private struct Expected {
    private var issuer: String?
    private var audience: String?

    init(_ c: CallContext) throws(Fault) {
      let value = c.arguments[2]
      if value.isUndefined { return }
      guard isPlain(value) else {
        throw Fault("jwtVerify: options must be an object, not \(Conversion.kindName(of: value))")
      }
      // An option that is misspelt or not set would be a check that silently is none.
      for index in 0..<c.heap.propertyCount(value.object) {
        let option = c.heap.property(value.object, at: index)
        let name = try c.heap.text(option.key)
        guard option.value.isString else {
          throw Fault("jwtVerify: an option is not a string")
        }
        let text = try c.swiftText(option.value)
        try c.spend(text.utf8.count)
        switch name {
        case "iss", "issuer": issuer = text
        case "aud", "audience": audience = text
        default: throw Fault("jwtVerify: options are iss and aud, and no other")
        }
      }
    }

    /// Why the claims are not good; nil where they are.
    func refusal(of claims: ObjectRef, _ c: CallContext) throws(Fault) -> String? {
      func claim(_ name: StaticString) throws(Fault) -> Value? {
        try c.heap.property(claims, key: try c.heap.string(name))
      }
      let now = try c.services().clock.milliseconds() / 1000
      if let end = try claim("exp") {
        guard end.isNumber else { return "exp is not a number" }
        guard now < end.number else { return "the token has expired" }
      }
      if let start = try claim("nbf") {
        guard start.isNumber else { return "nbf is not a number" }
        guard start.number <= now else { return "the token is not valid yet" }
      }
      if let issuer {
        guard let found = try claim("iss"), try isText(found, issuer, c) else {
          return "the issuer is another"
        }
      }
      if let audience {
        guard let found = try claim("aud"), try names(found, audience, c) else {
          return "the token is for another audience"
        }
      }
      return nil
    }

    private func names(
      _ value: Value, _ wanted: String, _ c: CallContext
    ) throws(Fault) -> Bool {
      guard value.isArray else { return try isText(value, wanted, c) }
      for index in 0..<value.array.count {
        try c.spend(1)
        if try isText(value.array[index], wanted, c) { return true }
      }
      return false
    }

    private func isText(
      _ value: Value, _ wanted: String, _ c: CallContext
    ) throws(Fault) -> Bool {
      guard value.isString else { return false }
      return ByteName(try c.swiftText(value)) == ByteName(wanted)
    }
  }
}
