import Encodings
import NIOHTTP1
import Synchronization

/// Knows what to tell one registry of who asks, and learns how from its answers.
///
/// The credential is looked for when the registry first wants to know, and goes to the registry and
/// to the token service that it names.
/// Reference: OCI distribution-spec v1.1, "Authentication"; RFC 7617; the registry token
/// specification of distribution, and its OAuth 2 form for identity tokens.
final class Authorizer: Sendable {
  private enum Way {
    case none
    case basic(String)
    case given(String)
    case bearer(Service)
  }

  private struct Service {
    var realm: WebAddress
    var name: String?
  }

  private struct State {
    var way = Way.none
    var tokens: [Set<AccessScope>: AccessToken] = [:]
    // nil before it was looked for.
    var credential: RegistryCredential??
    var secrets: Set<String> = []
  }

  private let origin: WebAddress.Origin
  private let router: Router
  private let clock: RegistryClock
  private let find: @Sendable () throws(RegistryError) -> RegistryCredential?
  private let state = Mutex(State())

  private static let clientName = "zigttp"
  private static let tokenTime: Duration = .seconds(60)

  init(
    _ origin: WebAddress.Origin, _ router: Router, _ clock: RegistryClock,
    find: @escaping @Sendable () throws(RegistryError) -> RegistryCredential?
  ) {
    self.origin = origin
    self.router = router
    self.clock = clock
    self.find = find
  }

  /// The header for an address; nil for anybody but the registry, and while it did not ask.
  ///
  /// - Throws: what asking for a token in place of one that is over throws.
  func header(
    for address: WebAddress, _ scopes: Set<AccessScope>
  ) throws(RegistryError) -> String? {
    guard address.origin == origin else { return nil }
    let (way, token) = state.withLock { ($0.way, $0.tokens[scopes]) }
    switch way {
    case .none: return nil
    case .basic(let text), .given(let text): return text
    case .bearer(let service):
      if let token, token.isGood(at: clock.now()) { return "Bearer \(token.text)" }
      return "Bearer \(try fetch(service, scopes, asked: scopes).text)"
    }
  }

  /// Takes in how the registry wants to be told.
  ///
  /// - Parameter sent: the header that it did not take.
  /// - Returns: whether there is something else to tell it now.
  func renew(
    _ headers: [String], _ scopes: Set<AccessScope>, sent: String?
  ) throws(RegistryError) -> Bool {
    let challenges = headers.flatMap(AuthenticationChallenge.read)
    let credential = try credential()
    if case .registryToken(let token)? = credential {
      let text = "Bearer \(token)"
      state.withLock { $0.way = .given(text) }
      return sent != text
    }
    if let challenge = challenges.first(where: { $0.scheme == "bearer" }) {
      let service = try service(challenge)
      state.withLock { $0.way = .bearer(service) }
      // What the registry asks for beside what we know that it needs.
      let more = (challenge.parameters["scope"] ?? "").split(separator: " ")
      let asked = scopes.union(more.prefix(16).map { AccessScope(String($0)) })
      _ = try fetch(service, scopes, asked: asked)
      return true
    }
    guard challenges.contains(where: { $0.scheme == "basic" }),
      case .password(let user, let password)? = credential
    else { return false }
    let text = Self.basic(user, password)
    state.withLock { $0.way = .basic(text) }
    return sent != text
  }

  /// Text of others without what is secret.
  func redacted(_ text: String) -> String {
    let secrets = state.withLock { $0.secrets }
    var out = text
    for secret in secrets where secret.utf8.count >= 4 {
      out.replace(secret, with: "…")
    }
    return out
  }

  private static func basic(_ user: String, _ password: String) -> String {
    "Basic " + Base64.encode(Array("\(user):\(password)".utf8))
  }

  private func credential() throws(RegistryError) -> RegistryCredential? {
    if let known = state.withLock({ $0.credential }) { return known }
    let found = try find()
    state.withLock { state in
      state.credential = .some(found)
      for secret in found?.secrets ?? [] { state.secrets.insert(secret) }
      if case .password(let user, let password)? = found {
        state.secrets.insert(String(Self.basic(user, password).dropFirst(6)))
      }
    }
    return found
  }

  private func service(_ challenge: AuthenticationChallenge) throws(RegistryError) -> Service {
    func wrong(_ found: String) -> RegistryError {
      RegistryError(
        .unauthorized, at: "\(origin.name)", expected: "an address of a token service in realm",
        found: found)
    }
    guard let text = challenge.parameters["realm"] else { throw wrong("none") }
    guard let realm = WebAddress(text) else { throw wrong("something else") }
    guard realm.scheme == .https || origin.scheme == .http else {
      throw RegistryError(
        .insecure, at: "\(origin.name)", expected: "a token service with https",
        found: "http://\(realm.shown)")
    }
    return Service(realm: realm, name: challenge.parameters["service"])
  }

  // MARK: Tokens

  private func fetch(
    _ service: Service, _ scopes: Set<AccessScope>, asked: Set<AccessScope>
  ) throws(RegistryError) -> AccessToken {
    let credential = try credential()
    let sorted = asked.map(\.description).sorted()
    let answer: RegistryAnswer
    if case .identityToken(let refresh)? = credential {
      answer = try post(service, sorted, refresh)
    } else {
      answer = try get(service, sorted, credential)
    }
    guard answer.status == 200 else {
      var error = answer.refusal("200 of the token service")
      if (400..<500).contains(answer.status) && answer.status != 429 { error.code = .unauthorized }
      throw error
    }
    let body = try answer.body(limit: AccessToken.limit)
    guard let token = AccessToken(body, now: clock.now()) else {
      throw RegistryError(
        .malformed, at: answer.place, expected: "a token of printable characters",
        found: "something else")
    }
    state.withLock { state in
      state.tokens[scopes] = token
      // Those of former ones are worth nothing any more.
      if state.secrets.count > 256 { state.secrets.removeAll() }
      state.secrets.insert(token.text)
    }
    return token
  }

  private func get(
    _ service: Service, _ scopes: [String], _ credential: RegistryCredential?
  ) throws(RegistryError) -> RegistryAnswer {
    var address = service.realm
    if let name = service.name { address = address.adding("service", name) }
    for scope in scopes { address = address.adding("scope", scope) }
    var authorization: String?
    if case .password(let user, let password)? = credential {
      address = address.adding("account", user)
      authorization = Self.basic(user, password)
    }
    let call = HTTPCall(.GET, address, limit: Self.tokenTime)
    return try router.send(call, body: []) { (asked: WebAddress) throws(RegistryError) in
      asked.origin == service.realm.origin ? authorization : nil
    }
  }

  // The token is in the body, which a redirection would carry away: none is followed.
  private func post(
    _ service: Service, _ scopes: [String], _ refresh: String
  ) throws(RegistryError) -> RegistryAnswer {
    var fields = [
      ("grant_type", "refresh_token"), ("client_id", Self.clientName), ("refresh_token", refresh),
      ("scope", scopes.joined(separator: " ")),
    ]
    if let name = service.name { fields.append(("service", name)) }
    let body = Array(
      fields.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&").utf8)
    let call = HTTPCall(
      .POST, service.realm, headers: ["Content-Type": "application/x-www-form-urlencoded"],
      limit: Self.tokenTime)
    let conversation = try router.open(call, length: UInt64(body.count)) {
      (_: WebAddress) throws(RegistryError) in nil
    }
    _ = try conversation.write(body)
    return RegistryAnswer(
      try conversation.head(), from: call.address, place: call.shown, conversation,
      redact: router.redact)
  }
}
