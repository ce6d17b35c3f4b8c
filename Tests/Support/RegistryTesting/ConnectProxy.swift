import Glibc
import Synchronization
import Threads

/// A proxy that is asked for connections and leads each to a port of this machine, whatever host was
/// named.
public final class ConnectProxy: Sendable {
  /// Where it listens.
  public let port: Int
  private let listener: Int32
  private let heads = Mutex<[String]>([])
  private let password: String?

  /// - Parameter credential: what the request has to hold; nil where everybody may.
  public init(credential: String? = nil) throws {
    password = credential
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let hasPort = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        // Any port: 0 is none in particular.
        Self.call(descriptor, 0, bind) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard hasPort else { throw RawServer.Failure() }
    port = Int(UInt16(bigEndian: address.sin_port))
    guard
      StartedThread.detached({ [weak self, listener] in
        while true {
          let client = accept(listener, nil, nil)
          guard client >= 0, let proxy = self else { return }
          _ = fcntl(client, F_SETFD, FD_CLOEXEC)
          _ = StartedThread.detached { proxy.serve(client) }
        }
      })
    else { throw RawServer.Failure() }
  }

  /// Takes no more connections.
  public func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

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
    let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(server) }
    guard Self.call(server, port, connect) == 0 else { return }
    say("HTTP/1.1 200 Connected\r\n\r\n", to: client)
    let back = StartedThread.detached {
      Self.pump(server, client)
      shutdown(client, Int32(SHUT_RDWR))
    }
    guard back else { return }
    Self.pump(client, server)
    shutdown(server, Int32(SHUT_RDWR))
    // Until the other way has ended as well.
    usleep(50_000)
  }

  private func say(_ text: String, to client: Int32) {
    let bytes = Array(text.utf8)
    _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  private static func pump(_ from: Int32, _ to: Int32) {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let got = recv(from, &buffer, buffer.count, 0)
      guard got > 0 else { return }
      var sent = 0
      while sent < got {
        let count = buffer[sent..<got].withUnsafeBytes {
          send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return }
        sent += count
      }
    }
  }

  private static func call(
    _ descriptor: Int32, _ port: Int,
    _ body: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = in_port_t(port).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
