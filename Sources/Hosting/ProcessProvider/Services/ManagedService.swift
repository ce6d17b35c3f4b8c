import Files
import Glibc

/// One service: the version it is to run, and the processes that do.
///
/// A new version gets a process beside the one that answers. Once it answers as well, the routes name
/// it, and only when no request is on its way to the old one any more is that told to end. What ends
/// by itself is started again, later each time.
final class ManagedService {
  /// A version on its way.
  final class Rollout {
    let order: ServiceOrder
    var instance: Instance?
    var answers: [(ServiceReport) -> Void]
    let mark: Int
    let end: Int

    init(_ order: ServiceOrder, mark: Int, end: Int, _ answer: @escaping (ServiceReport) -> Void) {
      self.order = order
      self.mark = mark
      self.end = end
      answers = [answer]
    }
  }

  let name: String
  let context: SupervisorContext
  let logs = LogRing()
  /// Of its processes, where they have one of their own.
  var user: UInt32?
  /// What it is to run: the last version that answered.
  var order: ServiceOrder?
  /// The process of that.
  var active: Instance?
  /// Since when the process answers; nil while it does not.
  var answersSince: Int?
  /// What is on its way.
  var rollout: Rollout?
  /// Processes that are to end.
  var retiring: [Instance] = []
  var crashes = Crashes()
  /// Why it will not come up by itself.
  var failure: String?
  /// How the last change ended.
  var last: (deployment: String, report: ServiceReport)?
  /// Whether it is being ended for good.
  var isStopping = false
  /// Told once nothing of it runs any more.
  var onStopped: (() -> Void)?

  private var processes = 0

  init(_ name: String, _ context: SupervisorContext) {
    self.name = name
    self.context = context
  }

  /// How it is doing; nil where it has never run.
  var report: ServiceReport? {
    guard let order else {
      return rollout.map { ServiceReport(state: .pending, image: $0.order.image) } ?? last?.report
    }
    if let failure { return ServiceReport(state: .failed, message: failure, image: order.image) }
    return ServiceReport(state: answersSince == nil ? .pending : .running, image: order.image)
  }

  /// The folders of the images that it runs, or is about to.
  var folders: [String] { [order?.folder, rollout?.order.folder].compactMap(\.self) }

  // MARK: Processes

  /// Starts a process of a version.
  func start(_ order: ServiceOrder) throws(Launch.Failure) -> Instance {
    if user == nil { user = context.users.make() }
    guard let reservation = PortReservation() else {
      throw Launch.Failure(reason: "this machine has no port left")
    }
    processes += 1
    let pipe = "\(context.folder.pipes)/\(PollLoop.now)-\(reservation.port)-\(processes)"
    let groups = context.groups?.members(of: name, context.limits) ?? []
    var launch = HandlerLaunch.make(order, port: reservation.port, context)
    launch.user = user
    launch.groups = groups.map { $0.file.descriptor }
    return try withExtendedLifetime(groups) { () throws(Launch.Failure) in
      try Instance.start(
        launch, port: reservation.port, reservation: reservation, pipe: pipe, into: logs,
        on: context.loop)
    }
  }

  /// Ends a process when no request is on its way to it any more.
  func retire(_ instance: Instance, after generation: Int64) {
    retiring.append(instance)
    instance.onEnd = { [unowned self] _ in
      retiring.removeAll { $0 === instance }
      save()
      tellIfStopped()
    }
    let limits = context.limits
    context.routes.whenIdle(instance.port, generation, within: limits.idleMilliseconds) {
      instance.terminate(within: limits.stopMilliseconds)
    }
  }

  /// Ends a process that never answered anybody.
  func drop(_ instance: Instance) {
    retiring.append(instance)
    instance.onEnd = { [unowned self] _ in
      retiring.removeAll { $0 === instance }
      save()
      tellIfStopped()
    }
    instance.kill()
  }

  /// Writes down what there is.
  func save() {
    let state = ServiceState(
      order: order, user: user, active: active?.record,
      others: retiring.map(\.record) + (rollout?.instance.map { [$0.record] } ?? []))
    do {
      let bytes = try state.bytes(name: name, seal: context.seal)
      try AtomicFile(fileSystem: LinuxFileSystem(), temporary: context.folder.services)
        .replace(context.folder.state(of: name), with: bytes, permissions: 0o600)
    } catch {
      context.log("the state of \(name) cannot be written: \(error)")
    }
  }

  // MARK: Coming back, and ending

  /// Goes on from what an earlier supervisor wrote down.
  func resume(_ state: ServiceState) {
    order = state.order
    user = state.user
    if let user { context.users.note(user) }
    for record in state.others {
      let pipe = "\(context.folder.pipes)/\(record.pipe)"
      guard let instance = Instance.adopt(record, pipe: pipe, into: logs, on: context.loop) else {
        continue
      }
      retire(instance, after: context.routes.set(name, nil))
    }
    guard order != nil else { return }
    if let record = state.active,
      let instance = Instance.adopt(
        record, pipe: "\(context.folder.pipes)/\(record.pipe)", into: logs, on: context.loop)
    {
      activate(instance)
    } else {
      restart()
    }
    save()
  }

  /// Ends all of it; what it is to run stays written down.
  func stop(_ done: @escaping () -> Void) {
    isStopping = true
    onStopped = done
    if let rollout { conclude(rollout, failing: "the supervisor was told to end its services") }
    let generation = context.routes.set(name, nil)
    if let active {
      self.active = nil
      answersSince = nil
      retire(active, after: generation)
    }
    save()
    tellIfStopped()
  }

  func tellIfStopped() {
    guard isStopping, retiring.isEmpty, active == nil, rollout == nil, let done = onStopped else {
      return
    }
    onStopped = nil
    context.groups?.remove(name)
    done()
  }
}
