import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why an outgoing request had no answer.
enum FetchFailure: Error {
  case timedOut
  case cancelled
  case tooLarge
  case endedEarly
  case noRoots([String])
  case unknownHost
  case noThread
  case privateAddress

  /// What is said of it.
  func words(_ limits: OutboundLimits) -> String {
    switch self {
    case .timedOut: "no answer within \(limits.seconds) s"
    case .cancelled: "another function has ended first"
    case .tooLarge: "the answer's body has more than \(limits.bodyBytes) bytes"
    case .unknownHost: "the host's name was not found"
    case .noThread: "the system has no thread or open file left for this process"
    case .privateAddress: "the host is of a private network, which is closed here"
    case .endedEarly: "the connection ended before the answer did"
    case .noRoots(let files):
      "no trusted certificates: \(files.joined(separator: " and ")) cannot be read"
    }
  }

  /// What is said of whatever a request failed with.
  static func words(for error: any Error, _ limits: OutboundLimits) -> String {
    switch error {
    case let failure as FetchFailure: return failure.words(limits)
    case let failure as NIOConnectionError:
      let cause = failure.connectionErrors.first?.error ?? failure.dnsAError ?? failure.dnsAAAAError
      guard let cause else { return "the host has no address" }
      switch cause as? FetchFailure {
      case .noThread, .privateAddress: return words(for: cause, limits)
      default: break
      }
      return failure.connectionErrors.isEmpty
        ? "the host's name was not found" : "no connection: \(words(for: cause, limits))"
    case let failure as IOError: return String(cString: strerror(failure.errnoCode))
    case let failure as ChannelError:
      if case .connectTimeout = failure { return FetchFailure.timedOut.words(limits) }
      return "the connection ended early"
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
      return "TLS: \(tlsReason("\(error)"))"
    case is HTTPParserError: return "the answer is not HTTP/1.1"
    default: return "\(error)"
    }
  }

  // The library's own words name its source files; only the reason's name is of use.
  private static func tlsReason(_ description: String) -> String {
    let mark = Array("OPENSSL_internal:".utf8)
    let bytes = Array(description.utf8)
    for start in bytes.indices where bytes[start...].starts(with: mark) {
      let name = bytes[(start + mark.count)...].prefix { HTTPFields.isTokenByte($0) }
      return "the handshake failed (\(String(decoding: name, as: UTF8.self)))"
    }
    return description.utf8.contains(UInt8(ascii: "/")) ? "the handshake failed" : description
  }
}
