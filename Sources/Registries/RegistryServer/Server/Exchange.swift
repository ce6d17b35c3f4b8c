import Digests
import Encodings
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// One request on its way through the server.
final class Exchange: Sendable {
  let request: Request
  let channel: any Channel
  let path: Substring
  let query: QueryItems
  let start = ContinuousClock.now
  private let isBodyTaken = Atomic(false)

  init(_ request: Request, _ channel: any Channel) {
    self.request = request
    self.channel = channel
    let target = request.head.path ?? "/"
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = parts[0]
    query = QueryItems(parts.count > 1 ? parts[1] : nil)
  }

  var method: HTTPRequest.Method { request.method }

  func header(_ name: HTTPField.Name) -> String? { request.headers[name] }

  /// The length of the body in bytes, as the head says; nil where it is sent in chunks.
  var declaredLength: UInt64? {
    if let header = header(.contentLength) { return ByteRange.number(header) }
    return header(.transferEncoding) == nil ? 0 : nil
  }

  /// The body, to be read once.
  var body: RequestBody {
    isBodyTaken.store(true, ordering: .relaxed)
    return request.body
  }

  /// Whether so much of the body was not read that it is better to end the connection.
  var isBodyBurden: Bool {
    !isBodyTaken.load(ordering: .relaxed) && declaredLength.map { $0 > 1 << 20 } ?? true
  }

  /// Seconds since it came.
  var seconds: Double {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  /// The line of the log. The query is left out: it is nobody's business there.
  func line(status: Int, sent: UInt64, isWhole: Bool) -> SafeText {
    let tenths = Int(seconds * 10_000)
    let shown = SafeText(escaping: String(path)).clipped(to: 400)
    let end: SafeText = isWhole ? "" : " broken off"
    return
      "\(method.rawValue) \(shown) \(status) \(sent)B \(tenths / 10).\(tenths % 10)ms\(end)"
  }
}
