import Digests
import Glibc
import JSON

/// Asks a runtime who it is: `GET /.well-known/zigttp`, which its handler never sees.
///
/// Whoever answers with the right app digest is the process that was started, and its loops go round.
final class HealthProbe {
  /// What came of it.
  enum Outcome {
    /// The right handler answered.
    case well
    /// Nobody listens, or it did not answer in time.
    case silent
    /// Somebody else answered.
    case stranger
  }

  private static let mostBytes = 64 << 10
  private let loop: PollLoop
  private let descriptor: Int32
  private let expected: Digest
  private let done: (Outcome) -> Void
  private var timer: PollLoop.Timer?
  private var received: [UInt8] = []
  private var isOver = false

  /// Begins to ask. The probe holds itself until it is done.
  ///
  /// - Parameter done: called once, later.
  static func ask(
    _ port: UInt16, for expected: Digest, within milliseconds: Int, on loop: PollLoop,
    done: @escaping (Outcome) -> Void
  ) {
    HealthProbe(expected, loop, done).begin(port, milliseconds)
  }

  private init(_ expected: Digest, _ loop: PollLoop, _ done: @escaping (Outcome) -> Void) {
    self.expected = expected
    self.loop = loop
    self.done = done
    descriptor = socket(
      AF_INET,
      Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue),
      0)
  }

  private func begin(_ port: UInt16, _ milliseconds: Int) {
    timer = loop.after(descriptor < 0 ? 1 : milliseconds) { self.end(.silent) }
    guard descriptor >= 0 else { return }
    var place = LoopbackAddress.of(port: port)
    let result = LoopbackAddress.call(&place) { connect(descriptor, $0, $1) }
    guard result == 0 || errno == EINPROGRESS else {
      loop.cancel(timer)
      timer = loop.after(0) { self.end(.silent) }
      return
    }
    loop.watch(descriptor, .writing) { self.send() }
  }

  private func send() {
    let request = "GET /.well-known/zigttp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    // It is shorter than any socket's buffer.
    let count = Array(request.utf8).withUnsafeBytes {
      Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    guard count == request.utf8.count else { return end(.silent) }
    loop.watch(descriptor, .reading) { self.receive() }
  }

  private func receive() {
    var room = [UInt8](repeating: 0, count: 8 << 10)
    let count = recv(descriptor, &room, room.count, 0)
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    if count > 0 {
      received += room[..<count]
      if received.count > Self.mostBytes { end(.stranger) }
      return
    }
    end(count < 0 || received.isEmpty ? .silent : judged)
  }

  private var judged: Outcome {
    let mark = Array("\r\n\r\n".utf8)
    guard received.starts(with: "HTTP/1.1 200 ".utf8),
      let head = received.indices.first(where: { received[$0...].starts(with: mark) }),
      let document = try? JSONReader.lenient(received[(head + 4)...]),
      let digest = document["appDigest"]?.stringValue.flatMap({ Digest($0) })
    else { return .stranger }
    return digest == expected ? .well : .stranger
  }

  private func end(_ outcome: Outcome) {
    guard !isOver else { return }
    isOver = true
    loop.cancel(timer)
    if descriptor >= 0 {
      loop.unwatch(descriptor)
      close(descriptor)
    }
    done(outcome)
  }
}
