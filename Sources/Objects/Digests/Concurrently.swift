import Dispatch
import Synchronization

/// Does two things at once, one of them on another thread, and returns when both are done.
///
/// Hashing is what deploys and checks wait for, and one SHA-256 cannot be split; two can be made
/// side by side.
///
/// - Parameters:
///   - other: runs on a thread of its own.
///   - here: runs on the calling thread.
/// - Throws: what `here` throws, else what `other` throws, after both have ended.
public func concurrently<Other: Sendable, Here>(
  _ other: @escaping @Sendable () throws -> Other, _ here: () throws -> Here
) throws -> (other: Other, here: Here) {
  let box = ResultBox<Other>()
  let isDone = DispatchSemaphore(value: 0)
  DispatchQueue.global().async {
    let result = Result(catching: other)
    box.content.withLock { $0 = result }
    isDone.signal()
  }
  let ours = Result(catching: here)
  isDone.wait()
  let theirs = box.content.withLock { $0 }
  let value = try ours.get()
  guard let theirs else { preconditionFailure("the other thread has signalled") }
  return (try theirs.get(), value)
}

private final class ResultBox<Value: Sendable>: Sendable {
  let content = Mutex<Result<Value, any Error>?>(nil)
}
