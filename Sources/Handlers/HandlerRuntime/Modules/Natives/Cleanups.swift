/// The clean-ups of one request, in the order in which they were registered.
///
/// Each scope runs those that were registered since its begin, the last one first, whether its body
/// came to its end or not. After a limit they get a little more of what was used up: once a request
/// so many steps, and memory and stack that are held back for them.
final class Cleanups {
  private struct Cleanup {
    var function: Value
    var argument: Value?
  }
  private var registered: [Cleanup] = []
  private var openScopes = 0

  /// Steps for the clean-ups of a request that has none left.
  static let spareSteps = 1_000_000
  /// Bytes that the arena of requests holds back for them.
  static let heldBackBytes = 1 << 20
  /// Bytes of the stack's reserve that they may use.
  private static let spareStack: UInt = 128 << 10

  /// Forgets what an earlier request has left.
  func forget() {
    registered.removeAll(keepingCapacity: true)
    openScopes = 0
  }

  /// - Throws: a fault where there is no end that it could wait for.
  func register(
    _ function: Value, _ argument: Value?, of name: StaticString
  ) throws(Fault) {
    guard openScopes > 0 else {
      throw Fault("\(name): there is no scope and no request whose end could be waited for")
    }
    registered.append(Cleanup(function: function, argument: argument))
  }

  /// Runs a body, and after it the clean-ups that it has registered.
  /// - Throws: the fault of the body, or else the first of a clean-up.
  func around(
    _ c: CallContext, _ host: IsolateHost, _ body: () throws(Fault) -> Value
  ) throws(Fault) -> Value {
    let start = registered.count
    openScopes += 1
    defer { openScopes -= 1 }
    do throws(Fault) {
      let value = try body()
      if registered.count > start, let fault = run(from: start, after: nil, c, host) { throw fault }
      return value
    } catch {
      guard registered.count > start else { throw error }
      // What is to be done again elsewhere has not ended.
      if host.beginsAnew(after: error) {
        registered.removeLast(registered.count - start)
        throw error
      }
      if let anew = run(from: start, after: error, c, host), host.beginsAnew(after: anew) {
        throw anew
      }
      throw error
    }
  }

  /// Runs the clean-ups from one on, the last first; gives the first fault of one.
  private func run(
    from start: Int, after fault: Fault?, _ c: CallContext, _ host: IsolateHost
  ) -> Fault? {
    var first: Fault?
    while registered.count > start {
      guard let cleanup = registered.popLast() else { break }
      if let fault = run(cleanup, after: first ?? fault, c, host) {
        if host.beginsAnew(after: fault) {
          registered.removeLast(max(0, registered.count - start))
          return fault
        }
        first = first ?? fault
      }
    }
    return first
  }

  private func run(
    _ cleanup: Cleanup, after fault: Fault?, _ c: CallContext, _ host: IsolateHost
  ) -> Fault? {
    let state = c.heap.state
    let (steps, stackLimit) = (state.pointee.steps, state.pointee.stackLimit)
    let isSpent = steps < 0
    if isSpent {
      // Those that run inside of it share what it has.
      state.pointee.steps = host.spareSteps
      host.spareSteps = 0
    }
    if fault?.kind == .memory { state.pointee.lend(true) }
    if fault?.kind == .stack { state.pointee.stackLimit = stackLimit - Self.spareStack }
    defer {
      if isSpent {
        host.spareSteps = max(0, state.pointee.steps)
        state.pointee.steps = steps
      }
      state.pointee.lend(false)
      state.pointee.stackLimit = stackLimit
    }
    do throws(Fault) {
      if let argument = cleanup.argument {
        _ = try c.call(cleanup.function, argument)
      } else {
        _ = try c.call(cleanup.function)
      }
      return nil
    } catch {
      return error
    }
  }
}
