/// A new version takes the place of the old one, or does not.
extension ManagedService {
  // Milliseconds between two looks whether a process answers.
  static let look = 20

  /// Brings the service to an order, and answers when that is decided. The same order again gets the
  /// same answer.
  func deploy(_ order: ServiceOrder, _ answer: @escaping (ServiceReport) -> Void) {
    if let last, last.deployment == order.deployment { return answer(last.report) }
    if let rollout, rollout.order.deployment == order.deployment {
      rollout.answers.append(answer)
      return
    }
    let newest = max(rollout?.order.generation ?? .min, self.order?.generation ?? .min)
    guard !isStopping, order.generation >= newest else {
      let reason = isStopping ? "the supervisor is ending its services" : Self.superseded
      return answer(ServiceReport(state: .failed, message: reason, image: order.image))
    }
    if let rollout { conclude(rollout, failing: Self.superseded) }
    let next = Rollout(
      order, mark: logs.count, end: PollLoop.now + context.limits.startMilliseconds, answer)
    rollout = next
    begin(next)
  }

  private static let superseded = "a newer deployment took its place"

  private func begin(_ rollout: Rollout) {
    do throws(Launch.Failure) {
      let instance = try start(rollout.order)
      rollout.instance = instance
      instance.onEnd = { [unowned self] ending in
        rollout.instance = nil
        conclude(rollout, failing: "\(ending.words) before it answered", with: rollout.mark)
      }
      save()
      look(rollout, instance)
    } catch {
      conclude(rollout, failing: error.reason)
    }
  }

  private func look(_ rollout: Rollout, _ instance: Instance) {
    HealthProbe.ask(
      instance.port, for: rollout.order.appDigest, within: 2000, on: context.loop
    ) { [unowned self] outcome in
      guard self.rollout === rollout, rollout.instance === instance else { return }
      if case .well = outcome { return promote(rollout, instance) }
      guard PollLoop.now < rollout.end else {
        let seconds = context.limits.startMilliseconds / 1000
        let reason = "it did not answer its health check within \(seconds) s"
        return conclude(rollout, failing: reason, with: rollout.mark)
      }
      context.loop.after(Self.look) { [unowned self] in
        if self.rollout === rollout { look(rollout, instance) }
      }
    }
  }

  private func promote(_ rollout: Rollout, _ instance: Instance) {
    let old = active
    self.rollout = nil
    order = rollout.order
    crashes = Crashes()
    failure = nil
    let generation = activate(instance)
    if let old { retire(old, after: generation) }
    save()
    let report = ServiceReport(state: .running, image: rollout.order.image)
    last = (rollout.order.deployment, report)
    context.routes.whenSeen(generation) { for answer in rollout.answers { answer(report) } }
  }

  /// Ends a rollout without its version.
  func conclude(_ rollout: Rollout, failing reason: String, with mark: Int? = nil) {
    guard self.rollout === rollout else { return }
    self.rollout = nil
    if let instance = rollout.instance { drop(instance) }
    let lines = mark.map { logs.tail(since: $0) } ?? ""
    let message = lines.isEmpty ? reason : "\(reason); its last lines:\n\(lines)"
    let report = ServiceReport(state: .failed, message: message, image: rollout.order.image)
    last = (rollout.order.deployment, report)
    save()
    for answer in rollout.answers { answer(report) }
    tellIfStopped()
  }
}
