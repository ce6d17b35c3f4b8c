import Files
import Glibc
import JSON

/// The ingress that a supervisor runs: started again when it ends, and replaced without a gap when
/// another one is asked for.
final class ManagedIngress {
  private static let startMilliseconds = 10_000
  private static let drainMilliseconds = 40_000
  private static let look = 10

  private let context: SupervisorContext
  private let ring = LogRing()
  private var order: IngressOrder?
  // Of the program's file: after an update it is another one.
  private var program: ProgramIdentity?
  private var active: Instance?
  private var retiring: [Instance] = []
  private var crashes = Crashes()
  private var isStopping = false
  private var onStopped: (() -> Void)?

  init(_ context: SupervisorContext) { self.context = context }

  /// What the file of a program is.
  private struct ProgramIdentity: Hashable {
    var device: UInt64
    var inode: UInt64
    var modified: Int64

    init?(of path: String) {
      guard let found = try? LinuxFileSystem().infoIfAny(path, followingLink: true) else {
        return nil
      }
      (device, inode, modified) = (found.device, found.inode, found.modified)
    }

    /// From ``text``.
    init?(_ text: String?) {
      let numbers = (text ?? "").split(separator: " ")
      guard numbers.count == 3, let device = UInt64(numbers[0]), let inode = UInt64(numbers[1]),
        let modified = Int64(numbers[2])
      else { return nil }
      (self.device, self.inode, self.modified) = (device, inode, modified)
    }

    // The numbers may be larger than those that JSON has for all readers.
    var text: String { "\(device) \(inode) \(modified)" }
  }

  /// Runs an ingress as ordered, and answers with its port.
  func run(_ order: IngressOrder, _ answer: @escaping (SupervisorAnswer) -> Void) {
    let program = ProgramIdentity(of: order.program)
    if order == self.order, program == self.program, let active {
      return wait(for: active, until: PollLoop.now + Self.startMilliseconds, answer)
    }
    let before = (order: self.order, program: self.program, active: active)
    (self.order, self.program, active) = (order, program, nil)
    crashes = Crashes()
    start { [unowned self] answered in
      if case .port = answered {
        // Both listened at one place; from now on the new one does alone.
        if let old = before.active { retire(old) }
      } else if let old = before.active {
        // One that runs is better than one that does not.
        if let failed = active { retire(failed) }
        (self.order, self.program, active) = (before.order, before.program, old)
      }
      save()
      answer(answered)
    }
  }

  private func start(_ answer: @escaping (SupervisorAnswer) -> Void) {
    guard let order else { return }
    let pipe = "\(context.folder.pipes)/\(PollLoop.now)-ingress"
    let launch = IngressLaunch.make(order, context)
    do throws(Launch.Failure) {
      let instance = try Instance.start(
        launch, port: 0, reservation: nil, pipe: pipe, into: ring, on: context.loop)
      active = instance
      instance.onEnd = { [unowned self] ending in ended(instance, ending.words) }
      save()
      wait(for: instance, until: PollLoop.now + Self.startMilliseconds, answer)
    } catch {
      answer(.failure(error.reason))
    }
  }

  private func wait(
    for instance: Instance, until end: Int, _ answer: @escaping (SupervisorAnswer) -> Void
  ) {
    let process = instance.record.process.id
    if let found = context.routes.ingresses.first(where: { $0.process == process }) {
      return answer(.port(found.status.port))
    }
    guard active === instance, PollLoop.now < end else {
      return answer(.failure("the ingress does not start: \(ring.tail(since: 0))"))
    }
    context.loop.after(Self.look) { [unowned self] in wait(for: instance, until: end, answer) }
  }

  private func ended(_ instance: Instance, _ words: String) {
    guard active === instance else { return }
    active = nil
    context.log("the ingress \(words): \(ring.tail(since: 0))")
    save()
    if isStopping { return tellIfStopped() }
    let delay = crashes.note(lasted: PollLoop.now - instance.since)
    context.loop.after(delay) { [unowned self] in
      if active == nil, !isStopping { start { _ in } }
    }
  }

  private func retire(_ instance: Instance) {
    retiring.append(instance)
    instance.onEnd = { [unowned self] _ in
      retiring.removeAll { $0 === instance }
      save()
      tellIfStopped()
    }
    instance.terminate(within: Self.drainMilliseconds)
  }

  // MARK: Coming back, and ending

  /// Goes on from what an earlier supervisor wrote down.
  func resume() {
    guard let bytes = try? LinuxFileSystem().contents(of: context.folder.ingress, limit: 1 << 20),
      let json = try? JSONReader.strict(bytes),
      let order = json["order"].flatMap({ IngressOrder(json: $0) })
    else { return }
    self.order = order
    program = ProgramIdentity(json["program"]?.stringValue)
    let records = (json["others"]?.arrayValue ?? []).compactMap { Instance.Record(json: $0) }
    for record in records { if let instance = adopt(record) { retire(instance) } }
    if let record = json["active"].flatMap({ Instance.Record(json: $0) }),
      let instance = adopt(record)
    {
      active = instance
      instance.onEnd = { [unowned self] ending in ended(instance, ending.words) }
    } else {
      program = ProgramIdentity(of: order.program)
      start { _ in }
    }
  }

  private func adopt(_ record: Instance.Record) -> Instance? {
    Instance.adopt(
      record, pipe: "\(context.folder.pipes)/\(record.pipe)", into: ring, on: context.loop)
  }

  private func save() {
    guard let order else { return }
    var out: JSONObject = ["order": order.json]
    out["program"] = program.map { .string($0.text) }
    out["active"] = active?.record.json
    out["others"] = .array(retiring.map(\.record.json))
    do throws(FileError) {
      try AtomicFile(fileSystem: LinuxFileSystem(), temporary: context.folder.root)
        .replace(
          context.folder.ingress, with: JSONValue.object(out).minifiedBytes, permissions: 0o600)
    } catch {
      context.log("the state of the ingress cannot be written: \(error)")
    }
  }

  /// Ends it.
  func stop(_ done: @escaping () -> Void) {
    isStopping = true
    onStopped = done
    if let active {
      self.active = nil
      retire(active)
    }
    tellIfStopped()
  }

  private func tellIfStopped() {
    guard isStopping, retiring.isEmpty, active == nil, let done = onStopped else { return }
    onStopped = nil
    done()
  }
}
