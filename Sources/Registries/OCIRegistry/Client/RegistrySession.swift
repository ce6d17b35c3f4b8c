import Encodings
import NIOHTTP1

/// One registry, one who asks: every request goes through here.
///
/// It tells the registry who asks once that wants to know, follows redirections, and tries again what
/// may be tried again. Calls wait on the calling thread and may come from several.
public final class RegistrySession: Sendable {
  /// How a registry is spoken to.
  public struct Options: Sendable {
    /// With what.
    public enum Encryption: Sendable {
      /// https, and http to this machine.
      case exceptLoopback
      /// https always.
      case always
      /// http, which anybody on the way can read and change.
      case never
    }

    /// With what.
    public var encryption = Encryption.exceptLoopback
    /// When it fails.
    public var retry = RetryPolicy()
    /// For an answer that is a document, from the request to its last byte.
    public var documentTime: Duration = .seconds(120)
    /// Most bytes of a blob that is sent in one request.
    public var monolithicLimit: UInt64 = 16 << 20
    /// Bytes of a piece of a larger one.
    public var chunkSize: UInt64 = 64 << 20
    /// Most pages of a list.
    public var pageLimit = 1000
    /// Most entries of a list.
    public var entryLimit = 1_000_000
    /// Takes what the registry wants people to know, in its own words; called on whichever thread.
    public var warn: @Sendable (SafeText) -> Void = { _ in }

    /// What a program for people wants.
    public init() {}
  }

  /// The registry as people name it.
  public let host: RegistryHost
  let options: Options
  let clock: RegistryClock
  let router: Router
  private let authorizer: Authorizer
  private let scheme: WebAddress.Scheme
  private let warnings: RegistryWarnings

  /// A session in which nothing was asked yet.
  ///
  /// - Parameter credential: called at most once, when the registry wants to know who asks; nil for
  ///   nobody.
  public init(
    _ host: RegistryHost, over transport: any HTTPTransport, options: Options = Options(),
    clock: RegistryClock = .system,
    credential: @escaping @Sendable () throws(RegistryError) -> RegistryCredential? = { nil }
  ) {
    self.host = host
    self.options = options
    self.clock = clock
    warnings = RegistryWarnings(options.warn)
    let encryption = options.encryption
    switch encryption {
    case .always: scheme = .https
    case .never: scheme = .http
    case .exceptLoopback: scheme = host.isLoopback ? .http : .https
    }
    let plain = Router(transport: transport) { host in
      encryption == .never || (encryption == .exceptLoopback && host.isLoopback)
    }
    let origin = WebAddress(scheme, host.endpoint, path: "/").origin
    let authorizer = Authorizer(origin, plain, clock, find: credential)
    self.authorizer = authorizer
    router = Router(transport: transport, allowsPlain: plain.allowsPlain) {
      authorizer.redacted($0)
    }
  }

  /// An address of the registry; `path` behind `/v2/`.
  func address(_ path: String, query: String? = nil) -> WebAddress {
    WebAddress(scheme, host.endpoint, path: "/v2/\(path)", query: query)
  }

  // MARK: Whole requests

  /// A request that can be sent as often as need be, and its answer, whatever it is.
  ///
  /// - Throws: `unavailable` where the registry wants us to wait for too long, `unreachable`,
  ///   `insecure`, `redirected`, `credential`, and what the token service fails with.
  func send(
    _ method: HTTPMethod, _ address: WebAddress, headers: HTTPHeaders = [:], body: [UInt8] = [],
    _ scopes: Set<AccessScope>, limit: Duration? = nil
  ) throws(RegistryError) -> RegistryAnswer {
    let call = HTTPCall(method, address, headers: headers, limit: limit ?? options.documentTime)
    return try repeating { () throws(RegistryError) in try self.authorized(call, body, scopes) }
  }

