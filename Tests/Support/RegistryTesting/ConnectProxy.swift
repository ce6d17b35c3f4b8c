import Glibc
import Synchronization
import TestSupport
import Threads

/// A proxy that is asked for connections and leads each to a port of this machine, whatever host was
/// named.
public final class ConnectProxy: Sendable {
  /// Where it listens.
  public var port: Int { listener.port }
  private let listener: LoopbackListener
  private let heads = Mutex<[String]>([])
  private let password: String?

  /// - Parameter credential: what the request has to hold; nil where everybody may.
  public init(credential: String? = nil) throws {
    password = credential
    listener = try LoopbackListener()
    try listener.accept { [weak self] client in
      guard let proxy = self else {
        close(client)
        return
      }
      _ = StartedThread.detached { proxy.serve(client) }
    }
  }

  /// Takes no more connections.
  public func stop() { listener.stop() }

  /// The first line of each request.
  public var log: [String] { heads.withLock { $0 } }

  private func serve(_ client: Int32) {
    defer { close(client) }
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8), recv(client, &byte, 1, 0) == 1 {
      head.append(byte)
    }
    let text = String(decoding: head, as: UTF8.self)
    let lines = text.split(separator: "\r\n")
    heads.withLock { $0.append(String(lines.first ?? "")) }
    guard password.map({ text.contains($0) }) ?? true else {
      say("HTTP/1.1 407 Who asks\r\nContent-Length: 0\r\n\r\n", to: client)
      // Whoever ends it first would overtake what was said.
      _ = recv(client, &byte, 1, 0)
      return
    }
    guard
      let port = lines.first?.split(separator: " ").dropFirst().first?
        .split(separator: ":").last.flatMap({ Int($0) })
    else { return }
    guard let server = Tunnel.connect(to: port) else { return }
    defer { close(server) }
    say("HTTP/1.1 200 Connected\r\n\r\n", to: client)
    Tunnel.join(client, server)
  }

  private func say(_ text: String, to client: Int32) {
    let bytes = Array(text.utf8)
    _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }
}
