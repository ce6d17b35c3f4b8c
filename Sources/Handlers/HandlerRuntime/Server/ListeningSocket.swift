import Glibc

/// The socket that connections are accepted from.
enum ListeningSocket {
  /// Stands for every address of the machine.
  static let everyHost = "*"

  /// Makes a bound socket.
  static func open(_ address: ListenAddress) throws(HTTPServer.StartError) -> Int32 {
    switch address {
    case .tcp(let host, let port): try open(host: host, port: port)
    case .unix(let path, let mode): try SocketFile.open(path, mode: mode)
    }
  }

  /// - Parameters:
  ///   - host: a name, a literal address, in brackets or not, or ``everyHost``.
  ///   - port: 0 takes a free one.
  private static func open(host: String, port: Int) throws(HTTPServer.StartError) -> Int32 {
    var reason = ""
    for address in try addresses(host, port) {
      let descriptor = socket(
        address.family,
        Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
          | Int32(SOCK_NONBLOCK.rawValue), 0)
      if descriptor >= 0, bind(descriptor, address) { return descriptor }
      reason = String(cString: strerror(errno))
      if descriptor >= 0 { close(descriptor) }
    }
    throw .listen(.tcp(host: host, port: port), reason: reason)
  }

  /// The port a socket is bound to.
  static func port(of descriptor: Int32) -> Int? {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    guard status == 0 else { return nil }
    // Both families have it at the same place.
    return withUnsafeBytes(of: &address) {
      Int(UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)))
    }
  }

  /// Whether somebody waits to be accepted.
  static func hasWaiting(_ descriptor: Int32) -> Bool {
    var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&state, 1, 0) > 0
  }

  private struct Address {
    var family: Int32
    var bytes: [UInt8]
  }

  private static func addresses(
    _ host: String, _ port: Int
  ) throws(HTTPServer.StartError) -> [Address] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    var bare = host
    if host.utf8.first == UInt8(ascii: "["), host.utf8.last == UInt8(ascii: "]") {
      bare = String(host.dropFirst().dropLast())
    }
    guard !bare.isEmpty else { throw .unknownHost(host, reason: "it is empty") }
    var found: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(bare == everyHost ? nil : bare, String(port), &hints, &found)
    guard status == 0 else {
      let reason =
        status == EAI_SYSTEM
        ? strerror(errno) : UnsafeMutablePointer(mutating: gai_strerror(status))
      throw .unknownHost(host, reason: reason.map { String(cString: $0) } ?? "error \(status)")
    }
    defer { freeaddrinfo(found) }
    var out: [Address] = []
    var next = found
    while let entry = next?.pointee {
      if let start = entry.ai_addr {
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(entry.ai_addrlen))
        out.append(Address(family: entry.ai_family, bytes: Array(bytes)))
      }
      next = entry.ai_next
    }
    // The socket of version 6 takes both versions, so it is the one to try first for all of them.
    return bare == everyHost
      ? out.filter { $0.family == AF_INET6 } + out.filter { $0.family == AF_INET } : out
  }

  private static func bind(_ descriptor: Int32, _ address: Address) -> Bool {
    var (on, off): (Int32, Int32) = (1, 0)
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
    if address.family == AF_INET6 {
      setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, size)
    }
    return address.bytes.withUnsafeBytes {
      guard let start = $0.baseAddress else { return false }
      return Glibc.bind(
        descriptor, start.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count)) == 0
    }
  }
}
