import Glibc
import Synchronization
import TestSupport
import Threads

/// A request as a server got it.
public struct ServedRequest: Sendable {
  /// What is to be done.
  public var method = ""
  /// Path and query.
  public var target = ""
  /// By name in lower case.
  public var headers: [String: String] = [:]
  /// As far as it was read.
  public var body: [UInt8] = []

  /// Without the query.
  public var path: String { String(target.prefix { $0 != "?" }) }
  /// As it says itself.
  public var length: Int { headers["content-length"].flatMap { Int($0) } ?? 0 }

  /// The values of an item of the query, as they stand there.
  public func query(_ name: String) -> [String] {
    target.drop { $0 != "?" }.dropFirst().split(separator: "&").compactMap { item in
      item.hasPrefix("\(name)=") ? String(item.dropFirst(name.count + 1)) : nil
    }
  }
}

/// What a server does about one.
public enum Reply: Sendable {
  /// Answers, and keeps the connection.
  case answer(Int, [String: String] = [:], [UInt8] = [])
  /// Sends bytes and ends the connection.
  case raw([UInt8])
  /// Answers with a body that does not end.
  case endless(Int, [String: String] = [:])
  /// Takes so much of the body, then answers and ends the connection.
  case early(Int, [String: String] = [:], after: Int)
  /// Ends the connection, after so much of the body.
  case drop(after: Int = 0)
  /// Says nothing more.
  case silence
}

/// A server that says what it is told to, on a port of this machine.
public final class RawServer: Sendable {
  /// What it does about a request.
  public typealias Handler = @Sendable (ServedRequest) -> Reply

  /// Where it listens.
  public var port: Int { listener.port }
  private let listener: LoopbackListener
  private let served = Mutex<[ServedRequest]>([])
  private let open = Mutex<Set<Int32>>([])
  private let handler: Handler
  // Looks at a request before its body was read.
  private let before: @Sendable (ServedRequest) -> Reply?

  /// - Parameters:
  ///   - before: looks at a request before its body was read.
  ///   - handler: answers it.
  public init(
    before: @escaping @Sendable (ServedRequest) -> Reply? = { _ in nil },
    _ handler: @escaping Handler
  ) throws {
    self.handler = handler
    self.before = before
    listener = try LoopbackListener()
    try listener.accept { [weak self] connection in
      guard let server = self else {
        close(connection)
        return
      }
      server.open.withLock { _ = $0.insert(connection) }
      _ = StartedThread.detached { server.serve(connection) }
    }
  }

  /// Ends it and what it still says.
  public func stop() {
    listener.stop()
    open.withLock { for connection in $0 { shutdown(connection, Int32(SHUT_RDWR)) } }
  }

  /// As a reference names it.
  public var host: String { "127.0.0.1:\(port)" }
  /// All that came, in order.
  public var requests: [ServedRequest] { served.withLock { $0 } }

  /// `METHOD path` of each, in order.
  public var log: [String] { requests.map { "\($0.method) \($0.path)" } }

  private func serve(_ connection: Int32) {
    var input = Input(connection)
    while var request = input.head() {
      let early = before(request)
      switch early {
      case .early(let status, let headers, let count)?:
        request.body = input.take(min(count, request.length))
        served.withLock { $0.append(request) }
        send(connection, Self.text(status, headers, 0))
        // What is unread would turn the end into a reset, which may overtake the answer.
        shutdown(connection, Int32(SHUT_WR))
        _ = input.take(64 << 20)
        finish(connection)
        return
      case .drop(let count)?:
        request.body = input.take(min(count, request.length))
        served.withLock { $0.append(request) }
        finish(connection)
        return
      default: request.body = input.take(request.length)
      }
      served.withLock { $0.append(request) }
      guard say(early ?? handler(request), to: connection, request) else { break }
    }
    finish(connection)
  }

  private func finish(_ connection: Int32) {
    open.withLock { _ = $0.remove(connection) }
    close(connection)
  }

  private func say(_ reply: Reply, to connection: Int32, _ request: ServedRequest) -> Bool {
    switch reply {
    case .answer(let status, let headers, let body):
      var bytes = Self.text(status, headers, body.count)
      if request.method != "HEAD" && status != 204 { bytes += body }
      return send(connection, bytes)
    case .raw(let bytes):
      send(connection, bytes)
      return false
    case .endless(let status, var headers):
      headers["Transfer-Encoding"] = "chunked"
      guard send(connection, Self.text(status, headers, nil)) else { return false }
      let piece = Array("4000\r\n".utf8) + [UInt8](repeating: 0x61, count: 0x4000) + [0x0d, 0x0a]
      while send(connection, piece) {}
      return false
    case .early, .drop: return false
    case .silence:
      var byte: UInt8 = 0
      _ = recv(connection, &byte, 1, 0)
      return false
    }
  }

  private static func text(_ status: Int, _ headers: [String: String], _ length: Int?) -> [UInt8] {
    var text = "HTTP/1.1 \(status) Said\r\n"
    for (name, value) in headers {
      // Several of one name are told apart by lines.
      for line in value.split(separator: "\n") { text += "\(name): \(line)\r\n" }
    }
    if let length, headers["Content-Length"] == nil, status != 204 {
      text += "Content-Length: \(length)\r\n"
    }
    return Array((text + "\r\n").utf8)
  }

  @discardableResult
  private func send(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

/// What comes in on a connection.
private struct Input {
  private let connection: Int32
  private var ahead: [UInt8] = []

  init(_ connection: Int32) { self.connection = connection }

  private mutating func fill() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(connection, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    ahead += buffer[..<count]
    return true
  }

  mutating func head() -> ServedRequest? {
    let end: [UInt8] = [0x0d, 0x0a, 0x0d, 0x0a]
    while true {
      if let at = ahead.indices.dropLast(3).first(where: { ahead[$0..<$0 + 4].elementsEqual(end) })
      {
        let lines = String(decoding: ahead[..<at], as: UTF8.self).split(separator: "\r\n")
        ahead.removeSubrange(..<(at + 4))
        let words = lines[0].split(separator: " ")
        var request = ServedRequest(method: String(words[0]), target: String(words[1]))
        for line in lines.dropFirst() {
          let parts = line.split(separator: ":", maxSplits: 1)
          let value = parts.count == 2 ? parts[1].drop { $0 == " " } : ""
          let name = parts[0].lowercased()
          request.headers[name] = request.headers[name].map { "\($0), \(value)" } ?? String(value)
        }
        return request
      }
      guard fill() else { return nil }
    }
  }

  mutating func take(_ count: Int) -> [UInt8] {
    while ahead.count < count, fill() {}
    defer { ahead.removeFirst(min(count, ahead.count)) }
    return Array(ahead.prefix(count))
  }
}
