import Dispatch
import Glibc
import Synchronization

/// The threads that read, hash and parse: that is bound by a core, not by the disk's cache.
public enum Workers {
  /// As many as there are processors, within reason.
  public static let count = max(1, min(8, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Calls `body` once for every number below `count`, on several threads, each with a buffer of
  /// its own, and returns when all of it is done.
  public static func each(
    below count: Int, bufferSize: Int = 1,
    _ body: @Sendable (Int, UnsafeMutableRawBufferPointer) -> Void
  ) {
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(count, Self.count)) { _ in
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
