import Encodings
import NIOCore
import NIOHTTP1

/// A request without its body.
public struct HTTPCall: Sendable {
  /// What to do.
  public var method: HTTPMethod
  /// With what.
  public var address: WebAddress
  /// Beside those that the transport sets: `Host` and `Content-Length`.
  public var headers: HTTPHeaders
  /// How long all of it may take, where it is short; nil for what takes as long as it takes.
  public var limit: Duration?

  /// A request from its parts.
  public init(
    _ method: HTTPMethod, _ address: WebAddress, headers: HTTPHeaders = [:], limit: Duration? = nil
  ) {
    self.method = method
    self.address = address
    self.headers = headers
    self.limit = limit
  }

  /// For people.
  public var shown: String { "\(method.rawValue) \(address.shown)" }
}

/// The beginning of an answer.
public struct HTTPHead: Sendable, Hashable {
  /// 200 and so on.
  public var status: Int
  /// As they came.
  public var headers: HTTPHeaders

  /// A head from its parts.
  public init(status: Int, headers: HTTPHeaders = [:]) {
    self.status = status
    self.headers = headers
  }

  /// Hashes the status; equality looks at the headers, too.
  public func hash(into hasher: inout Hasher) { hasher.combine(status) }
}

/// Carries requests to whom they are for. It follows no redirection and knows no credential.
public protocol HTTPTransport: Sendable {
  /// Begins a request.
  ///
  /// - Parameter length: of its body in bytes, which are written next.
  /// - Throws: `unreachable`.
  func open(_ call: HTTPCall, length: UInt64) throws(RegistryError) -> any HTTPConversation
}

/// A request under way and its answer; each call waits on the calling thread. For one thread.
public protocol HTTPConversation: AnyObject {
  /// Sends the next bytes of the body; waits while too much is on its way.
  ///
  /// - Returns: false when nobody wants the rest: there is an answer already.
  /// - Throws: `unreachable`.
  func write(_ piece: UnsafeRawBufferPointer) throws(RegistryError) -> Bool

  /// The beginning of the answer, once the whole body was written.
  ///
  /// - Throws: `unreachable`, `tooLarge`.
  func head() throws(RegistryError) -> HTTPHead

  /// The next bytes of the answer; nil at its end.
  ///
  /// - Throws: `unreachable`.
  func next() throws(RegistryError) -> ByteBuffer?

  /// Ends it, wherever it is.
  func close()
}

extension HTTPConversation {
  /// Sends the next bytes of the body.
  public func write(_ bytes: [UInt8]) throws(RegistryError) -> Bool {
    try bytes.withBytes { (piece) throws(RegistryError) in try write(piece) }
  }
}
