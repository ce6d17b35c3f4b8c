import Threads

/// Functions of one request that run at the same time, each on a thread of its own with a stack of its
/// own. They share the heap, so that only the one with the baton runs; while one waits for another
/// service, the others go on.
struct ConcurrentCalls {
  /// How the calls have ended so far.
  private struct Ends {
    var results: [Result<Value, Fault>?]
    /// The order in which they ended.
    var order: [Int] = []
  }

  private let functions: [Value]
  private let c: CallContext
  private let host: IsolateHost
  private let name: StaticString

  init(_ functions: [Value], _ c: CallContext, _ host: IsolateHost, of name: StaticString) {
    (self.functions, self.c, self.host, self.name) = (functions, c, host, name)
  }

  /// What all of them give, in their order.
  /// - Throws: the first fault; the others are cancelled.
  func all() throws(Fault) -> [Value] {
    let ends = try run { ends in
      ends.order.contains { if case .failure? = ends.results[$0] { true } else { false } }
    }
    if let fault = firstFault(ends) { throw fault }
    return ends.results.compactMap { try? $0?.get() }
  }

  /// What the first gives that ends; the others are cancelled.
  /// - Throws: its fault.
  func first() throws(Fault) -> Value {
    let ends = try run { !$0.order.isEmpty }
    guard let first = ends.order.first, let result = ends.results[first] else {
      throw Fault("\(name): no function has ended")
    }
    return try result.get()
  }

  private func firstFault(_ ends: Ends) -> Fault? {
    for index in ends.order {
      if case .failure(let fault)? = ends.results[index] { return fault }
    }
    return nil
  }

  /// Runs them to their ends. Once it is decided, those that have not ended are cancelled.
  private func run(until isDecided: @escaping @Sendable (Ends) -> Bool) throws(Fault) -> Ends {
    guard host.concurrent + functions.count <= IONatives.mostFunctions else {
      throw Fault("\(name): more than \(IONatives.mostFunctions) functions at the same time")
    }
    host.concurrent += functions.count
    defer { host.concurrent -= functions.count }
    let outer = host.baton
    let baton = outer ?? Baton()
    host.baton = baton
    defer { host.baton = outer }
    let context = ThreadContext(host, c.heap)
    let ends = Monitor(Ends(results: Array(repeating: nil, count: functions.count)))
    let cancellations = functions.map { _ in Cancellation() }
    var isShort = false
    for (index, function) in functions.enumerated() {
      let call = OneCall(
        function: function, heap: c.heap, host: host, cancellation: cancellations[index])
      let hasStarted =
        !isShort
        && StartedThread.detached {
          baton.take()
          let result = call.run()
          // The one who waits looks at the results when it has the baton again.
          ends.withLock {
            $0.results[index] = result
            $0.order.append(index)
          }
          if isDecided(ends.withLock(waking: .none) { $0 }) {
            for cancellation in cancellations { cancellation.cancel() }
          }
          baton.pass()
        }
      if !hasStarted {
        // Those that were started have not run yet: the baton is here.
        isShort = true
        cancellations.forEach { $0.cancel() }
        ends.withLock {
          $0.results[index] = .failure(Fault("\(name): the system has no thread left"))
          $0.order.append(index)
        }
      }
    }
    // Whoever called this may be cancelled itself.
    context.cancellation?.whenCancelled { cancellations.forEach { $0.cancel() } }
    baton.pass()
    let count = functions.count
    let ended = ends.wait { $0.order.count == count ? $0 : nil }
    baton.take()
    context.cancellation?.forgetAction()
    context.restore(host, c.heap)
    try host.checkCancelled()
    return ended
  }
}

/// What of the heap's and the host's state belongs to the thread that runs.
struct ThreadContext {
  private let stackLimit: UInt
  private let registersEnd: UInt
  private let cleanups: Cleanups
  let cancellation: Cancellation?

  /// That of the calling thread.
  init(_ host: IsolateHost, _ heap: Heap) {
    stackLimit = heap.state.pointee.stackLimit
    registersEnd = heap.state.pointee.registersEnd
    cleanups = host.cleanups
    cancellation = host.cancellation
  }

  /// Makes it that of the calling thread again.
  func restore(_ host: IsolateHost, _ heap: Heap) {
    heap.state.pointee.stackLimit = stackLimit
    heap.state.pointee.registersEnd = registersEnd
    host.cleanups = cleanups
    host.cancellation = cancellation
  }
}

/// One function, as the thread runs it that was started for it.
///
/// It is sendable because the baton is: whoever runs it has the baton, and the thread that made it
/// outlives it, waiting for its end.
private struct OneCall: @unchecked Sendable {
  let function: Value
  let heap: Heap
  let host: IsolateHost
  let cancellation: Cancellation

  // 1 MiB of address space.
  private static let registers = 1 << 17

  func run() -> Result<Value, Fault> {
    if cancellation.isCancelled { return .failure(.cancelled) }
    do throws(Fault) {
      let registers = try RegisterFile(count: Self.registers)
      heap.state.pointee.stackLimit = Stack.limitOfThisThread()
      heap.state.pointee.registersEnd = registers.end
      host.cancellation = cancellation
      host.cleanups = Cleanups()
      // They are there until the function has ended.
      defer { heap.state.pointee.registersEnd = registers.end }
      let c = CallContext(heap: heap, freeRegisters: registers.base)
      return .success(
        try host.cleanups.around(c, host) { () throws(Fault) in try c.call(function) })
    } catch {
      return .failure(error)
    }
  }
}

extension IsolateHost {
  /// Lets other functions of the request run while the calling thread waits in `body`, which must not
  /// touch the heap.
  /// - Throws: a fault where nobody is interested any more; then `body` was not run, or was ended.
  func waiting<Result>(
    _ heap: Heap, _ body: (Cancellation?) -> Result
  ) throws(Fault) -> Result {
    try checkCancelled()
    guard let baton else { return body(nil) }
    let context = ThreadContext(self, heap)
    baton.pass()
    let result = body(context.cancellation)
    baton.take()
    context.cancellation?.forgetAction()
    context.restore(self, heap)
    try checkCancelled()
    return result
  }

  /// - Throws: once, where the function was cancelled: its clean-ups may wait as they like.
  func checkCancelled() throws(Fault) {
    guard cancellation?.isCancelled == true else { return }
    cancellation = nil
    throw .cancelled
  }
}
