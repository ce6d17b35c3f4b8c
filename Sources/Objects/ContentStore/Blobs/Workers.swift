import CSys
import Dispatch
import Synchronization

/// The threads that read, hash and parse: that is bound by a core, not by the disk's cache.
public enum Workers {
  /// As many as there are processors that we may use, within reason.
  public static let count = {
    let allowed = Int(csys_allowed_processors())
    return allowed > 0 ? min(8, allowed) : 8
  }()

  /// Calls `body` once for every number below `count`, on several threads, each with a buffer of
  /// its own, and returns when all of it is done.
  ///
  /// - Parameter share: how many numbers a thread is worth: starting one costs more than few of them.
  public static func each(
    below count: Int, share: Int = 1, bufferSize: Int = 1,
    _ body: @Sendable (Int, UnsafeMutableRawBufferPointer) -> Void
  ) {
    let next = Atomic(0)
    let threads = count == 0 ? 0 : max(1, min(count / share, Self.count))
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 4096)
      defer { buffer.deallocate() }
      while true {
        let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if number >= count { return }
        body(number, buffer)
      }
    }
  }
}
