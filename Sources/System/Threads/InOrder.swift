/// Makes numbered things on several threads and hands them on in the order of their numbers.
///
/// The calling thread takes them, and makes some itself whenever the next one is not there yet, so
/// that all of it gets done where there is no other thread. At most a few more things than there are
/// threads are made or wait at a time, which is what bounds the memory.
public struct InOrder<Thing: Sendable, Failure: Error>: Sendable {
  /// Makes the thing of a number; may keep what it needs for the next one.
  public typealias Maker = (Int) throws(Failure) -> Thing

  private let count: Int
  private let threads: Int
  private let makeMaker: @Sendable () -> Maker

  /// - Parameters:
  ///   - count: how many things there are.
  ///   - threads: how many make them at most, the calling one included.
  ///   - maker: gives each thread a maker of its own.
  public init(
    count: Int, threads: Int = Workers.count, maker: @escaping @Sendable () -> Maker
  ) {
    self.count = count
    self.threads = min(threads, count)
    makeMaker = maker
  }

  private struct State {
    var claimed = 0
    var taken = 0
    var ready: [Int: Result<Thing, Failure>] = [:]
    var isOver = false
  }

  private enum Turn {
    case take(Result<Thing, Failure>)
    case make(Int)
    case end
  }

  /// Makes all of them, and calls `take` with each in order, on the calling thread.
  ///
  /// - Throws: what making the first of them fails with that cannot be made, or what `take` throws;
  ///   then the rest is not taken.
  public func run(_ take: (Thing) throws(Failure) -> Void) throws(Failure) {
    let state = Monitor(State())
    try Workers.beside(threads - 1) {
      let maker = makeMaker()
      while let number = state.wait(for: { claim(&$0) }) {
        let result = Self.make(number, maker)
        state.withLock { $0.ready[number] = result }
      }
    } _: { () throws(Failure) in
      // However it ends, nobody goes on waiting.
      defer { state.withLock { $0.isOver = true } }
      try takeAll(state, take)
    }
  }

  private func takeAll(
    _ state: Monitor<State>, _ take: (Thing) throws(Failure) -> Void
  ) throws(Failure) {
    var maker: Maker?
    while true {
      // Room for one more is what the others wait for.
      switch state.wait(waking: .all, for: { turn(&$0) }) {
      case .take(let result): try take(try result.get())
      case .make(let number):
        let ours = maker ?? makeMaker()
        maker = ours
        let result = Self.make(number, ours)
        state.withLock { $0.ready[number] = result }
      case .end: return
      }
    }
  }

  /// What the calling thread does next; nil to wait.
  private func turn(_ state: inout State) -> Turn? {
    if let result = state.ready.removeValue(forKey: state.taken) {
      state.taken += 1
      return .take(result)
    }
    if state.taken == count { return .end }
    return next(&state).map(Turn.make)
  }

  /// The number that another thread makes next, nil inside for none any more; nil to wait.
  private func claim(_ state: inout State) -> Int?? {
    if state.isOver || state.claimed == count { return .some(nil) }
    return next(&state).map { .some($0) }
  }

  private func next(_ state: inout State) -> Int? {
    guard state.claimed < count, state.claimed - state.taken < threads + 2 else { return nil }
    defer { state.claimed += 1 }
    return state.claimed
  }

  private static func make(_ number: Int, _ maker: Maker) -> Result<Thing, Failure> {
    do throws(Failure) { return .success(try maker(number)) } catch { return .failure(error) }
  }
}
