import Contracts
import Encodings
import HandlerRuntime
import HandlerSQL
import Synchronization
import TestSupport

/// What one request left to be seen.
struct Seen {
  /// A fault of the runtime.
  struct Fault: Equatable {
    var kind: String
    var message: String
  }

  var status = 0
  var headers: [(name: String, value: String)] = []
  var body = ""
  /// Lines of the handler's own, without their time.
  var logs: [String] = []
  var faults: [Fault] = []
  var sent: [OutboundRequest] = []
  /// What the cache holds behind it, in order.
  var cache: [String] = []
  /// What the table holds, in order.
  var rows: [String] = []
  var rateKeys: [String] = []

  /// Everything that stays.
  var kept: [String] { cache + rows }

  /// The answer as one text; of a fault only that it was one.
  var answer: String {
    if !faults.isEmpty { return "fault" }
    return "\(status)\n" + headers.map { "\($0.name): \($0.value)\n" }.joined() + body
  }
  /// Requests that may change something elsewhere.
  var sentWrites: [String] {
    sent.filter { $0.method != "GET" && $0.method != "HEAD" }.map { Self.text($0, true) }
  }
  static func text(_ request: OutboundRequest, _ withHeaders: Bool) -> String {
    let headers = withHeaders ? request.headers.map { "\($0.name): \($0.value)" } : []
    return "\(request.method) \(url(request)) \(headers) \(body(request))"
  }
  static func url(_ request: OutboundRequest) -> String {
    let url = request.url
    return
      "\(url.scheme ?? "")://\(url.host ?? "")\(url.path)?\(url.query ?? "")#\(url.fragment ?? "")"
  }
  static func body(_ request: OutboundRequest) -> String {
    String(decoding: request.body ?? [], as: UTF8.self)
  }
}

/// A handler in a world.
struct Run {
  private let engine: any RequestEngine
  private let lines: Lines
  private let network: ScriptedNetwork
  private let cache: CacheService
  private let rates: RateLimitService
  private let sql: SQLService
  /// Time and chance from now on.
  let hands: Hands

  /// The clock and the chance of a world, which a run may change on its way.
  final class Hands: Sendable {
    private let state: Mutex<(clock: Double, random: SeededGenerator)>
    init(_ world: World) { state = Mutex((world.clock, SeededGenerator(seed: world.chance))) }
    func now() -> Double {
      state.withLock { state in
        state.clock += 1
        return state.clock
      }
    }
    func next() -> UInt64 { state.withLock { $0.random.next() } }
    func move(clock: Double = 0, chance: UInt64) {
      state.withLock { state in
        state.clock += clock
        state.random = SeededGenerator(seed: chance)
      }
    }
  }

  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    func append(_ line: [UInt8]) {
      lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
    }
    func take() -> [String] {
      lines.withLock { lines in
        defer { lines = [] }
        return lines
      }
    }
  }

  /// - Throws: where a module fails while it starts.
  init(_ application: Application, _ contract: Contract, _ world: World) throws {
    let (hands, lines) = (Hands(world), Lines())
    let clock = HostClock { hands.now() }
    let network = ScriptedNetwork(world.network, world.instead ?? world.words.external)
    (cache, rates) = (
      CacheService(maximumBytes: 1 << 20, clock: clock), RateLimitService(clock: clock)
    )
    if world.isFilled {
      for (namespace, key) in World.places {
        _ = cache.set(
          namespace: namespace, key: Array(key.utf8), value: Array("1".utf8), ttlSeconds: nil)
      }
    }
    sql = try SQLService(contract, path: nil, schema: Array(Prelude.schema.utf8))
    let policy = application.services.policy
    engine = try application.replacing(
      services: HostServices(
        policy: policy, environment: world.environment, clock: clock,
        random: HostRandom { hands.next() }, cache: cache,
        log: LogService(clock: clock) { lines.append($0) }, rates: rates, sql: sql,
        outbound: policy.needsNetwork ? network : nil)
    ).makeEngine()
    (self.hands, self.lines, self.network) = (hands, lines, network)
    _ = lines.take()
    _ = network.take()
  }

  /// Answers a request and gives what is to be seen of it.
  func answer(_ request: RuntimeRequest) -> Seen {
    let response = engine.answer(request)
    var seen = Seen(
      status: response.status, headers: response.headers,
      body: String(decoding: response.body, as: UTF8.self))
    for line in lines.take() {
      if let fault = Self.fault(line) {
        seen.faults.append(fault)
      } else {
        seen.logs.append(Self.withoutTime(line))
      }
    }
    seen.sent = network.take()
    seen.cache = cache.entries.map { entry in
      "\(entry.namespace) \(String(decoding: entry.key, as: UTF8.self)) "
        + String(decoding: entry.value, as: UTF8.self)
    }.sorted()
    seen.rows = (try? rows()) ?? ["unreadable"]
    seen.rateKeys = rates.keys.map { String(decoding: $0, as: UTF8.self) }.sorted()
    return seen
  }

  private func rows() throws -> [String] {
    var found: [String] = []
    _ = try sql.database.run("SELECT v FROM t", reads: true, [], steps: 1_000_000) { row in
      found.append(Self.text(row[0]))
      return true
    }
    return found.sorted()
  }

  private static func text(_ value: SQLRow.Value) -> String {
    switch value {
    case .null: "null"
    case .integer(let number): "\(number)"
    case .real(let number): "\(number)"
    case .text(let bytes), .blob(let bytes): String(decoding: bytes, as: UTF8.self)
    }
  }

  func answer(_ requests: [RuntimeRequest]) -> [Seen] { requests.map(answer) }

  private static func withoutTime(_ line: String) -> String {
    guard let start = line.firstRange(of: ",\"level\"") else { return line }
    return String(line[start.lowerBound...])
  }

  // A fault's line has an id, a kind and a stack beside its message.
  private static func fault(_ line: String) -> Seen.Fault? {
    guard line.firstRange(of: "\"context\":{\"fault\":\"") != nil,
      let kind = line.firstRange(of: "\"kind\":\""),
      let message = line.firstRange(of: "\"message\":\"")
    else { return nil }
    return Seen.Fault(
      kind: String(line[kind.upperBound...].prefix { $0 != "\"" }),
      message: String(line[message.upperBound...].prefix { $0 != "\"" }))
  }
}
