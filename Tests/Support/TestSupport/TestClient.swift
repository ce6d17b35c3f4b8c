import FoundationEssentials
import Glibc

/// A client of HTTP/1.1 that sends exactly what a test tells it, and shows exactly what comes back.
///
/// One connection a request. Blocking: a test runs it on a thread of its own.
public struct TestClient: Sendable {
  /// What kept a request from being answered.
  public struct Failure: Error, CustomStringConvertible {
    /// For a person.
    public var description: String

    /// From its text.
    public init(description: String) { self.description = description }
  }

  /// What came back.
  public struct Reply: Sendable {
    /// The status of HTTP.
    public var status = 0
    /// Names in lower case.
    public var headers: [String: String] = [:]
    /// All of it.
    public var body: [UInt8] = []

    /// ``body`` as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
    /// A field of the head.
    public subscript(_ name: String) -> String? { headers[name.lowercased()] }
  }

  /// Where the server listens, on loopback.
  public var port: Int
  /// Sent with every request.
  public var headers: [String: String] = [:]

  /// A client of a server.
  public init(port: Int, headers: [String: String] = [:]) {
    self.port = port
    self.headers = headers
  }

  /// Sends a request and waits for the answer.
  public func ask(
    _ method: String, _ path: String, _ headers: [String: String] = [:], body: [UInt8]? = nil
  ) throws -> Reply {
    var all = ["Host": "127.0.0.1:\(port)", "Connection": "close"]
    if let body { all["Content-Length"] = "\(body.count)" }
    for (name, value) in self.headers.merging(headers, uniquingKeysWith: { $1 }) {
      all[name] = value
    }
    var head = "\(method) \(path) HTTP/1.1\r\n"
    for (name, value) in all.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
    let connection = try Connection(port: port)
    try connection.send(Array((head + "\r\n").utf8) + (body ?? []))
    return try connection.reply(isHead: method == "HEAD")
  }

  /// One connection, for what is not a whole request.
  public final class Connection {
    private let descriptor: Int32
    private var received: [UInt8] = []

    /// Connects.
    public init(port: Int) throws {
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      var place = sockaddr_in()
      place.sin_family = sa_family_t(AF_INET)
      place.sin_port = in_port_t(UInt16(port)).bigEndian
      place.sin_addr.s_addr = inet_addr("127.0.0.1")
      let result = withUnsafePointer(to: &place) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard result == 0 else { throw Failure(description: "connect: \(errno)") }
      // A test that waits for nothing fails; a machine that is busy does not fail it.
      var patience = timeval(tv_sec: 300, tv_usec: 0)
      setsockopt(
        descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends bytes as they are.
    public func send(_ bytes: [UInt8]) throws {
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes {
          Glibc.send(
            descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent,
            Int32(MSG_NOSIGNAL))
        }
        // The server may have answered and closed already; the answer tells why.
        guard count > 0 else { return }
        sent += count
      }
    }

    /// nil at the end.
    private func more() throws -> Bool {
      var room = [UInt8](repeating: 0, count: 1 << 16)
      var count: Int
      // A process that was stopped and goes on finds its calls interrupted.
      repeat { count = recv(descriptor, &room, room.count, 0) } while count < 0 && errno == EINTR
      guard count >= 0 else { throw Failure(description: "recv: \(errno)") }
      received += room[..<count]
      return count > 0
    }

    /// Waits for one answer.
    public func reply(isHead: Bool = false) throws -> Reply {
      var reply = Reply()
      var end = headEnd
      while end == nil {
        guard try more() else { throw Failure(description: "the connection ended in the head") }
        end = headEnd
      }
      guard let end else { return reply }
      let lines = String(decoding: received[..<end], as: UTF8.self).split(separator: "\r\n")
      received.removeFirst(end + 4)
      reply.status = Int(lines[0].split(separator: " ")[1]) ?? 0
      for line in lines.dropFirst() {
        guard let colon = line.firstIndex(of: ":") else { continue }
        let value = line[line.index(after: colon)...].drop { $0 == " " }
        reply.headers[line[..<colon].lowercased()] = String(value)
      }
      guard !isHead, reply.status != 204, reply.status != 304, reply.status >= 200 else {
        return reply
      }
      let length = reply["content-length"].flatMap { Int($0) }
      while length.map({ received.count < $0 }) ?? true {
        guard try more() else {
          guard length == nil else {
            throw Failure(description: "the connection ended in the body")
          }
          break
        }
      }
      reply.body = length.map { Array(received[..<$0]) } ?? received
      received.removeFirst(reply.body.count)
      return reply
    }

    /// Waits for the end of the connection; false where something else comes.
    public func isAtEnd() throws -> Bool { try received.isEmpty && !more() }

    private var headEnd: Int? {
      guard received.count >= 4 else { return nil }
      return (0...received.count - 4).first { received[$0...].starts(with: [13, 10, 13, 10]) }
    }
  }
}
