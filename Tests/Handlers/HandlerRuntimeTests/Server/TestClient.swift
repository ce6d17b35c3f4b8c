import Glibc

/// A blocking TCP client that sends exactly the bytes it is told to.
final class TestClient {
  private let descriptor: Int32
  private var received: [UInt8] = []
  /// Whether the server ended its side, which is more than that nothing came for long.
  private(set) var sawEnd = false

  convenience init(port: Int) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    try self.init(AF_INET, address)
  }

  /// Over a socket in the file system.
  convenience init(path: String) throws {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    try self.init(AF_UNIX, address)
  }

  private init<Address>(_ family: Int32, _ address: Address) throws {
    descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let status = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
    guard status == 0 else { throw Failure(what: "connect: \(errno)") }
    // Nothing here should take long; a test must not hang for ever when it does.
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  struct Failure: Error { var what: String }

  struct Answer {
    var status: Int
    var fields: [(name: String, value: String)]
    var body: String

    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
  }

  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes {
      var offset = 0
      while offset < $0.count {
        let sent = Glibc.send(
          descriptor, $0.baseAddress! + offset, $0.count - offset, Int32(MSG_NOSIGNAL))
        guard sent > 0 else { return }
        offset += sent
      }
    }
  }

  /// Every send is a packet of its own.
  func sendWithoutDelay() {
    var on: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Goes without a word when it is dropped: the server sees a reset.
  func resetsAtEnd() {
    var setting = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &setting, socklen_t(MemoryLayout<linger>.size))
  }

  /// Takes at most so many bytes that came, and drops them; how many there were.
  func drop(atMost count: Int) -> Int {
    var buffer = [UInt8](repeating: 0, count: count)
    return recv(descriptor, &buffer, count, 0)
  }

  /// Says that nothing more will be sent.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Bytes until the server closes.
  func readToEnd() -> String {
    while fill() {}
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  /// Whether the server closed without sending anything more.
  var isClosed: Bool { received.isEmpty && !fill() }

  /// Whether something can be read without waiting.
  var hasInput: Bool {
    var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&state, 1, 0) > 0
  }

  /// One message. `hasBody` is false for the answer to HEAD.
  func readAnswer(hasBody: Bool = true) throws -> Answer {
    try readAnswerBytes(hasBody: hasBody).answer
  }

  /// The same with the bytes of its body.
  func readAnswerBytes(hasBody: Bool = true) throws -> (answer: Answer, bytes: [UInt8]) {
    let head = try take(through: "\r\n\r\n")
    let lines = head.split(separator: "\r\n")
    let words = lines[0].split(separator: " ", maxSplits: 2)
    guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
      throw Failure(what: "status line: \(lines[0])")
    }
    let fields = lines.dropFirst().map { line in
      let colon = line.firstIndex(of: ":")!
      return (
        name: String(line[..<colon]), value: String(line[line.index(after: colon)...].dropFirst())
      )
    }
    var answer = Answer(status: status, fields: fields, body: "")
    guard hasBody, let length = answer["content-length"].flatMap({ Int($0) }) else {
      return (answer, [])
    }
    let bytes = try take(count: length)
    answer.body = String(decoding: bytes, as: UTF8.self)
    return (answer, bytes)
  }

  private func take(through mark: String) throws -> String {
    let mark = Array(mark.utf8)
    while true {
      if let end = find(mark) {
        defer { received.removeFirst(end) }
        return String(decoding: received[..<(end - mark.count)], as: UTF8.self)
      }
      guard fill() else {
        throw Failure(what: "closed after: \(String(decoding: received, as: UTF8.self))")
      }
    }
  }

  private func take(count: Int) throws -> [UInt8] {
    while received.count < count {
      guard fill() else { throw Failure(what: "closed in a body") }
    }
    defer { received.removeFirst(count) }
    return Array(received[..<count])
  }

  private func find(_ mark: [UInt8]) -> Int? {
    guard received.count >= mark.count else { return nil }
    for start in 0...(received.count - mark.count)
    where received[start..<(start + mark.count)].elementsEqual(mark) {
      return start + mark.count
    }
    return nil
  }

  private func fill() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count == 0 { sawEnd = true }
    guard count > 0 else { return false }
    received += buffer[..<count]
    return true
  }
}
