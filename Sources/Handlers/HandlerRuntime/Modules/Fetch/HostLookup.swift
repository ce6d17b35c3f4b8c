import Glibc
import NIOCore
import NIOPosix
import Threads

/// Looks the addresses of a host up on a thread of its own.
///
/// The library's resolver asks Dispatch for a thread, and waits for ever where the system has none:
/// this one fails then. One belongs to one connection.
final class HostLookup: Resolver, Sendable {
  private let version4: EventLoopPromise<[SocketAddress]>
  private let version6: EventLoopPromise<[SocketAddress]>
  private let egress: PrivateEgress

  init(_ loop: any EventLoop, _ egress: PrivateEgress) {
    self.egress = egress
    version4 = loop.makePromise()
    version6 = loop.makePromise()
  }

  func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    version4.futureResult
  }

  // Asked for first; one look-up answers both.
  func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    let (version4, version6, egress) = (version4, version6, egress)
    let isStarted = StartedThread.detached {
      switch Self.addresses(host, port) {
      case .success(let all):
        let found = all.filter { egress.permits($0, of: host) }
        if found.isEmpty, !all.isEmpty {
          version6.fail(FetchFailure.privateAddress)
          version4.fail(FetchFailure.privateAddress)
          return
        }
        version6.succeed(found.filter { $0.protocol == .inet6 })
        version4.succeed(found.filter { $0.protocol == .inet })
      case .failure(let failure):
        version6.fail(failure)
        version4.fail(failure)
      }
    }
    if !isStarted {
      version6.fail(FetchFailure.noThread)
      version4.fail(FetchFailure.noThread)
    }
    return version6.futureResult
  }

  func cancelQueries() {}

  private static func addresses(
    _ host: String, _ port: Int
  ) -> Result<[SocketAddress], FetchFailure> {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_protocol = Int32(IPPROTO_TCP)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &found) == 0 else {
      return .failure(.unknownHost)
    }
    defer { freeaddrinfo(found) }
    var out: [SocketAddress] = []
    var next = found
    while let entry = next?.pointee {
      if let address = entry.ai_addr { address.withMemory(entry.ai_family, host, into: &out) }
      next = entry.ai_next
    }
    return .success(out)
  }
}

extension UnsafeMutablePointer<sockaddr> {
  fileprivate func withMemory(_ family: Int32, _ host: String, into out: inout [SocketAddress]) {
    switch family {
    case AF_INET:
      withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        out.append(SocketAddress($0.pointee, host: host))
      }
    case AF_INET6:
      withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
        out.append(SocketAddress($0.pointee, host: host))
      }
    default: break
    }
  }
}
