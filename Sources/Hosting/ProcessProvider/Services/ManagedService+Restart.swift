/// What ends by itself, or answers no more, is started again.
extension ManagedService {
  private static let attention = 10_000
  private static let misses = 3

  /// Lets the routes name a process that answers.
  ///
  /// - Returns: the generation of routes that do.
  @discardableResult
  func activate(_ instance: Instance) -> Int64 {
    active = instance
    let since = PollLoop.now
    answersSince = since
    instance.onEnd = { [unowned self] ending in crashed(instance, ending.words) }
    context.loop.after(Crashes.stable) { [unowned self] in
      guard active === instance, answersSince == since else { return }
      crashes.forget()
      failure = nil
    }
    attend(to: instance, missed: 0)
    return context.routes.set(name, instance.port)
  }

  private func crashed(_ instance: Instance, _ words: String) {
    guard active === instance, let order else { return }
    let lasted = answersSince.map { PollLoop.now - $0 } ?? 0
    active = nil
    answersSince = nil
    logs.append("zigttp: the process of \(order.deployment) \(words)")
    let delay = crashes.note(lasted: lasted)
    if crashes.isLoop {
      failure = "\(words) again and again; its last lines:\n\(logs.tail(since: 0))"
      context.routes.set(name, nil)
    }
    save()
    if isStopping { return tellIfStopped() }
    context.loop.after(delay) { [unowned self] in restart() }
  }

  /// Starts what the service is to run, unless it runs.
  func restart() {
    guard active == nil, !isStopping, let order else { return }
    do throws(Launch.Failure) {
      let instance = try start(order)
      active = instance
      instance.onEnd = { [unowned self] ending in crashed(instance, ending.words) }
      save()
      look(instance, order, until: PollLoop.now + context.limits.startMilliseconds)
    } catch {
      logs.append("zigttp: \(error.reason)")
      let delay = crashes.note(lasted: 0)
      if crashes.isLoop {
        failure = error.reason
        context.routes.set(name, nil)
      }
      context.loop.after(max(delay, 100)) { [unowned self] in restart() }
    }
  }

  private func look(_ instance: Instance, _ order: ServiceOrder, until end: Int) {
    HealthProbe.ask(instance.port, for: order.appDigest, within: 2000, on: context.loop) {
      [unowned self] outcome in
      guard active === instance else { return }
      if case .well = outcome {
        activate(instance)
        return
      }
      guard PollLoop.now < end else {
        logs.append("zigttp: it did not answer its health check in time and is ended")
        return instance.kill()
      }
      context.loop.after(Self.look) { [unowned self] in
        if active === instance { look(instance, order, until: end) }
      }
    }
  }

  // A process that holds all its loops for good is one that has ended and does not know.
  private func attend(to instance: Instance, missed: Int) {
    context.loop.after(Self.attention) { [unowned self] in
      guard active === instance, let order else { return }
      HealthProbe.ask(instance.port, for: order.appDigest, within: 5000, on: context.loop) {
        [unowned self] outcome in
        guard active === instance else { return }
        if case .well = outcome { return attend(to: instance, missed: 0) }
        guard missed + 1 >= Self.misses else { return attend(to: instance, missed: missed + 1) }
        logs.append("zigttp: it has stopped answering its health check and is ended")
        instance.kill()
      }
    }
  }
}
