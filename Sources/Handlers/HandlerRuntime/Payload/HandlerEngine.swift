import Contracts
import HandlerLanguage

/// Runs a program on requests, on the thread that made it.
final class HandlerEngine: RequestEngine {
  let isolate: Isolate
  private let services: HostServices

  /// Compiles a program and runs its module bodies.
  init(program: Program, services: HostServices, limits: Limits) throws(Fault) {
    self.services = services
    isolate = try Isolate(
      program: program, natives: Self.registry(services), host: IsolateHost(services: services),
      limits: limits)
  }

  private static func registry(_ services: HostServices) -> NativeRegistry {
    var registry = NativeRegistry()
    Builtins.register(
      in: &registry,
      services: BuiltinServices(
        now: services.clock.milliseconds,
        random: { services.random.unitInterval() },
        log: { level, message in
          services.log.write(level: LogService.Level(level), message: message)
        }))
    ModuleNatives.register(in: &registry)
    return registry
  }

  func answer(_ request: RuntimeRequest) -> RuntimeResponse {
    do throws(Fault) {
      return try isolate.withRequest { (c) throws(Fault) -> RuntimeResponse in
        let argument = try RequestObject.make(request, c)
        return try ResponseReader.read(try c.call(isolate.handler, argument), c)
      }
    } catch {
      return answer(error)
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
