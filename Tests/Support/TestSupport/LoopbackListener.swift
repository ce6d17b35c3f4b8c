import Glibc
import Synchronization

/// A port of this machine that a test listens on.
public final class LoopbackListener: Sendable {
  /// Where it listens.
  public let port: Int
  // Nil once it is closed.
  private let socket: Mutex<Int32?>

  /// Listens from now on; who comes waits until ``accept(_:)``.
  public init() throws {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && listen(socket, 64) == 0
          && getsockname(socket, $0, &size) == 0
      }
    }
    guard isListening else { throw TestClient.Failure(description: "no socket is to be had") }
    self.socket = Mutex(socket)
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  /// Accepts on a thread of its own until it is stopped. Called once.
  ///
  /// - Parameter accepted: has each connection, which is its to close; called one at a time.
  public func accept(_ accepted: @escaping @Sendable (_ connection: Int32) -> Void) throws {
    let loop = Unmanaged.passRetained(Loop(listener: self, accepted: accepted))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { loop in
        if let loop { Unmanaged<Loop>.fromOpaque(loop).takeRetainedValue().run() }
        return nil
      }, loop.toOpaque())
    guard code == 0 else {
      loop.release()
      throw TestClient.Failure(description: "no thread is to be had")
    }
    pthread_detach(thread)
  }

  /// Accepts no more. The socket is closed by the thread that asks it for connections: closed here,
  /// its number could be the next listener's before that thread asks once more.
  public func stop() {
    socket.withLock { socket in
      if let socket { shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }

  private func run(_ accepted: (Int32) -> Void) {
    guard let open = socket.withLock({ $0 }) else { return }
    while case let connection = Glibc.accept(open, nil, nil), connection >= 0 {
      _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
      accepted(connection)
    }
    socket.withLock { $0 = nil }
    close(open)
  }

  private final class Loop: Sendable {
    private let listener: LoopbackListener
    private let accepted: @Sendable (Int32) -> Void

    init(listener: LoopbackListener, accepted: @escaping @Sendable (Int32) -> Void) {
      self.listener = listener
      self.accepted = accepted
    }

    func run() { listener.run(accepted) }
  }
}
