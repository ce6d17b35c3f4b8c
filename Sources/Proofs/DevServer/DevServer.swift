import Contracts
import Deployment
import Digests
import Encodings
import Files
import Glibc
import HandlerRuntime
import JSON
import Synchronization
import Threads

/// Why a handler is not served.
public enum SwapError: Error, Sendable {
  /// Its module level failed, or it is refused.
  case load(Application.LoadError)
  /// The packed form could not be made.
  case payload(PayloadError)
  /// The database does not fit its statements.
  case database(SQLService.Problem)
}

/// Serves a handler while it is written: with what the packed program runs it with, in this process,
/// so that a save replaces the handler and nothing else. Requests in flight finish on the one they came
/// to; the next are answered by the new one. The cache outlives a save.
public final class DevServer: Sendable {
  /// How it is set up.
  public struct Options: Sendable {
    /// Address to listen on.
    public var host = "127.0.0.1"
    /// Port; 0 takes a free one.
    public var port = 3000
    /// Bytes of the cache.
    public var cacheBytes = 64 << 20
    /// File that rows are kept in; nil for a database in memory.
    public var database: String?
    /// The standard options.
    public init() {}
  }

  // What is served, shared with the engines that were made before there was anything.
  private final class Current: Sendable {
    struct Served: Sendable {
      var application: Application
      var description: RuntimeResponse?
    }

    private let served = Mutex<Served?>(nil)

    var value: Served? { served.withLock { $0 } }

    /// Replaces what is served; without a description, that of before stays.
    func replace(_ application: Application, _ description: RuntimeResponse?) -> Served {
      served.withLock { served in
        let next = Served(
          application: application, description: description ?? served?.description)
        served = next
        return next
      }
    }

    func engine(_ state: DevState) throws(Application.LoadError) -> DevEngine? {
      guard let value else { return nil }
      return DevEngine(
        try value.application.makeEngine(), state, description: value.description)
    }
  }

  private let state: DevState
  private let server: HTTPServer
  private let log: LogService
  private let cacheBytes: Int
  private let cache: Mutex<CacheService>
  private let rows: DevDatabase
  private let current = Current()
  private let values: Mutex<[ByteName: String]> = Mutex([:])

  /// The port that is listened on.
  public var port: Int { server.port }

  /// Starts listening, with no handler yet: requests wait until ``swap(to:environment:)`` or
  /// ``fail(_:)`` says what becomes of the first.
  /// - Parameter log: takes the lines that handlers write, and faults.
  public init(_ options: Options, log: LogService) throws(HTTPServer.StartError) {
    guard let state = DevState() else { throw .tooFewThreads(needed: 1) }
    self.state = state
    self.log = log
    cacheBytes = options.cacheBytes
    rows = DevDatabase(path: options.database)
    cache = Mutex(CacheService(maximumBytes: options.cacheBytes))
    var configuration = HTTPServer.Configuration()
    configuration.address = .tcp(host: options.host, port: options.port)
    // A handler may come that asks others, and pages wait for the next save.
    configuration.execution = .onWorkers(128)
    configuration.limits.connections = max(1, min(1024, Descriptors.limit / 2))
    let current = current
    server = try HTTPServer(
      configuration,
      factory: { DevEngine(awaiting: { try? current.engine(state) }, state) },
      failed: { _ in })
  }

  /// Serves another handler from the next request on. Where it cannot be started, the one before goes
  /// on, and browsers are told why.
  /// - Parameter environment: what `.env` sets; the process's own environment wins.
  /// - Returns: required names that nothing sets.
  public func swap(
    to handler: ProvenHandler, environment: [ByteName: String]
  ) throws(SwapError) -> [String] {
    let payload: Payload
    do throws(PayloadError) { payload = try Payload(of: handler) } catch { throw .payload(error) }
    let policy = ContractPolicy(payload.contract)
    let values = environment.merging(Self.ownEnvironment()) { $1 }
    let missing = policy.missing(from: values.filter { policy.allowsEnvironment($0.key.text) })
    let sql: SQLService?
    do throws(SQLService.Problem) { sql = try rows.service(for: payload) } catch {
      throw .database(error)
    }
    let services = HostServices(
      policy: policy, environment: values, cache: cache.withLock { $0 }, log: log, sql: sql,
      outbound: policy.needsNetwork ? NetworkClient() : nil)
    do throws(Application.LoadError) {
      let application = try Application(payload, services: services)
      // Once here, so that no loop is the first to see what is wrong.
      _ = try application.makeEngine()
      serve(application, Application.selfDescription(payload))
    } catch {
      throw .load(error)
    }
    state.tell(problem: nil)
    return missing
  }

  /// Tells browsers why what was saved is not served.
  /// - Parameter problem: as the terminal has it.
  public func fail(_ problem: String) { state.tell(problem: problem) }

  /// Forgets what handlers stored; rows in a file stay.
  public func resetState() {
    let fresh = CacheService(maximumBytes: cacheBytes)
    cache.withLock { $0 = fresh }
    guard let application = current.value?.application else { return }
    let old = application.services
    let services = HostServices(
      policy: old.policy, environment: old.environment, cache: fresh, log: log,
      sql: rows.reset() ?? old.sql,
      outbound: old.outbound)
    serve(application.replacing(services: services), nil)
  }

  /// Ends: requests in flight finish first.
  /// - Returns: whether all of them did.
  public func stop() -> Bool {
    state.end()
    server.stopAccepting()
    return server.finish()
  }

  private func serve(_ application: Application, _ description: RuntimeResponse?) {
    let state = state
    let served = current.replace(application, description)
    server.replaceEngines { () throws(Application.LoadError) in
      DevEngine(try served.application.makeEngine(), state, description: served.description)
    }
  }

  // Every variable of the process; the contract's policy keeps the ones that count.
  private static func ownEnvironment() -> [ByteName: String] {
    var values: [ByteName: String] = [:]
    var entry = environ
    while let pointer = entry.pointee {
      let text = String(cString: pointer)
      if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) {
        values[ByteName(String(text[..<equals]))] =
          String(text[text.utf8.index(after: equals)...])
      }
      entry += 1
    }
    return values
  }
}

extension Payload {
  /// A handler as it would be packed, without packing it.
  init(of handler: ProvenHandler) throws(PayloadError) {
    var files: [ByteName: [UInt8]] = [
      "contract.json": handler.proof.contract.canonicalBytes
    ]
    for source in handler.sources { files[ByteName("source/\(source.path)")] = source.bytes }
    var listing = JSONObject()
    for (path, bytes) in files { listing[path.text] = .string(Digest.sha256(of: bytes).hex) }
    files["app.json"] = JSONValue.object(listing).canonicalBytes
    try self.init(files: files)
  }
}
