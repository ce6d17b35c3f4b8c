import NIOHTTP1

/// Sends a request where it is to go, and on where that leads to.
struct Router: Sendable {
  let transport: any HTTPTransport
  /// Whether a host may be spoken to without encryption.
  let allowsPlain: @Sendable (RegistryHost) -> Bool
  /// Takes what is secret out of what others say.
  var redact: @Sendable (String) -> String = { $0 }

  /// Most redirections of one request.
  static let mostRedirects = 5

  /// - Parameter authorization: what an address is told of who asks; asked for every address anew.
  /// - Throws: `insecure`, `redirected`, `unreachable`, and what `authorization` throws.
  func send(
    _ call: HTTPCall, body: [UInt8],
    authorization: (WebAddress) throws(RegistryError) -> String?
  ) throws(RegistryError) -> RegistryAnswer {
    var call = call
    let place = call.shown
    for hop in 0... {
      let answer = try once(call, body: body, place: place, authorization)
      guard let next = try target(of: answer, for: call) else { return answer }
      guard hop < Self.mostRedirects else {
        throw RegistryError(
          .redirected, at: place, expected: "at most \(Self.mostRedirects) redirections",
          found: "more", status: answer.status)
      }
      answer.discard()
      call.address = next
    }
    preconditionFailure("there is no last number")
  }

  private func once(
    _ call: HTTPCall, body: [UInt8], place: String,
    _ authorization: (WebAddress) throws(RegistryError) -> String?
  ) throws(RegistryError) -> RegistryAnswer {
    let conversation = try open(call, length: UInt64(body.count), authorization)
    if !body.isEmpty { _ = try conversation.write(body) }
    return RegistryAnswer(
      try conversation.head(), from: call.address, place: place, conversation, redact: redact)
  }

  /// Begins a request that goes nowhere else.
  func open(
    _ call: HTTPCall, length: UInt64,
    _ authorization: (WebAddress) throws(RegistryError) -> String?
  ) throws(RegistryError) -> any HTTPConversation {
    try check(call.address, place: call.shown)
    var call = call
    call.headers.replaceOrAdd(name: "User-Agent", value: "zigttp")
    if let text = try authorization(call.address) {
      call.headers.replaceOrAdd(name: "Authorization", value: text)
    }
    return try transport.open(call, length: length)
  }

  /// - Throws: `insecure`.
  func check(_ address: WebAddress, place: String) throws(RegistryError) {
    guard address.scheme == .https || allowsPlain(address.host) else {
      throw RegistryError(
        .insecure, at: place, expected: "https, or this machine",
        found: "http://\(address.shown)")
    }
  }

  /// Where an answer of an address says that the request is to go.
  ///
  /// - Throws: `redirected` for what is no address, `insecure` for one that is less safe.
  func follow(_ location: String?, of answer: RegistryAnswer) throws(RegistryError) -> WebAddress {
    guard let location, let next = answer.address.resolving(location) else {
      throw RegistryError(
        .redirected, at: answer.place, expected: "an address of http or https in Location",
        found: location == nil ? "none" : "something else", status: answer.status)
    }
    guard next.scheme == .https || answer.address.scheme == .http else {
      throw RegistryError(
        .insecure, at: answer.place, expected: "https", found: "http://\(next.shown)",
        status: answer.status)
    }
    try check(next, place: answer.place)
    return next
  }

  // nil where the answer is the last one.
  private func target(
    of answer: RegistryAnswer, for call: HTTPCall
  ) throws(RegistryError) -> WebAddress? {
    let reads = call.method == .GET || call.method == .HEAD
    switch answer.status {
    case 307, 308: break
    case 301, 302, 303: if !reads { return nil }
    default: return nil
    }
    return try follow(answer.header("Location"), of: answer)
  }
}
