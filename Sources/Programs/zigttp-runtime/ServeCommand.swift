import CRuntimeStart
import CSys
import Contracts
import Encodings
import HandlerRuntime

/// `serve`: from the packed handler to a drained stop.
enum ServeCommand {
  static func run(_ options: ServeOptions) -> ExitCode {
    // Before any thread is started, so that all of them inherit it.
    zigttp_hold_stop_signals()
    do throws(PackedHandler.Problem) {
      return try serve(options, try PackedHandler.find(options.folder).payload)
    } catch {
      for line in error.lines { Console.error(line) }
      return error.exitCode
    }
  }

  private static func serve(
    _ options: ServeOptions, _ payload: Payload
  ) throws(PackedHandler.Problem) -> ExitCode {
    let services = try services(options, payload)
    let server = try start(options, payload, services)
    if !options.isQuiet {
      Console.note("listening on http://\(address(options.host)):\(server.port)")
    }
    _ = zigttp_wait_for_stop()
    server.stopAccepting()
    if !options.isQuiet && server.openConnections > 0 {
      Console.note("stopping, up to \(options.server.drainSeconds) s for requests in flight")
    }
    guard server.finish(unless: { zigttp_stop_came_again() != 0 }) else {
      Console.error("stopped with requests in flight")
      return .failure
    }
    return .success
  }

  private static func services(
    _ options: ServeOptions, _ payload: Payload
  ) throws(PackedHandler.Problem) -> HostServices {
    let policy = ContractPolicy(payload.contract)
    let values = try Environment.values(options, payload.contract)
    let missing = policy.missing(from: values)
    if !missing.isEmpty {
      guard options.allowsMissingEnvironment else {
        throw PackedHandler.Problem(
          exitCode: .configuration,
          lines: ["required env names are missing; set them in the environment or in .env:"]
            + missing.map { "\($0)" })
      }
      if !options.isQuiet {
        Console.warning("required env names are missing: \(missing.joined(separator: ", "))")
      }
    }
    return HostServices(
      policy: policy, environment: values,
      cache: CacheService(maximumBytes: options.cacheBytes), log: .standardError(),
      outbound: policy.needsNetwork ? NetworkClient(limits: options.outbound) : nil)
  }

  private static func start(
    _ options: ServeOptions, _ payload: Payload, _ services: HostServices
  ) throws(PackedHandler.Problem) -> HTTPServer {
    let application: Application
    do throws(Application.LoadError) {
      application = try Application(payload, services: services, limits: options.application)
    } catch {
      throw PackedHandler.Problem(exitCode: .failure, lines: lines(error))
    }
    if services.policy.needsNetwork { _ = csys_use_plain_host_lookup() }
    var configuration = HTTPServer.Configuration()
    configuration.host = options.host
    configuration.port = options.port
    if let loops = options.loops { configuration.loops = loops }
    configuration.limits = options.server
    configuration.execution = application.execution(workers: options.workers)
    configuration.fixed = FixedAnswers([
      Application.selfDescriptionPath: Application.selfDescription(payload)
    ])
    do throws(HTTPServer.StartError) {
      return try HTTPServer(
        configuration,
        factory: { () throws(Application.LoadError) in try application.makeEngine() },
        failed: { for line in Self.lines($0) { Console.error(line) } })
    } catch {
      switch error {
      case .listen(let host, let port, let reason):
        throw PackedHandler.Problem(
          exitCode: .failure,
          lines: ["cannot listen on \(address(host)):\(port): \(reason); choose another --port"])
      case .tooFewDescriptors(let limit, let needed):
        throw PackedHandler.Problem(
          exitCode: .failure,
          lines: [
            """
            this process may have \(limit) files open, expected room for \(needed) more; raise it \
            (ulimit -n 1024) or give fewer --loops
            """
          ])
      case .engine(let cause):
        throw PackedHandler.Problem(exitCode: .failure, lines: lines(cause))
      }
    }
  }

  private static func lines(_ error: Application.LoadError) -> [SafeText] {
    error.lines.map { "\($0)" }
  }

  private static func address(_ host: String) -> String {
    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
  }
}
