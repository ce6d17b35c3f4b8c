import Glibc
import Synchronization
import TestSupport
import Threads

/// A service that does with each connection what a test says, on a thread for each.
final class Upstream: Sendable {
  var port: Int { listener.port }
  private let listener: LoopbackListener
  private let count = Mutex(0)

  /// What is done with a connection.
  typealias Body = @Sendable (Socket) -> Void

  init(_ body: @escaping Body) throws {
    listener = try LoopbackListener()
    try listener.accept { [weak self] connection in
      self?.count.withLock { $0 += 1 }
      _ = StartedThread.detached { body(Socket(connection)) }
    }
  }

  deinit { stop() }

  /// Accepts no more.
  func stop() { listener.stop() }

  /// How many connections there have been.
  var connections: Int { count.withLock { $0 } }
}

/// A connection, closed with the value. Blocking.
final class Socket {
  private let descriptor: Int32
  private(set) var received: [UInt8] = []

  init(_ descriptor: Int32) { self.descriptor = descriptor }
  deinit { close(descriptor) }

  /// Connects to a port of this machine.
  convenience init(port: Int) throws {
    self.init(socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = in_port_t(UInt16(port)).bigEndian
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw TestClient.Failure(description: "no socket is to be had") }
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Sends all of it; false where the other side is gone.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  /// Sends as much as the other side takes within so many milliseconds of silence.
  func sendUntilFull(_ bytes: [UInt8], milliseconds: Int32) -> Int {
    var sent = 0
    while sent < bytes.count {
      var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard poll(&entry, 1, milliseconds) > 0 else { return sent }
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      guard count > 0 else { return sent }
      sent += count
    }
    return sent
  }

  /// Reads more; false at the end.
  @discardableResult
  func more() -> Bool {
    var room = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(descriptor, &room, room.count, 0)
    guard count > 0 else { return false }
    received += room[..<count]
    return true
  }

  /// Reads a head; nil where there is none any more.
  func head() -> String? {
    let mark = Array("\r\n\r\n".utf8)
    while true {
      if let end = received.indices.first(where: { received[$0...].starts(with: mark) }) {
        let text = String(decoding: received[..<end], as: UTF8.self)
        received.removeSubrange(..<(end + 4))
        return text
      }
      guard more() else { return nil }
    }
  }

  /// Reads so many bytes.
  func take(_ count: Int) -> [UInt8] {
    while received.count < count, more() {}
    let taken = Array(received.prefix(count))
    received.removeFirst(taken.count)
    return taken
  }

  /// Reads to the end, and keeps nothing but the count.
  func countToEnd() -> Int {
    var count = received.count
    received = []
    while more() {
      count += received.count
      received = []
    }
    return count
  }

  /// Reads to the end.
  func rest() -> String {
    while more() {}
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  /// Says that no more comes.
  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Ends it as a process that is killed does.
  func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }
}
