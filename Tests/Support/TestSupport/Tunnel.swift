import Dispatch
import Glibc

/// Two connections that say to each other what comes in.
public enum Tunnel {
  /// A connection to a port of this machine; nil where nobody listens.
  public static func connect(to port: Int) -> Int32? {
    let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else {
      close(connection)
      return nil
    }
    return connection
  }

  /// Copies both ways until both have ended. Blocks, and leaves both connections open: they are
  /// closed by whoever opened them, once nobody reads from them any more.
  ///
  /// - Parameter passed: hears how many bytes came, on two threads.
  public static func join(
    _ one: Int32, _ other: Int32, passed: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    let group = DispatchGroup()
    for (source, sink) in [(one, other), (other, one)] {
      DispatchQueue(label: "tunnel").async(group: group) { copy(source, sink, passed) }
    }
    group.wait()
  }

  private static func copy(_ source: Int32, _ sink: Int32, _ passed: (Int) -> Void) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    reading: while case let got = recv(source, &buffer, buffer.count, 0), got > 0 {
      passed(got)
      var rest = buffer[..<got]
      while !rest.isEmpty {
        let sent = rest.withUnsafeBytes {
          send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent > 0 else { break reading }
        rest = rest.dropFirst(sent)
      }
    }
    shutdown(sink, Int32(SHUT_WR))
  }
}
