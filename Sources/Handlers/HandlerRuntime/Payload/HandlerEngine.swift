import Contracts
import HandlerLanguage

/// Runs a program on requests, on the thread that made it.
final class HandlerEngine: RequestEngine {
  let isolate: Isolate
  private let services: HostServices
  let host: IsolateHost
  private var forecast = WaitForecast()
  // About a millisecond.
  private static let provisionalSteps = 100_000

  /// Compiles a program and runs its module bodies.
  init(program: Program, services: HostServices, limits: Limits) throws(Fault) {
    self.services = services
    host = IsolateHost(services: services)
    isolate = try Isolate(
      program: program, natives: Self.registry(services), host: host, limits: limits)
  }

  static func registry(_ services: HostServices) -> NativeRegistry {
    var registry = NativeRegistry()
    Builtins.register(
      in: &registry,
      services: BuiltinServices(
        now: services.clock.milliseconds,
        random: { services.random.unitInterval() },
        log: { c, level, message in
          guard let host = c.host as? IsolateHost else { return }
          host.log(LogService.Level(level), message)
        }))
    ModuleNatives.register(in: &registry)
    if services.outbound != nil || services.sql != nil { registry.holdBackEffects() }
    return registry
  }

  func answer(_ request: RuntimeRequest) -> RuntimeResponse {
    do throws(Fault) { return try run(request) } catch { return answer(error) }
  }

  func answerAtOnce(_ request: RuntimeRequest) -> RuntimeResponse? {
    let place = forecast.place(of: request)
    guard !forecast.expectsWait(at: place) else { return nil }
    do throws(Fault) {
      host.hasProvisionalSteps = Self.provisionalSteps < isolate.limits.steps
      let response = try host.provisionally { () throws(Fault) in
        do throws(Fault) {
          return try run(request, steps: Self.provisionalSteps)
        } catch {
          // A long computation is not to be done twice, and not to hold a loop that others share.
          throw host.beginsAnew(after: error) ? .held : error
        }
      }
      if response == nil { forecast.waited(at: place) }
      return response
    } catch {
      return answer(error)
    }
  }

  private func run(
    _ request: RuntimeRequest, steps: Int = .max
  ) throws(Fault) -> RuntimeResponse {
    try isolate.withRequest(steps: steps) { (c) throws(Fault) -> RuntimeResponse in
      let argument = try RequestObject.make(request, c)
      host.cleanups.forget()
      host.spareSteps = Cleanups.spareSteps
      let answer = try host.cleanups.around(c, host) { () throws(Fault) in
        try c.call(isolate.handler, argument)
      }
      // No call is under way any more: what is wrong with the answer is the handler's.
      do throws(Fault) { return try ResponseReader.read(answer, c) } catch {
        throw error.at(isolate.program.handler.position(in: isolate.program))
      }
    }
  }

  // The id joins what the client was told with what the log says, and tells neither of the other.
  private func answer(_ fault: Fault) -> RuntimeResponse {
    let id = Identifiers.nanoid(length: 12, random: services.random)
    services.log.write(
      level: .error, fault.message,
      context: [
        "fault": .string(id), "kind": .string("\(fault.kind)"),
        "stack": .strings(fault.lines(in: isolate.program)),
      ])
    return StatusText.response(500, "fault \(id)")
  }
}

extension LogService.Level {
  /// The level of a function of `console`; `log` counts as `info`.
  init(_ level: ConsoleLevel) {
    switch level {
    case .debug: self = .debug
    case .info, .log: self = .info
    case .warn: self = .warn
    case .error: self = .error
    }
  }
}

extension Handler {
  /// Where it is written.
  fileprivate func position(in program: Program) -> SourcePosition {
    switch self {
    case .binding(let binding): program.bindings[binding].position
    case .defaultExport(let expression): expression.position
    }
  }
}

extension Fault {
  /// Where it was raised and through what calls, as `file:line`, innermost first.
  func lines(in program: Program) -> [String] {
    stack.map { position in
      let path =
        program.files.indices.contains(position.file) ? program.files[position.file].path : "?"
      return "\(path):\(position.line)"
    }
  }
}
