import Contracts
import Digests
import Encodings
import HandlerLanguage
import JSON

/// A handler that is ready to be run: its program, what it may do, and what it may use.
///
/// It makes the engines of a server; each compiles the program for its own thread.
public struct Application: Sendable {
  /// What one request may use of the machine.
  public struct Limits: Sendable, Hashable {
    /// Calls and loop turns.
    public var steps = 100_000_000
    /// Bytes of heap.
    public var memoryBytes = 64 << 20
    /// The standard limits.
    public init() {}
  }

  /// Why a program that was packed cannot be run.
  public enum LoadError: Error, Sendable {
    /// The sources are refused.
    case refused([Diagnostic])
    /// A module failed while it was started; `stack` holds `file:line`, innermost first.
    case start(message: String, stack: [String])
  }

  /// Its contract.
  public let contract: Contract
  private let program: Program
  /// What it may use.
  public private(set) var services: HostServices
  private let limits: Limits

  /// Reads the program of a payload.
  public init(
    _ payload: Payload, services: HostServices, limits: Limits = Limits()
  ) throws(LoadError) {
    let sources = payload.sources
    let result = Program.load(entry: payload.contract.handlerPath) { sources[ByteName($0)] }
    guard let program = result.program else { throw .refused(result.diagnostics) }
    self.program = program
    self.services = services
    self.limits = limits
    contract = payload.contract
  }

  /// The same handler with other services.
  public func replacing(services: HostServices) -> Application {
    var other = self
    other.services = services
    return other
  }

  /// Where its requests are to be answered: on the loop, unless the handler can wait for the
  /// network or for a database.
  public func execution(workers: Int) -> Execution {
    services.policy.needsNetwork || services.policy.needsDatabase ? .onWorkers(workers) : .onLoops
  }

  /// Compiles the program for the calling thread and runs its module bodies.
  public func makeEngine() throws(LoadError) -> any RequestEngine {
    do throws(Fault) {
      return try HandlerEngine(program: program, services: services, limits: isolateLimits)
    } catch {
      throw .start(message: error.message, stack: error.lines(in: program))
    }
  }

  /// Compiles the program for the calling thread and runs its module bodies, and keeps nothing of it.
  ///
  /// Services without env values are enough: what fails once a value was asked for is not told,
  /// because with the value it may go well.
  public func tryOut() throws(LoadError) {
    let host = IsolateHost(services: services)
    do throws(Fault) {
      _ = try Isolate(
        program: program, natives: HandlerEngine.registry(services), host: host,
        limits: isolateLimits)
    } catch {
      guard !host.hasAskedEnvironment else { return }
      throw .start(message: error.message, stack: error.lines(in: program))
    }
  }

  private var isolateLimits: HandlerRuntime.Limits {
    HandlerRuntime.Limits(
      steps: limits.steps, requestBytes: limits.memoryBytes,
      frozenBytes: AddressSpace.isLimited ? 32 << 20 : 256 << 20)
  }

  /// What `GET /.well-known/zigttp` answers: which contract and sources are served and what was
  /// shown of them, and nothing about the machine.
  public static func selfDescription(_ payload: Payload) -> RuntimeResponse {
    var properties = JSONObject()
    for property in Property.allCases {
      properties[property.rawValue] = .bool(payload.contract.properties[property] ?? false)
    }
    let document: JSONValue = [
      "schema": "https://zigttp.dev/schema/self-v1.json",
      "appDigest": .string("\(payload.appDigest)"),
      "contractSha": .string(payload.contractDigest.hex),
      "proofLevel": .string(payload.contract.proofLevel.rawValue),
      "properties": .object(properties),
    ]
    return RuntimeResponse(
      status: 200, headers: [("content-type", "application/json"), ("cache-control", "no-store")],
      body: document.minifiedBytes)
  }

  /// Path of ``selfDescription(_:)``.
  public static let selfDescriptionPath = "/.well-known/zigttp"
}

extension Application.LoadError: CustomStringConvertible {
  /// The diagnostics, a line each; or the failure and where it was, innermost first.
  public var description: String { lines.joined(separator: "\n") }

  /// The same line by line.
  public var lines: [String] {
    switch self {
    case .refused(let diagnostics): diagnostics.map(\.description)
    case .start(let message, let stack):
      ["the handler could not be started: \(message)"] + stack.map { "  at \($0)" }
    }
  }
}
