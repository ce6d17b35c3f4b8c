import Digests
import Files
import Glibc
import JSON

/// The services of a supervisor, and what it answers.
final class SupervisorDesk {
  private let context: SupervisorContext
  private let loop = PollLoop()
  private let ingress: ManagedIngress
  private var services: [String: ManagedService] = [:]
  private var listener: ControlListener?

  init(_ options: Supervisor.Options) throws {
    let seal = try StateSeal(options.key)
    context = SupervisorContext(
      loop: loop, folder: options.folder, seal: seal, limits: options.limits, log: Self.say)
    ingress = ManagedIngress(context)
  }

  private static func say(_ text: String) {
    let line = "zigttp-supervisor: \(text)\n"
    Array(line.utf8).withUnsafeBytes { try? StandardStream.write($0, to: STDERR_FILENO) }
  }

  /// Goes on with every service that an earlier supervisor had.
  func resume() {
    OrphanSweep(context.folder).run()
    let names = (try? LinuxFileSystem().namesIfAny(in: context.folder.services)) ?? []
    for file in names.sorted() where file.hasSuffix(".json") {
      let path = "\(context.folder.services)/\(file)"
      do {
        guard let bytes = try LinuxFileSystem().contents(of: path, limit: ServiceState.limit),
          let name = try JSONReader.strict(bytes)["name"]?.stringValue,
          context.folder.state(of: name) == path
        else { continue }
        let state = try ServiceState(bytes, name: name, seal: context.seal)
        let service = ManagedService(name, context)
        services[name] = service
        service.resume(state)
      } catch {
        // The others come back all the same.
        Self.say("\(path) cannot be read, deploy that service again: \(error)")
      }
    }
    context.routes.publish()
    ingress.resume()
    sweep()
  }

  // Images that no service runs any more, from time to time.
  private func sweep() {
    let used = Set(services.values.flatMap(\.folders))
    ImageSweep(context.folder, log: Self.say).run(keeping: used)
    loop.after(ImageSweep.period) { [unowned self] in sweep() }
  }

  /// Answers until it is told to leave.
  func serve() throws {
    listener = try ControlListener(context.folder, on: loop) { [unowned self] line, connection in
      answer(line, connection)
    }
    loop.run()
    listener?.close()
  }

  private func answer(_ line: [UInt8], _ connection: ControlConnection) {
    do throws(SupervisorCall.Refusal) {
      perform(try SupervisorCall(line: line), connection)
    } catch {
      switch error {
      case .malformed: connection.send(.failure("no call"))
      case .otherVersion(let version):
        connection.send(
          .failure("protocol \(version), expected \(SupervisorCall.version): say hello"))
      }
    }
  }

  private func perform(_ call: SupervisorCall, _ connection: ControlConnection) {
    switch call {
    case .hello:
      connection.send(.hello(version: SupervisorCall.version, process: Int64(getpid())))
    case .leave: leave(after: connection)
    case .end:
      end { [unowned self] in leave(after: connection) }
    case .deploy(let order):
      service(order.service).deploy(order) { connection.send(.report($0)) }
    case .observe(let name):
      connection.send(services[name]?.report.map { .report($0) } ?? .unknown)
    case .list: connection.send(.reports(services.compactMapValues(\.report)))
    case .logs(let name, let follow): logs(name, follow, connection)
    case .ingress(let order): ingress.run(order) { connection.send($0) }
    }
  }

  private func service(_ name: String) -> ManagedService {
    if let known = services[name] { return known }
    let new = ManagedService(name, context)
    services[name] = new
    return new
  }

  private func logs(_ name: String, _ follow: Bool, _ connection: ControlConnection) {
    guard let service = services[name] else { return connection.send(.unknown) }
    for line in service.logs.all { connection.send(.line(line)) }
    guard follow else { return connection.send(.done) }
    let follower = service.logs.follow { connection.offer($0) }
    connection.onClose = { service.logs.unfollow(follower) }
  }

  private func leave(after connection: ControlConnection) {
    connection.send(.done)
    // Whoever asked is told before.
    loop.after(20) { [unowned self] in loop.stop() }
  }

  private func end(_ done: @escaping () -> Void) {
    var left = services.count + 1
    let one = {
      left -= 1
      if left == 0 { done() }
    }
    for service in services.values { service.stop(one) }
    ingress.stop(one)
  }
}
