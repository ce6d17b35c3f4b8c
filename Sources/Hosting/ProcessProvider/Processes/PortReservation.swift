import Glibc

/// A port of the loopback interface that nobody gets by chance: a socket that is bound and never
/// listens. Whoever is told the number, and may share addresses, listens there.
final class PortReservation {
  /// The port.
  let port: UInt16
  private let descriptor: Int32

  /// Takes a free port; nil where there is none.
  init?() {
    let bound = socket(
      AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard bound >= 0 else { return nil }
    var on: Int32 = 1
    setsockopt(bound, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var place = LoopbackAddress.of(port: 0)
    guard LoopbackAddress.call(&place, { bind(bound, $0, $1) }) == 0,
      let port = LoopbackAddress.port(of: bound)
    else {
      close(bound)
      return nil
    }
    (self.port, descriptor) = (port, bound)
  }

  deinit { close(descriptor) }
}

/// Addresses of this machine's loopback interface.
enum LoopbackAddress {
  static func of(port: UInt16) -> sockaddr_in {
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = in_port_t(port.bigEndian)
    place.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return place
  }

  static func call(
    _ place: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    withUnsafePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  static func port(of descriptor: Int32) -> UInt16? {
    var place = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    return result == 0 ? UInt16(bigEndian: place.sin_port) : nil
  }
}
