import Glibc

// Swift's Glibc module leaves GNU extensions out. The definition is glibc's; both arguments are
// what the C prototype has.
@_silgen_name("pthread_getattr_np")
private func pthreadAttributes(
  _ thread: pthread_t, _ attributes: UnsafeMutablePointer<pthread_attr_t>
) -> Int32

/// The native stack of the calling thread.
enum Stack {
  /// What must be left over for code that does not ask: one expression's nesting, a native.
  static let reserve: UInt = 384 << 10

  /// An address near the top of the stack in use.
  @inline(__always) static var pointer: UInt {
    var marker: UInt8 = 0
    return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
  }

  /// Where each thread keeps its bound; nil when the system has no more keys.
  private static let boundKey: pthread_key_t? = {
    var key = pthread_key_t()
    return pthread_key_create(&key, nil) == 0 ? key : nil
  }()

  /// The lowest address that code which asks may use on this thread: the stack's real end plus
  /// the reserve. When the system does not tell, 256 KiB below the first caller.
  ///
  /// The system is asked once a thread, since on the main thread that reads `/proc/self/maps`. The
  /// answer is kept by the thread itself: its number may come back with another stack.
  static func limitOfThisThread() -> UInt {
    guard let boundKey else { return measuredLimit() }
    if let known = pthread_getspecific(boundKey) { return UInt(bitPattern: known) }
    let limit = measuredLimit()
    pthread_setspecific(boundKey, UnsafeRawPointer(bitPattern: limit))
    return limit
  }

  private static func measuredLimit() -> UInt {
    var attributes = pthread_attr_t()
    guard pthreadAttributes(pthread_self(), &attributes) == 0 else { return pointer - (256 << 10) }
    defer { pthread_attr_destroy(&attributes) }
    var base: UnsafeMutableRawPointer?
    var size = 0
    guard pthread_attr_getstack(&attributes, &base, &size) == 0, let base else {
      return pointer - (256 << 10)
    }
    // The main thread's stack is mapped as it grows; what the kernel calls its size is what
    // `ulimit -s` allows, capped so that an unlimited one does not read as endless.
    let top = UInt(bitPattern: base) &+ UInt(size)
    let usable = min(UInt(size), 512 << 20)
    return top - usable + min(reserve, usable / 2)
  }
}
