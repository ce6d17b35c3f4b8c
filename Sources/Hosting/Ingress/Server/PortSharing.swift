import Files
import Glibc
import NIOCore

/// Who may listen at a port together: an ingress and the one that follows it, and nobody else. Two that
/// go by other routes would each get some of the other's requests.
enum PortSharing {
  /// - Throws: `EADDRINUSE` where somebody else listens there.
  static func require(_ options: IngressOptions) throws {
    if isOurs(options) { return }
    let address = try SocketAddress.makeAddressResolvingHost(options.host, port: options.port)
    let family: Int32 = address.protocol == .inet6 ? AF_INET6 : AF_INET
    let probe = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard probe >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
    defer { close(probe) }
    var on: Int32 = 1
    setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    // Without the word that it shares, it is refused where anybody listens.
    let result = address.withSockAddr { bind(probe, $0, socklen_t($1)) }
    guard result == 0 else { throw IOError(errnoCode: errno, reason: "bind") }
  }

  // Whether an ingress of the same folder has the port.
  private static func isOurs(_ options: IngressOptions) -> Bool {
    let (files, folder) = (LinuxFileSystem(), options.routesFolder)
    return ((try? files.namesIfAny(in: folder)) ?? []).contains { name in
      guard name.hasPrefix(IngressStatus.filePrefix),
        let process = pid_t(name.dropFirst(IngressStatus.filePrefix.count)),
        kill(process, 0) == 0 || errno == EPERM,
        let bytes = try? files.contents(of: "\(folder)/\(name)", limit: 1 << 20),
        let status = IngressStatus(String(decoding: bytes, as: UTF8.self))
      else { return false }
      return Int(status.port) == options.port
    }
  }
}
