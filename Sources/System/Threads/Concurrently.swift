import Synchronization

/// Does two things at once, one of them on another thread, and returns when both are done.
///
/// Hashing is what deploys and checks wait for, and one SHA-256 cannot be split; two can be made
/// side by side. Where there is no other thread, one is done after the other.
///
/// - Parameters:
///   - other: runs on a thread of its own.
///   - here: runs on the calling thread.
/// - Throws: what `here` throws, else what `other` throws, after both have ended.
public func concurrently<Other: Sendable, Here>(
  _ other: @escaping @Sendable () throws -> Other, _ here: () throws -> Here
) throws -> (other: Other, here: Here) {
  let box = ResultBox<Other>()
  let ours = Workers.beside(1) {
    box.run(other)
  } _: {
    Result(catching: here)
  }
  // Nobody else did it.
  box.run(other)
  let value = try ours.get()
  return (try box.get(), value)
}

/// What one thread leaves for another.
private final class ResultBox<Value: Sendable>: Sendable {
  private let content = Mutex<Result<Value, any Error>?>(nil)

  /// Does the work unless it was done.
  func run(_ work: () throws -> Value) {
    if content.withLock({ $0 != nil }) { return }
    let result = Result(catching: work)
    content.withLock { $0 = result }
  }

  func get() throws -> Value {
    guard let result = content.withLock({ $0 }) else {
      preconditionFailure("run() leaves a result")
    }
    return try result.get()
  }
}
