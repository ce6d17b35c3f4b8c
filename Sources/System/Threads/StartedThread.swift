import Glibc

/// A thread that runs beside this one and has to be waited for.
///
/// Starting one can fail, where a user may have no more of them: whoever starts one says what
/// happens then. Nothing here uses Dispatch, which waits for ever for a thread that it does not get.
public struct StartedThread: ~Copyable {
  private let handle: pthread_t

  /// In bytes; address space only, pages are taken as they are touched.
  public static let stackBytes = 8 << 20

  /// Starts one; nil where the system has none left.
  public init?(_ body: @escaping @Sendable () -> Void) {
    guard let handle = Self.start(PTHREAD_CREATE_JOINABLE, body) else { return nil }
    self.handle = handle
  }

  /// Returns when the thread has ended.
  public consuming func join() { pthread_join(handle, nil) }

  /// Starts a thread that nobody waits for; false where the system has none left.
  public static func detached(_ body: @escaping @Sendable () -> Void) -> Bool {
    start(PTHREAD_CREATE_DETACHED, body) != nil
  }

  private static func start(_ kind: Int, _ body: @escaping @Sendable () -> Void) -> pthread_t? {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return nil }
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackBytes)
    pthread_attr_setdetachstate(&attributes, Int32(kind))
    let held = Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, held.toOpaque())
    guard status == 0 else {
      held.release()
      return nil
    }
    return thread
  }

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