  /// The same for a body that takes as long as it takes.
  func stream(
    _ address: WebAddress, headers: HTTPHeaders, _ scopes: Set<AccessScope>
  ) throws(RegistryError) -> RegistryAnswer {
    let call = HTTPCall(.GET, address, headers: headers)
    return try repeating { () throws(RegistryError) in try self.authorized(call, [], scopes) }
  }

  private func repeating(
    _ once: () throws(RegistryError) -> RegistryAnswer
  ) throws(RegistryError) -> RegistryAnswer {
    var attempts = 0
    while true {
      attempts += 1
      do throws(RegistryError) {
        let answer = try once()
        guard RetryPolicy.isPassing(answer.status), attempts < options.retry.attempts else {
          return answer
        }
        try wait(after: attempts, answer)
      } catch {
        guard error.isPassing, attempts < options.retry.attempts else { throw error }
        // The registry said how long, and that is too long.
        if error.code == .unavailable { throw error }
        wait(after: attempts)
      }
    }
  }

  private func authorized(
    _ call: HTTPCall, _ body: [UInt8], _ scopes: Set<AccessScope>
  ) throws(RegistryError) -> RegistryAnswer {
    var isRenewed = false
    while true {
      var sent: String?
      let answer = try router.send(call, body: body) { (address) throws(RegistryError) in
        sent = try self.authorizer.header(for: address, scopes)
        return sent
      }
      warnings.note(answer.head.headers)
      guard !isRenewed, try renew(answer, scopes, sent: sent) else { return answer }
      isRenewed = true
    }
  }

  // MARK: Requests in parts

  /// Begins a request whose body is written piece by piece, and which goes nowhere else.
  func open(
    _ method: HTTPMethod, _ address: WebAddress, headers: HTTPHeaders, length: UInt64,
    _ scopes: Set<AccessScope>, sent: inout String?
  ) throws(RegistryError) -> any HTTPConversation {
    var told: String?
    let call = HTTPCall(method, address, headers: headers)
    let conversation = try router.open(call, length: length) { (address) throws(RegistryError) in
      told = try self.authorizer.header(for: address, scopes)
      return told
    }
    sent = told
    return conversation
  }

  /// The answer of such a request.
  func answer(
    _ method: HTTPMethod, _ address: WebAddress, _ conversation: any HTTPConversation
  ) throws(RegistryError) -> RegistryAnswer {
    let answer = RegistryAnswer(
      try conversation.head(), from: address, place: HTTPCall(method, address).shown, conversation,
      redact: router.redact)
    warnings.note(answer.head.headers)
    return answer
  }

  /// Whether an answer was 401 and there is something else to tell the registry now.
  func renew(
    _ answer: RegistryAnswer, _ scopes: Set<AccessScope>, sent: String?
  ) throws(RegistryError) -> Bool {
    guard answer.status == 401,
      answer.address.origin == WebAddress(scheme, host.endpoint, path: "/").origin
    else { return false }
    let headers = answer.head.headers["WWW-Authenticate"]
    guard try authorizer.renew(headers, scopes, sent: sent) else { return false }
    answer.discard()
    return true
  }

  /// Waits before the next attempt.
  ///
  /// - Parameter answer: which may say how long.
  /// - Throws: `unavailable` where it says more than we wait.
  func wait(after attempts: Int, _ answer: RegistryAnswer? = nil) throws(RegistryError) {
    guard let answer else { return wait(after: attempts) }
    let wanted = answer.header("Retry-After").flatMap {
      RetryAfter.wait($0, now: clock.seconds())
    }
    if let wanted, wanted > options.retry.patience {
      var error = answer.refusal("an answer within \(options.retry.patience.components.seconds) s")
      error.code = .unavailable
      error.found = "\(answer.status), Retry-After \(wanted.components.seconds) s"
      throw error
    }
    answer.discard()
    clock.sleep(wanted ?? options.retry.wait(after: attempts))
  }

  private func wait(after attempts: Int) { clock.sleep(options.retry.wait(after: attempts)) }
}
