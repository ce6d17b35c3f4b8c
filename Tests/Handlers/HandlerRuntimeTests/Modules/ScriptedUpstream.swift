import Glibc
import Synchronization
import TestSupport
import Threads

/// A server on the loopback that says to the n-th request of the m-th connection what it is told to,
/// byte for byte; for the path `/early` as soon as it has the head.
final class ScriptedUpstream: Sendable {
  /// What is said to a request.
  struct Reply: Sendable {
    var bytes: [UInt8]
    /// Whether the connection ends then.
    var closes = false

    static func text(_ text: String, closes: Bool = false) -> Reply {
      Reply(bytes: Array(text.utf8), closes: closes)
    }
    /// A whole answer with a body and nothing that would end the connection.
    static func ok(_ body: String, closes: Bool = false) -> Reply {
      text("HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)", closes: closes)
    }
  }

  /// From the numbers of connection and request, both from 0, and the request as it came.
  typealias Script = @Sendable (_ connection: Int, _ request: Int, _ text: String) -> Reply

  var port: Int { listener.port }
  private let listener: LoopbackListener
  private let script: Script
  private let state = Mutex((connections: 0, requests: [String]()))

  init(_ script: @escaping Script) throws {
    self.script = script
    listener = try LoopbackListener()
    try listener.accept { [self] connection in
      let number = state.withLock { state in
        defer { state.connections += 1 }
        return state.connections
      }
      _ = StartedThread.detached { [self] in serve(connection, number) }
    }
  }

  /// Connections that were accepted.
  var connections: Int { state.withLock { $0.connections } }
  /// Requests in the order in which they came, whole.
  var requests: [String] { state.withLock { $0.requests } }

  /// Accepts nobody any more.
  func stop() { listener.stop() }

  private func serve(_ connection: Int32, _ number: Int) {
    defer { close(connection) }
    var count = 0
    while let request = Self.request(connection) {
      state.withLock { $0.requests.append(request) }
      let reply = script(number, count, request)
      count += 1
      var sent = 0
      while sent < reply.bytes.count {
        let step = reply.bytes[sent...].withUnsafeBytes {
          send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard step > 0 else { return }
        sent += step
      }
      if reply.closes { return }
    }
  }

  // A head and as much of a body as it announces; nil at the end.
  private static func request(_ connection: Int32) -> String? {
    var bytes: [UInt8] = []
    var needed: Int?
    var buffer = [UInt8](repeating: 0, count: 4096)
    while needed.map({ bytes.count < $0 }) ?? true {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
      if needed == nil, let end = String(decoding: bytes, as: UTF8.self).range(of: "\r\n\r\n") {
        let text = String(decoding: bytes, as: UTF8.self)
        let head = text[..<end.lowerBound]
        let length = head.split(separator: "\r\n").lazy.compactMap { line -> Int? in
          guard line.lowercased().hasPrefix("content-length:") else { return nil }
          return Int(line.dropFirst(15).filter { $0 != " " })
        }.first
        let isEarly = head.contains(" /early ")
        needed = head.utf8.count + 4 + (isEarly ? 0 : length ?? 0)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  fileprivate func range(of text: String) -> Range<Index>? { ranges(of: text).first }
}
