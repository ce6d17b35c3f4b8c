/// Works on things in their order while the calling thread brings the next ones.
///
/// Where there is no other thread, the calling one does that work as well, whenever it may bring no
/// more.
public struct Pipeline<Thing: Sendable>: Sendable {
  private struct State {
    var waiting: [Thing] = []
    var isBusy = false
    var isOver = false
    var open: Int { waiting.count + (isBusy ? 1 : 0) }
  }

  private let state = Monitor(State())
  private let ahead: Int
  private let work: @Sendable (Thing) -> Void

  /// Calls `bring`, which hands things on, and returns when all of them were worked on.
  ///
  /// - Parameters:
  ///   - ahead: of so many things at most the work is not done yet when ``hand(_:)`` returns.
  ///   - threads: 1 for none but the calling one.
  ///   - work: gets one thing at a time, on whichever thread.
  /// - Throws: what `bring` throws; what waits then is dropped.
  public static func run<Value, Failure: Error>(
    ahead: Int, threads: Int = 2, work: @Sendable (Thing) -> Void,
    bring: (Pipeline) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let result = withoutActuallyEscaping(work) { work -> Result<Value, Failure> in
      let line = Pipeline(ahead: max(0, ahead), work: work)
      do throws(Failure) { return .success(try line.run(min(threads, 2), bring)) } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func run<Value, Failure: Error>(
    _ threads: Int, _ bring: (Pipeline) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try Workers.beside(threads - 1) {
      help()
    } _: { () throws(Failure) in
      // However it ends, nobody goes on waiting.
      defer { state.withLock { ($0.isOver, $0.waiting) = (true, []) } }
      let value = try bring(self)
      work(leaving: 0)
      return value
    }
  }

  private init(ahead: Int, work: @escaping @Sendable (Thing) -> Void) {
    self.ahead = ahead
    self.work = work
  }

  /// Hands a thing on; for the thread that brings them.
  public func hand(_ thing: Thing) {
    state.withLock { $0.waiting.append(thing) }
    work(leaving: ahead)
  }

  /// Returns when so many things at most are left.
  private func work(leaving most: Int) {
    while let thing = state.wait(for: { Self.turn(&$0, leaving: most) }) { finish(thing) }
  }

  /// What the other thread does, until there is nothing any more.
  private func help() {
    while let thing = state.wait(for: { $0.isOver ? .some(nil) : Self.take(&$0).map { .some($0) } })
    { finish(thing) }
  }

  private func finish(_ thing: Thing) {
    work(thing)
    state.withLock { $0.isBusy = false }
  }

  // nil inside where enough is done; nil to wait for the other thread.
  private static func turn(_ state: inout State, leaving most: Int) -> Thing?? {
    state.open <= most ? .some(nil) : take(&state).map { .some($0) }
  }

  private static func take(_ state: inout State) -> Thing? {
    guard !state.isBusy, !state.waiting.isEmpty else { return nil }
    state.isBusy = true
    return state.waiting.removeFirst()
  }
}
