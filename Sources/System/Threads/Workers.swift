import CSys
import Synchronization

/// The threads that read, hash and parse: that is bound by a core, not by the disk's cache.
///
/// The calling thread is always one of them, so that everything gets done where there is no other.
public enum Workers {
  /// As many as there are processors that we may use, within reason.
  public static let count = {
    let allowed = Int(csys_allowed_processors())
    return allowed > 0 ? min(8, allowed) : 8
  }()

  /// Calls `body` once for every number below `count`, on several threads, each with a buffer of
  /// its own, and returns when all of it is done.
  ///
  /// - Parameters:
  ///   - share: how many numbers a thread is worth: starting one costs more than few of them.
  ///   - threads: most of them; more than there are processors for work that waits for others.
  public static func each(
    below count: Int, share: Int = 1, threads: Int = Workers.count, bufferSize: Int = 1,
    _ body: @Sendable (Int, UnsafeMutableRawBufferPointer) -> Void
  ) {
    guard count > 0 else { return }
    let next = Atomic(0)
    together(max(1, min(count / share, threads))) {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 4096)
      defer { buffer.deallocate() }
      while true {
        let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if number >= count { return }
        body(number, buffer)
      }
    }
  }

  /// Runs `body` on this thread and on as many others as are wanted and can be had, and returns when
  /// all have ended. The work has to be shared out by `body` itself.
  static func together(_ threads: Int, _ body: @Sendable () -> Void) {
    beside(threads - 1, body) { body() }
  }

  /// Runs `other` on so many further threads, fewer where the system has not so many, while `here`
  /// runs on this one, and returns when all have ended.
  static func beside<Value, Failure: Error>(
    _ threads: Int, _ other: @Sendable () -> Void, _ here: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let result = withoutActuallyEscaping(other) { other -> Result<Value, Failure> in
      start(threads, other, here)
    }
    return try result.get()
  }

  private static func start<Value, Failure: Error>(
    _ threads: Int, _ other: @escaping @Sendable () -> Void,
    _ here: () throws(Failure) -> Value
  ) -> Result<Value, Failure> {
    guard threads > 0, let thread = StartedThread(other) else {
      do throws(Failure) { return .success(try here()) } catch { return .failure(error) }
    }
    let result = start(threads - 1, other, here)
    thread.join()
    return result
  }
}
